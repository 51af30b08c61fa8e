/** An old server at a long context takes gigabytes more than a new one; a prediction without them would be believed. */
import { expect, it } from 'vitest'
import { needFacts } from '../providers/fakeProvider.ts'
import type { ModelMetadata } from '../providers/provider.ts'
import { readModelShape, type ModelShape } from './modelShape.ts'
import { needOf } from './needCurve.ts'
import { withWholeScores } from './wholeScores.ts'

const mebibyte = 2 ** 20
const facts = needFacts('a')

function shape(heads: number, embedding: number): ModelShape | null {
  const metadata: ModelMetadata = new Map<string, string | number>([
    ['general.architecture', 'llama'],
    ['llama.block_count', 4],
    ['llama.embedding_length', embedding],
    ['llama.attention.head_count', heads]
  ])
  return readModelShape({ ...facts, metadata })
}

// As an Ollama 0.11.4 logged them, whose engine works without.
it.each([
  [8, 512, 1_024, 17.6, 22],
  [8, 512, 4_096, 17.6, 76],
  [16, 1_024, 1_024, 66.5, 66.5],
  [16, 1_024, 4_096, 66.5, 144]
])('%i heads of %i at %i', (heads, embedding, contextLength, withFlash, expected) => {
  const need = needOf({ weights: 49 * mebibyte, compute: withFlash * mebibyte }, 0, 'engine', contextLength)
  if (!need) throw new Error('the need of the test is sound')
  const whole = withWholeScores(need, facts, shape(heads, embedding))
  expect(whole.parts.find(({ kind }) => kind === 'compute')?.bytes).toBe(Math.round(expected * mebibyte))
  expect(whole.bytes).toBe(whole.parts.reduce((sum, { bytes }) => sum + bytes, 0))
  expect(whole.parts[0]?.bytes).toBe(Math.max(...whole.parts.map(({ bytes }) => bytes)))
})

it('what has no heads, or no parts, stays as it is', () => {
  const need = needOf({ weights: 5 }, 0.1, 'file_size', 512)
  if (!need) throw new Error('the need of the test is sound')
  expect(withWholeScores(need, facts, shape(8, 512))).toBe(need)
  expect(withWholeScores(need, facts, null)).toBe(need)
})
