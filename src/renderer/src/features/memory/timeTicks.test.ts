import { describe, expect, it } from 'vitest'
import { timeTicks } from './timeTicks.ts'

const minute = 60_000

describe('timeTicks', () => {
  it('stands on round minutes of the clock, not at odd times that move with the range', () => {
    const ticks = timeTicks(3 * minute + 1_234, 63 * minute + 1_234, 5, 0)
    expect(ticks).toEqual([15, 30, 45, 60].map((at) => at * minute))
  })

  it('stands on round minutes of a clock that is half an hour off', () => {
    expect(timeTicks(0, 60 * minute, 3, 30 * minute)).toEqual([10, 30, 50].map((at) => at * minute))
  })

  it('never gives more labels than fit', () => {
    for (const range of [5, 15, 60])
      expect(timeTicks(7_777, 7_777 + range * minute, 6, 0).length).toBeLessThanOrEqual(7)
  })
})
