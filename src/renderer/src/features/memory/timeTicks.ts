/** Where the time axis has its labels: round times of the local clock, from seconds to weeks, never more than fit. */
import { clockTime, dateWords, dayWords } from './timeWords.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 12].map((count) => count * hour),
  ...[1, 2, 3, 7, 14].map((count) => count * day)
]
const longestMs = 14 * day
/** The fifth of January 1970, by dayNumber. */
const firstMonday = 4

export interface TimeTicks {
  at: number[]
  /** From one to the next, on a day without a change of the clocks. */
  stepMs: number
}

/** Times inside the span, at most `most` of them and one. */
export function timeTicks(fromAt: number, toAt: number, most: number): TimeTicks {
  const stepMs = stepsMs.find((ms) => (toAt - fromAt) / ms <= most) ?? longestMs
  const found: number[] = []
  for (let at = firstTick(fromAt, stepMs); at <= toAt; at = nextTick(at, stepMs)) if (at >= fromAt) found.push(at)
  return { at: found, stepMs }
}

/** A round time at or before `fromAt`. */
function firstTick(fromAt: number, stepMs: number): number {
  const start = new Date(fromAt)
  // A whole hour of the local clock, which may stand half an hour off everyone else's.
  if (stepMs < hour) return start.setMinutes(0, 0, 0) + Math.floor((fromAt - start.getTime()) / stepMs) * stepMs
  start.setHours(0, 0, 0, 0)
  if (stepMs <= day) return start.getTime()
  // Days are counted from a fixed one, so that ticks do not change places as the range moves; weeks from a Monday.
  const daysBefore = (dayNumber(start) - firstMonday) % (stepMs / day)
  return start.setDate(start.getDate() - daysBefore)
}

/** Hours and days by the calendar: a day with a change of the clocks has 23 or 25 of them. */
function nextTick(at: number, stepMs: number): number {
  if (stepMs < hour) return at + stepMs
  const next = new Date(at)
  if (stepMs >= day) return next.setDate(next.getDate() + stepMs / day)
  next.setHours(next.getHours() + stepMs / hour, 0, 0, 0)
  // Where the clock is put back, an hour that comes twice leads nowhere.
  return next.getTime() > at ? next.getTime() : at + stepMs
}

/** Whole days since the first of January 1970, as the local calendar counts them. */
function dayNumber(date: Date): number {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / day)
}

/** "14:02:10" among seconds, "14:02" among minutes and hours with midnight as "Thu 21", "21 Nov" among days. */
export function tickLabel(at: number, stepMs: number): string {
  if (stepMs < minute) return clockTime(at, true)
  if (stepMs > day) return dateWords(at)
  const isMidnight = new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0
  return stepMs === day || (isMidnight && stepMs >= hour) ? dayWords(at) : clockTime(at, false)
}
