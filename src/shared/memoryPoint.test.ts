/** Would catch: a line drawn over a night asleep, a gap drawn into slow sampling, a stale reading drawn as a new one. */
import { describe, expect, it } from 'vitest'
import type { MemoryPoint, MemorySample } from './memory.ts'
import { holeMs, isHole, pointOf, pointsAfter } from './memoryPoint.ts'

const sampleAt = (sampledAt: number, isStale = false): MemorySample =>
  ({ sampledAt, isStale, models: [], gpus: [], usedBytes: 5, otherBytes: 5 }) as unknown as MemorySample
const last = pointsAfter(undefined, sampleAt(1_000))[0]
const seen = (points: MemoryPoint[]): [number, boolean][] => points.map((point) => [point.at, isHole(point)])

describe('what all models together held', () => {
  const heldMaxOf = (...heldBytes: (number | null)[]) => {
    const models = heldBytes.map((bytes, index) => ({ id: { hostId: 'h', name: `m${index}` }, heldBytes: bytes }))
    return pointOf({ ...sampleAt(1_000), models } as unknown as MemorySample).heldMaxBytes
  }
  it('is their sum, 0 without any, and not known where one of them is not', () => {
    expect([heldMaxOf(5, 7), heldMaxOf(), heldMaxOf(null), heldMaxOf(5, null)]).toEqual([12, 0, null, null])
  })
})

describe('pointsAfter', () => {
  it('notes a hole only where more than the longest step passed', () => {
    expect(seen(pointsAfter(last, sampleAt(1_000 + holeMs)))).toEqual([[1_000 + holeMs, false]])
    expect(seen(pointsAfter(last, sampleAt(1_001 + holeMs)))).toEqual([
      [1_001, true],
      [1_001 + holeMs, false]
    ])
  })

  it('ends the line at a stale sample, once, and repeats no reading', () => {
    const hole = pointsAfter(last, sampleAt(2_000, true))
    expect(seen(hole)).toEqual([[1_001, true]])
    expect(pointsAfter(hole[0], sampleAt(3_000, true))).toEqual([])
    expect(pointsAfter(last, sampleAt(1_000))).toEqual([])
    expect(pointsAfter(undefined, sampleAt(1_000, true))).toEqual([])
  })
})
