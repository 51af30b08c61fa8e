/** The bench measures what it says: two small shapes on the real engine, and its words for what it found. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runNeedBench, type NeedBench } from './needBench.ts'
import { needRows, needTable } from './needRows.ts'
import { needCases, type NeedCase } from './needShapes.ts'

const engineChild = join(import.meta.dirname, '../src/main/providers/llamacpp/engineChild.ts')
const tiny: NeedCase = {
  shape: {
    embedding: 128,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    feedForward: 352,
    vocabulary: 512,
    contextLength: 4_096,
    weights: 'q8_0',
    isTied: false
  },
  contextLength: 1_024,
  cacheType: 'f16',
  useMmap: true
}
const repacked: NeedCase = {
  ...tiny,
  shape: { ...tiny.shape, weights: 'q4_0', isTied: true },
  cacheType: 'q8_0',
  useMmap: null
}

test('two tiny shapes: every source is beside what was allocated, and the rules of thumb are off', async () => {
  const bench = await runNeedBench(engineChild, [tiny, repacked])
  expect(bench.measurements).toHaveLength(2)
  for (const { allocatedBytes, predicted, fileBytes } of bench.measurements) {
    expect(allocatedBytes).toBeGreaterThan(1_000_000)
    expect(fileBytes).toBeGreaterThan(200_000)
    expect(Math.abs(predicted.learned - allocatedBytes)).toBeLessThan(1)
    // Of a model this small the log's rounding to a hundredth of a mebibyte is already a percent.
    expect(Math.abs(predicted.engine / allocatedBytes - 1)).toBeLessThan(0.02)
    expect(Math.abs(predicted.formula / allocatedBytes - 1)).toBeLessThan(0.05)
    expect(predicted.sizeRule).toBe(fileBytes * 1.2)
  }
  expect(bench.errors.sizeRule.median).toBeGreaterThan(0.3)
}, 60_000)

test('there are shapes enough, and of every kind', () => {
  expect(needCases.length).toBeGreaterThanOrEqual(24)
  const kinds = (of: (needCase: NeedCase) => unknown): number => new Set(needCases.map(of)).size
  expect(kinds(({ shape }) => shape.weights)).toBe(3)
  expect(kinds(({ cacheType }) => cacheType)).toBe(3)
  expect(kinds(({ shape }) => shape.isTied)).toBe(2)
  expect(kinds(({ useMmap }) => useMmap)).toBe(3)
  expect(kinds(({ contextLength }) => contextLength)).toBeGreaterThanOrEqual(7)
  expect(kinds(({ shape }) => shape.headLength ?? shape.embedding / shape.heads)).toBeGreaterThanOrEqual(4)
  expect(kinds((needCase) => JSON.stringify(needCase))).toBe(needCases.length)
  for (const { shape } of needCases) expect(shape.heads % shape.kvHeads).toBe(0)
})

test('a promise is met only when both its figures are', () => {
  const good = { median: 0.001, worst: 0.002 }
  const bench: NeedBench = {
    name: '',
    measurements: [],
    errors: { engine: { median: 0.001, worst: 0.06 }, formula: good, learned: good, ollamaRule: good, sizeRule: good },
    withinMargin: 1,
    seconds: 1
  }
  expect(needRows(bench).map(({ isMet }) => isMet)).toEqual([false, true, true, true, true])
  expect(needRows(bench)[0]?.figure).toContain('worst 6.00 %')
})

test('a prediction too low is shown with its sign', () => {
  const bench: NeedBench = {
    name: '',
    measurements: [
      {
        case: tiny,
        fileBytes: 2 ** 20,
        allocatedBytes: 2 ** 21,
        predicted: { engine: 2 ** 20, formula: 2 ** 22, learned: 2 ** 21, ollamaRule: 1, sizeRule: 1 },
        isWithinMargin: true
      }
    ],
    errors: { engine: { median: 0, worst: 0 } } as NeedBench['errors'],
    withinMargin: 1,
    seconds: 1
  }
  expect(needTable(bench)).toContain('| 1.0 | 2.0 | -50.0 % | +100.0 % | +0.00 % |')
})
