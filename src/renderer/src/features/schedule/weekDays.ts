/** The seven columns of the calendar: each day with its true length, and where on it an instant is drawn. Pure. */
import { firstInstant, minuteMs, startOfDay, startOfNextDay, type Zone } from './zone.ts'

/** Clocks are set on that day: `byMinutes` forward (60, the day has 23 hours) or back (-60, it has 25). */
export interface ClockChange {
  at: number
  byMinutes: number
  /** Where on the column it lies: the hour that does not exist, or the one that is there twice. */
  fromMinutes: number
  toMinutes: number
}

export interface Day {
  startAt: number
  endAt: number
  weekday: number
  day: number
  month: number
  clockChange: ClockChange | null
}

/** Minutes of a column, whatever the day's own length: hours stand at the same height in all seven. */
export const columnMinutes = 1_440

export function weekDays(zone: Zone, now: number, weeksAhead = 0): Day[] {
  let startAt = startOfDay(zone, now)
  const days: Day[] = []
  for (let index = 0; index < 7 * (weeksAhead + 1); index += 1) {
    const endAt = startOfNextDay(zone, startAt)
    if (index >= 7 * weeksAhead) days.push(dayOf(zone, startAt, endAt))
    startAt = endAt
  }
  return days
}

function dayOf(zone: Zone, startAt: number, endAt: number): Day {
  const { weekday, day, month } = zone.wallAt(startAt)
  return { startAt, endAt, weekday, day, month, clockChange: clockChangeOf(zone, startAt, endAt) }
}

function clockChangeOf(zone: Zone, startAt: number, endAt: number): ClockChange | null {
  // The last minute and the one before the first: a change at midnight itself belongs to the day that is longer or shorter for it.
  const before = zone.offsetMs(startAt)
  const after = zone.offsetMs(endAt - minuteMs)
  const byMinutes = (after - before) / minuteMs
  if (byMinutes === 0) return skippedMidnight(zone, startAt)
  const at = firstInstant(startAt, endAt - minuteMs, (instant) => zone.offsetMs(instant) === after)
  const wallMinutes = zone.wallAt(at - minuteMs).minutes + 1
  return byMinutes > 0
    ? { at, byMinutes, fromMinutes: wallMinutes, toMinutes: wallMinutes + byMinutes }
    : { at, byMinutes, fromMinutes: wallMinutes + byMinutes, toMinutes: wallMinutes }
}

/** Where the clocks go forward at midnight, the day begins at 01:00. */
function skippedMidnight(zone: Zone, startAt: number): ClockChange | null {
  const toMinutes = zone.wallAt(startAt).minutes
  return toMinutes === 0 ? null : { at: startAt, byMinutes: toMinutes, fromMinutes: 0, toMinutes }
}

/**
 * The height of an instant on its day, in minutes from the top: as the wall clock shows it. The hour that is there twice is drawn once,
 * both of its passes in half the height, so that later is always lower.
 */
export function minutesOn(day: Day, zone: Zone, at: number): number {
  if (at <= day.startAt) return day.clockChange?.at === day.startAt ? day.clockChange.toMinutes : 0
  if (at >= day.endAt) return columnMinutes
  const change = day.clockChange
  if (change !== null && change.byMinutes < 0) {
    const passMs = -change.byMinutes * minuteMs
    const sinceFirstPass = at - (change.at - passMs)
    if (sinceFirstPass >= 0 && sinceFirstPass < 2 * passMs) return change.fromMinutes + sinceFirstPass / 2 / minuteMs
  }
  return zone.wallAt(at).minutes
}

/** The instant at a height of the column: the other way round, for a place that was pointed at. */
export function instantAt(day: Day, zone: Zone, minutes: number): number {
  return firstInstant(day.startAt, day.endAt, (at) => at >= day.endAt || minutesOn(day, zone, at) >= minutes)
}
