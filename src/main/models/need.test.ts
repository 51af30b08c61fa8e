/** Known values of real models, and sums that add up whatever the facts are. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cacheTypes, type Need } from '../../shared/need.ts'
import type { ModelMetadata } from '../providers/provider.ts'
import { readModelShape, type ModelShape } from './modelShape.ts'
import { contextCacheBytes, fileSizeNeed, formulaNeed, outputBytes, stateBytes } from './need.ts'
import { factsOf, metadataOf } from './testNeedFacts.ts'

const MiB = 2 ** 20
const engine = { overheadBytes: 100 * MiB }
const f16 = { cacheType: 'f16', parallel: 1 } as const

function shape(architecture: string, keys: Parameters<typeof metadataOf>[1]): ModelShape {
  const read = readModelShape(factsOf({ metadata: metadataOf(architecture, keys) }))
  if (!read) throw new Error('the shape makes no sense')
  return read
}

const llama3b = {
  block_count: 28,
  embedding_length: 3_072,
  feed_forward_length: 8_192,
  'attention.head_count': 24,
  'attention.head_count_kv': 8,
  'attention.key_length': 128,
  'attention.value_length': 128,
  vocab_size: 128_256
}

describe('context cache of', () => {
  test('Llama 3.2 3B at 4096: 448.00 MiB, as the engine logs it', () => {
    expect(contextCacheBytes(shape('llama', llama3b), { contextLength: 4_096, ...f16 }) / MiB).toBe(448)
  })

  test('BERT, 12 layers of 384 at 512: 9.00 MiB', () => {
    const bert = shape('bert', { block_count: 12, embedding_length: 384, 'attention.head_count': 12 })
    expect(contextCacheBytes(bert, { contextLength: 512, ...f16 }) / MiB).toBe(9)
  })

  test('latent attention: 576 elements a token and layer', () => {
    const latent = shape('deepseek2', {
      block_count: 61,
      embedding_length: 7_168,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.kv_lora_rank': 512,
      'rope.dimension_count': 64,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128
    })
    expect(contextCacheBytes(latent, { contextLength: 4_096, ...f16 })).toBe(61 * 576 * 2 * 4_096)
  })

  test('a length between: rounded up to 256 tokens', () => {
    const one = shape('llama', llama3b)
    const at = (contextLength: number): number => contextCacheBytes(one, { contextLength, ...f16 })
    expect(at(4_095)).toBe(at(4_096))
    expect(at(4_097)).toBe(at(4_352))
    expect(at(1)).toBe(at(256))
  })

  test.each([
    ['f32', 896],
    ['bf16', 448],
    ['q8_0', 238],
    ['q5_1', 168],
    ['q4_0', 126]
  ] as const)('quantised to %s', (cacheType, mebibytes) => {
    const bytes = contextCacheBytes(shape('llama', llama3b), { contextLength: 4_096, cacheType, parallel: 1 })
    expect(bytes / MiB).toBe(mebibytes)
  })

  test('several requests side by side: each its own', () => {
    const options = { contextLength: 4_096, cacheType: 'f16', parallel: 4 } as const
    expect(contextCacheBytes(shape('llama', llama3b), options) / MiB).toBe(4 * 448)
  })

  test('a sliding window: those layers keep the window and what is fed at once, the others all', () => {
    const gemma = shape('gemma3', {
      block_count: 12,
      embedding_length: 512,
      'attention.head_count': 8,
      'attention.sliding_window': 1_024,
      vocab_size: 1_000
    })
    const perCell = 2 * 512 * 2
    const bytes = (contextLength: number): number => contextCacheBytes(gemma, { contextLength, ...f16 })
    expect(bytes(32_768)).toBe(perCell * (2 * 32_768 + 10 * 1_536))
    expect(bytes(1_024)).toBe(perCell * 12 * 1_024)
    // The built-in engine feeds one more, which is one step of 256 more.
    expect(contextCacheBytes(gemma, { contextLength: 32_768, ...f16 }, 513)).toBe(perCell * (2 * 32_768 + 10 * 1_792))
  })
})

test('recurrent state is the same at any length, and once per request', () => {
  const mamba = shape('mamba', {
    block_count: 48,
    embedding_length: 1_536,
    'ssm.conv_kernel': 4,
    'ssm.inner_size': 3_072,
    'ssm.state_size': 16
  })
  expect(stateBytes(mamba, 1)).toBe(48 * (3 * 3_072 + 16 * 3_072) * 4)
  expect(stateBytes(mamba, 3)).toBe(3 * stateBytes(mamba, 1))
  expect(contextCacheBytes(mamba, { contextLength: 4_096, ...f16 })).toBe(0)
})

test('one row of logits per request', () => {
  expect(outputBytes(shape('llama', llama3b), 2)).toBe(128_256 * 4 * 2)
})

describe('need by formula', () => {
  const metadata = metadataOf('llama', llama3b)
  const facts = factsOf({ metadata, weightsBytes: 2_000 * MiB })
  const needOf = (overrides: Parameters<typeof factsOf>[0] = {}, contextLength = 4_096): Need | null =>
    formulaNeed({ ...facts, ...overrides }, shape('llama', llama3b), contextLength, engine)

  test('is the sum of its parts, the largest first', () => {
    const need = needOf({ projectorBytes: 300 * MiB })
    expect(need?.parts.map(({ kind }) => kind)).toEqual([
      'weights',
      'context',
      'projector',
      'compute',
      'overhead',
      'output'
    ])
    expect(need?.bytes).toBe(need?.parts.reduce((sum, { bytes }) => sum + bytes, 0))
    // The engine's own log of this model: 256.50 MiB.
    expect((need?.parts.find(({ kind }) => kind === 'compute')?.bytes ?? 0) / MiB / 256.5).toBeCloseTo(1, 1)
    expect(need).toMatchObject({ source: 'formula', contextLength: 4_096 })
  })

  test('takes the tensors for the weights where they are known, and tied ones that are repacked twice', () => {
    const bytesByType = new Map([
      [0, 10 * MiB],
      [2, 900 * MiB]
    ])
    const tokenEmbedding = { rows: 128_256, bytes: 200 * MiB, isRepacked: true }
    const weights = (isTied: boolean): number | undefined =>
      needOf({ tensors: { bytesByType, isTied, tokenEmbedding } })?.parts.find(({ kind }) => kind === 'weights')?.bytes
    expect(weights(false)).toBe(910 * MiB)
    expect(weights(true)).toBe(1_110 * MiB)
  })

  test('is not given without weights, a vocabulary or a sensible length', () => {
    expect(needOf({ weightsBytes: null })).toBeNull()
    expect(formulaNeed(facts, { ...shape('llama', llama3b), vocabulary: null }, 4_096, engine)).toBeNull()
    for (const length of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 40]) expect(needOf({}, length)).toBeNull()
  })

  test('an encoder needs no cache', () => {
    const bert = { block_count: 12, embedding_length: 384, 'attention.head_count': 12, vocab_size: 30_522 }
    const need = formulaNeed(facts, shape('bert', bert), 512, engine)
    expect(need?.parts.some(({ kind }) => kind === 'context')).toBe(false)
  })

  test('of a kind never measured is a rougher guess', () => {
    const known = needOf()?.plusMinusBytes ?? 0
    const unknown = formulaNeed(facts, shape('frobnicator', llama3b), 4_096, engine)?.plusMinusBytes ?? 0
    expect(unknown).toBeGreaterThan(3 * known)
  })
})

describe('need by file size', () => {
  test('says how little it knows', () => {
    const need = fileSizeNeed(factsOf({ weightsBytes: 4_700 * MiB }), 4_096, engine)
    expect(need).toMatchObject({ source: 'file_size', contextLength: 4_096 })
    expect(need?.plusMinusBytes).toBeGreaterThan((need?.bytes ?? 0) * 0.2)
  })

  test('grows with the context, and is unknown without a size', () => {
    const at = (contextLength: number): number =>
      fileSizeNeed(factsOf({ weightsBytes: 4_700 * MiB }), contextLength, engine)?.bytes ?? 0
    expect(at(32_768)).toBeGreaterThan(at(4_096) + 1_000 * MiB)
    expect(fileSizeNeed(factsOf(), 4_096, engine)).toBeNull()
  })
})

test('whatever the facts, a need is whole positive bytes that add up, or none', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 20 }),
    fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 53 - 1, -1, Number.NaN)
  )
  const keys = fc.record({
    block_count: fc.oneof(number, fc.constant(4)),
    embedding_length: number,
    'attention.head_count': number,
    'attention.head_count_kv': fc.oneof(number, fc.array(number, { maxLength: 6 })),
    'attention.key_length': number,
    'attention.sliding_window': number,
    vocab_size: number,
    expert_count: number
  })
  const size = fc.oneof(fc.nat(), fc.constantFrom(null, 0, 2 ** 50, 2 ** 53 - 1))
  const facts = fc.record({
    weightsBytes: size,
    cacheType: fc.constantFrom(...cacheTypes),
    parallel: fc.integer({ min: 1, max: 64 })
  })
  fc.assert(
    fc.property(fc.constantFrom('llama', 'gemma3', 'gpt-oss'), keys, facts, fc.nat(), (name, given, rest, length) => {
      const metadata: ModelMetadata = metadataOf(name, given)
      const all = factsOf({ ...rest, metadata })
      const read = readModelShape(all)
      const needs = [read && formulaNeed(all, read, length, engine), fileSizeNeed(all, length, engine)]
      for (const need of needs) {
        if (!need) continue
        const numbers = [need.bytes, need.plusMinusBytes, ...need.parts.map(({ bytes }) => bytes)]
        expect(numbers.every((one) => Number.isSafeInteger(one) && one >= 0)).toBe(true)
        expect(need.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(need.bytes)
      }
    }),
    { numRuns: 1_000 }
  )
})
