import { describe, expect, it } from 'vitest'
import { memoryGaps } from './memoryGaps.ts'
import { testHole, testPoint } from './testPoint.ts'

describe('memoryGaps', () => {
  it('begins anew after a hole that was noted, however short, and draws the hole itself as nothing', () => {
    const { points, gaps } = memoryGaps([testPoint(0), testPoint(1_000), testHole(1_001), testPoint(2_000)])
    expect(points.map((point) => point.at)).toEqual([0, 1_000, 2_000])
    expect(gaps).toEqual([false, false, true])
  })

  it('leaves points connected that lie far apart because they were thinned', () => {
    expect(memoryGaps([0, 1_000, 42_000, 43_000].map((at) => testPoint(at))).gaps).not.toContain(true)
  })

  it('still sees a gap when gaps follow each other', () => {
    const all = [testPoint(0), testHole(1), testPoint(60_000), testHole(60_001), testPoint(120_000)]
    expect(memoryGaps(all).gaps).toEqual([false, true, true])
  })

  it('has no gap before the first point', () => {
    expect(memoryGaps([testHole(0), testPoint(5)]).gaps).toEqual([false])
    expect(memoryGaps([]).gaps).toEqual([])
  })
})
