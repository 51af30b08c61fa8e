import { describe, expect, it } from 'vitest'
import { memoryGaps } from './memoryGaps.ts'
import { testPoint } from './testPoint.ts'

const every = (stepMs: number, count: number, fromAt = 0): number[] =>
  Array.from({ length: count }, (_, i) => fromAt + i * stepMs)

const gapsOf = (times: readonly number[], drawnMs: number): boolean[] =>
  memoryGaps(
    times.map((at) => testPoint(at)),
    drawnMs
  ).gaps

describe('memoryGaps', () => {
  it('flags a silence of more than three intervals, so that no line is drawn over a sleeping computer', () => {
    const times = [...every(1_000, 10), ...every(1_000, 10, 60_000)]
    expect(gapsOf(times, 500).indexOf(true)).toBe(10)
    expect(gapsOf(times, 500).filter(Boolean)).toHaveLength(1)
  })

  it('does not mistake the slower sampling of an unwatched page for a gap', () => {
    const times = [...every(1_000, 10), ...every(5_000, 10, 14_000), ...every(1_000, 10, 60_000)]
    expect(gapsOf(times, 500)).not.toContain(true)
  })

  it('still sees a gap when gaps follow each other', () => {
    expect(gapsOf([0, 60_000, 61_000, 120_000], 500)).toEqual([false, true, false, true])
  })

  it('leaves points that were thinned in pairs connected', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => Math.floor(i / 2) * 12_000 + (i % 2) * 11_000)
    expect(gapsOf(pairs, 6_000)).not.toContain(true)
  })

  it('begins anew after a hole the core noted, however short, and draws the hole itself as nothing', () => {
    const hole = testPoint(1_500, { usedBytes: null, otherBytes: null })
    const { points, gaps } = memoryGaps([testPoint(0), testPoint(1_000), hole, testPoint(2_000)], 500)
    expect(points.map((point) => point.at)).toEqual([0, 1_000, 2_000])
    expect(gaps).toEqual([false, false, true])
  })

  it('has no gap before the first point', () => {
    expect(gapsOf([5], 1_000)).toEqual([false])
    expect(gapsOf([], 1_000)).toEqual([])
  })
})
