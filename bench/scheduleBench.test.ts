/** The bench's year in small: every start exactly once, by a calendar that shares nothing with the schedule's own. */
import { expect, it } from 'vitest'
import { simulate } from './scheduleBench.ts'
import { dueStarts } from './scheduleOracle.ts'

it.each([1, 2, 3])('120 days with sleep, jumping clocks and a change of the clocks, seed %i', (seed) => {
  const { passed, warmed, missed, wrong } = simulate(25, 120, seed)
  expect(passed).toBeGreaterThan(1_000)
  expect(warmed + missed).toBe(passed)
  expect(wrong).toBe(0)
})

it('the other calendar is no yes-man: it knows the day without 02:30 and the one with two', () => {
  const starts = (from: string) => {
    const at = Date.parse(from)
    const when = { time: '02:30', days: [1, 2, 3, 4, 5, 6, 7] }
    return dueStarts(when, 'Europe/Berlin', at, at + 2 * 86_400_000).map((start) => new Date(start).toISOString())
  }
  expect(starts('2026-03-28T12:00:00Z')).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
  expect(starts('2026-10-24T12:00:00Z')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'])
})
