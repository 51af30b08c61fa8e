/** Would catch: a straight line drawn through the hours a laptop slept, a history that grows for ever, stale samples kept as new. */
import { describe, expect, it } from 'vitest'
import type { MemorySample } from '../../shared/memory.ts'
import { composeSample } from './composeSample.ts'
import { createMemoryHistory } from './history.ts'
import { GIB, testGpu, testModel, testReading } from './testReadings.ts'

const start = 1_700_000_000_000

function sampleAt(readAt: number, isStale = false): MemorySample {
  const reading = testReading({ readAt, gpus: [testGpu({ loadPercent: 30 }), testGpu({ id: 'b', loadPercent: 70 })] })
  return composeSample({ reading, models: [testModel()], baseline: [], reserveSettingBytes: 0, isStale, now: readAt })
}

describe('memory history', () => {
  it('answers the asked range only, oldest first, with what each model held', () => {
    const history = createMemoryHistory()
    for (let second = 0; second < 100; second++) history.add(sampleAt(start + second * 1000))
    const points = history.query(10_000, 600, start + 99_000)
    expect(points.map((point) => point.at - start)).toEqual(
      [89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99].map((s) => s * 1000)
    )
    expect(points[0]).toMatchObject({ usedBytes: 4 * GIB, gpuLoadPercent: 70, held: { 'ollama/tiny': GIB } })
  })

  it('keeps one hour and no more, however long it runs', () => {
    const history = createMemoryHistory()
    for (let second = 0; second < 9_000; second++) history.add(sampleAt(start + second * 1000))
    const points = history.query(10 * 3_600_000, 100_000, start + 8_999_000)
    expect(points[0]?.at).toBe(start + (8_999 - 3_600) * 1000)
    expect(points).toHaveLength(3_601)
  })

  it('leaves a hole where nothing was read', () => {
    const history = createMemoryHistory()
    history.add(sampleAt(start))
    history.add(sampleAt(start + 3_600_000 / 2))
    expect(history.query(3_600_000, 600, start + 1_800_000).map((point) => point.usedBytes)).toEqual([
      4 * GIB,
      null,
      4 * GIB
    ])
  })

  it('takes a stale sample for a hole, once, and the same reading only once', () => {
    const history = createMemoryHistory()
    history.add(sampleAt(start))
    history.add(sampleAt(start))
    for (let tick = 0; tick < 5; tick++) history.add(sampleAt(start, true))
    history.add(sampleAt(start + 9_000))
    expect(history.query(60_000, 600, start + 9_000).map((point) => point.usedBytes)).toEqual([4 * GIB, null, 4 * GIB])
  })
})
