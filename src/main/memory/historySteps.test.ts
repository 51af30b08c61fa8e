/** Would catch: more points than asked for at some place of the range, and a step that stored rows do not add up to. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { minuteStep, sampleStep } from './historySteps.ts'

const maxPoints = fc.integer({ min: 2, max: 600 })
const startAt = fc.integer({ min: 0, max: 2e12 })
const stepsIn = (fromAt: number, toAt: number, stepMs: number): number =>
  Math.floor(toAt / stepMs) - Math.floor(fromAt / stepMs) + 1

it('a range has at most the points asked for, wherever it begins', () => {
  fc.assert(
    fc.property(startAt, fc.integer({ min: 1_000, max: 31 * 86_400_000 }), maxPoints, (fromAt, rangeMs, most) => {
      const { stepMs, spanMs } = minuteStep(rangeMs, most)
      expect(stepsIn(fromAt, fromAt + rangeMs, stepMs)).toBeLessThanOrEqual(most)
      expect(stepMs % spanMs).toBe(0)
      expect(stepsIn(fromAt, fromAt + rangeMs, stepMs) * (stepMs / spanMs)).toBeLessThanOrEqual(2 * 600)
      expect(stepsIn(fromAt, fromAt + rangeMs, sampleStep(rangeMs, most))).toBeLessThanOrEqual(most)
    }),
    { numRuns: 2_000 }
  )
})

it.each([
  ['6 hours', 6 * 3_600_000, 1, 1],
  ['a day', 86_400_000, 5, 5],
  ['3 days', 3 * 86_400_000, 10, 5],
  ['a week', 7 * 86_400_000, 30, 30],
  ['30 days', 30 * 86_400_000, 120, 120]
])('%s are drawn in steps people count in, from few rows', (_, rangeMs, stepMinutes, spanMinutes) => {
  expect(minuteStep(rangeMs, 600)).toEqual({ stepMs: stepMinutes * 60_000, spanMs: spanMinutes * 60_000 })
})
