import { describe, expect, it } from 'vitest'
import type { MemoryPoint } from '../../../shared/memory.ts'
import { testPoint } from '../features/memory/testPoint.ts'
import { withHistory } from './memoryStore.ts'

const mirror = (...points: MemoryPoint[]) => ({ sample: null, points, isHistoryKnown: false })
const times = (points: readonly MemoryPoint[]): number[] => points.map(({ at }) => at)

describe('the mirror of memory', () => {
  it('keeps samples that are newer than the history it asked for', () => {
    const next = withHistory(mirror(testPoint(1_000), testPoint(2_000)), [testPoint(500), testPoint(1_000)])
    expect(times(next.points)).toEqual([500, 1_000, 2_000])
    expect(next.isHistoryKnown).toBe(true)
  })

  it('drops samples that the last mean speaks for: they would stand before it', () => {
    const samples = [testPoint(7_000), testPoint(11_000), testPoint(12_000)]
    const next = withHistory(mirror(...samples), [testPoint(6_000, { spanMs: 6_000 })])
    expect(times(next.points)).toEqual([6_000, 12_000])
  })
})
