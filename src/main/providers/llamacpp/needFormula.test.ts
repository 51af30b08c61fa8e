/** The formula beside the real engine, kind by kind: what attention, windows, latent rows, experts and recurrent state really take. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Need, NeedPartKind } from '../../../shared/need.ts'
import { readModelShape } from '../../models/modelShape.ts'
import { formulaNeed } from '../../models/need.ts'
import type { NeedFacts } from '../provider.ts'
import { architectureKinds, writeArchitecture, type ArchitectureKind } from './gguf/testArchitectures.ts'
import { createTestEngine, neverAborted, type TestEngine } from './testEngine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await createTestEngine()
})
afterAll(() => engine.dispose())

/** What the engine logs is rounded to a hundredth of a mebibyte, per device and kind. */
const rounding = 12_000

const cases: [ArchitectureKind, number][] = [
  ['window', 512],
  ...architectureKinds.map((kind) => [kind, 8_192] as [ArchitectureKind, number])
]

test.each(cases)('%s at %d tokens', async (kind, contextLength) => {
  await writeArchitecture(engine.directory, kind)
  const facts = await engine.provider.describeNeed(kind, neverAborted)
  const need = needOf(facts, contextLength)
  const { allocated } = await engine.provider.load(kind, { contextLength, keepAliveSeconds: 600 }, neverAborted)
  const logged = (part: NeedPartKind): number => allocated?.find(({ kind: one }) => one === part)?.bytes ?? 0
  const predicted = (part: NeedPartKind): number => need.parts.find(({ kind: one }) => one === part)?.bytes ?? 0
  for (const part of ['weights', 'context', 'state', 'output'] as const)
    expect(Math.abs(predicted(part) - logged(part)), part).toBeLessThan(rounding)
  const total = allocated?.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
  expect(Math.abs(need.bytes - total)).toBeLessThan(need.plusMinusBytes)
  // The graphs of recurrent layers have widths of their own; they are marked as a rougher guess.
  expect(Math.abs(need.bytes / total - 1)).toBeLessThan(/recurrent|hybrid/.test(kind) ? 0.15 : 0.06)
  await engine.provider.unload(kind, 5_000, neverAborted)
})

function needOf(facts: NeedFacts, contextLength: number): Need {
  const shape = readModelShape(facts)
  // This engine feeds one token more where a window slides.
  const need = shape && formulaNeed(facts, shape, contextLength, { overheadBytes: 0, batchTokens: 513 })
  if (!need) throw new Error('the formula says nothing')
  return need
}
