/** How wide the points of a range are: steps that people count in, at most as many as a chart can draw, and near to what is stored. */
import { DAY_MS, MINUTE_MS, SECOND_MS, storedSpansMs } from './historyRow.ts'

const secondSteps = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600].map((step) => step * SECOND_MS)
const minuteSteps = [1, 2, 5, 10, 30, 60, 120, 240, 360, 720].map((step) => step * MINUTE_MS)

/** For samples, which are taken a second apart. */
export function sampleStep(rangeMs: number, maxPoints: number): number {
  return stepFor(secondSteps, rangeMs, maxPoints)
}

/** For stored means: the step, and the widest stored span that it is made of. */
export function minuteStep(rangeMs: number, maxPoints: number): { stepMs: number; spanMs: number } {
  const stepMs = stepFor(minuteSteps, rangeMs, maxPoints)
  return { stepMs, spanMs: storedSpansMs.findLast((spanMs) => stepMs % spanMs === 0) ?? MINUTE_MS }
}

/** Steps are counted from the epoch, not from the range: as time goes on a bucket stays what it was. So a range may cut one more. */
function stepFor(steps: readonly number[], rangeMs: number, maxPoints: number): number {
  const fits = (stepMs: number): boolean => Math.ceil(rangeMs / stepMs) + 1 <= maxPoints
  return steps.find(fits) ?? Math.ceil(rangeMs / Math.max(1, maxPoints - 1) / DAY_MS) * DAY_MS
}
