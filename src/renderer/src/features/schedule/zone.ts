/** Wall-clock time of any time zone from instants, days of 23 and 25 hours included. Pure; the machine's zone is often not the page's. */
import { createOffsetReader } from '../../../../shared/zoneOffset.ts'

export interface WallTime {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  /** 1 Monday to 7 Sunday. */
  weekday: number
  /** Since 00:00 as the clock on the wall shows it. */
  minutes: number
}

export interface Zone {
  name: string
  wallAt(at: number): WallTime
  /** What the wall clock is ahead of UTC. */
  offsetMs(at: number): number
}

export const minuteMs = 60_000

/** The page's own zone where the name is none that this browser knows. */
function offsetReaderOf(timeZone: string): (at: number) => number {
  try {
    return createOffsetReader(timeZone)
  } catch {
    return createOffsetReader()
  }
}

function createZone(name: string): Zone {
  const readOffset = offsetReaderOf(name)
  // Offsets change on the quarter of an hour at most: what was asked once need not be asked again.
  const offsets = new Map<number, number>()
  const offsetMs = (at: number): number => {
    const quarter = Math.floor(at / (15 * minuteMs))
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const offset = readOffset(quarter * 15 * minuteMs)
    if (offsets.size > 20_000) offsets.clear()
    offsets.set(quarter, offset)
    return offset
  }
  const wallAt = (at: number): WallTime => {
    const wall = new Date(at + offsetMs(at))
    return {
      year: wall.getUTCFullYear(),
      month: wall.getUTCMonth() + 1,
      day: wall.getUTCDate(),
      weekday: wall.getUTCDay() || 7,
      minutes: wall.getUTCHours() * 60 + wall.getUTCMinutes() + (wall.getTime() % minuteMs) / minuteMs
    }
  }
  return { name, wallAt, offsetMs }
}

const zones = new Map<string, Zone>()

export function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone)
  if (known) return known
  const zone = createZone(timeZone)
  zones.set(timeZone, zone)
  return zone
}

export const pageZone = (): Zone => zoneOf(Intl.DateTimeFormat().resolvedOptions().timeZone)

/** The first instant between the two (on a whole minute) for which it holds; it must hold at the end, and not change back. */
export function firstInstant(from: number, to: number, holds: (at: number) => boolean): number {
  let low = Math.floor(from / minuteMs)
  let high = Math.ceil(to / minuteMs)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle * minuteMs)) high = middle
    else low = middle
  }
  return holds(low * minuteMs) ? low * minuteMs : high * minuteMs
}

const dayNumber = ({ year, month, day }: WallTime): number => Date.UTC(year, month - 1, day) / 86_400_000

/** Midnight, or the first instant of the day where midnight is skipped. */
export function startOfDay(zone: Zone, at: number): number {
  const today = dayNumber(zone.wallAt(at))
  return firstInstant(at - 27 * 60 * minuteMs, at, (instant) => dayNumber(zone.wallAt(instant)) >= today)
}

export function startOfNextDay(zone: Zone, at: number): number {
  const today = dayNumber(zone.wallAt(at))
  return firstInstant(at, at + 50 * 60 * minuteMs, (instant) => dayNumber(zone.wallAt(instant)) > today)
}

/** Whole days from one instant's day to another's; negative where it lies before. */
export function daysBetween(zone: Zone, from: number, to: number): number {
  return dayNumber(zone.wallAt(to)) - dayNumber(zone.wallAt(from))
}

const two = (value: number): string => String(value).padStart(2, '0')

/** 510 is "08:30"; the end of a day is "24:00". */
export function clockWords(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`
}

/** "08:30". */
export function timeWords(zone: Zone, at: number): string {
  return clockWords(zone.wallAt(at).minutes)
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const longWeekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export const weekdayWord = (weekday: number): string => weekdays[weekday - 1] ?? ''
export const longWeekdayWord = (weekday: number): string => longWeekdays[weekday - 1] ?? ''
export const monthWord = (month: number): string => months[month - 1] ?? ''

/** "today", "tomorrow", "Fri" within the week, "24 Mar" beyond it. */
export function dayWords(zone: Zone, at: number, now: number): string {
  const days = daysBetween(zone, now, at)
  if (days === 0) return 'today'
  if (days === 1) return 'tomorrow'
  if (days === -1) return 'yesterday'
  const { weekday, day, month } = zone.wallAt(at)
  return days > 0 && days < 7 ? weekdayWord(weekday) : `${day} ${monthWord(month)}`
}

/** "17:55" today, else with the day: "tomorrow 08:30". */
export function momentWords(zone: Zone, at: number, now: number): string {
  const day = dayWords(zone, at, now)
  return day === 'today' ? timeWords(zone, at) : `${day} ${timeWords(zone, at)}`
}

/** The same where there is little room: "17:55", "Thu 08:30", "24 Mar". */
export function shortMomentWords(zone: Zone, at: number, now: number): string {
  const days = daysBetween(zone, now, at)
  if (days === 0) return timeWords(zone, at)
  const { weekday, day, month } = zone.wallAt(at)
  return days > 0 && days < 7 ? `${weekdayWord(weekday)} ${timeWords(zone, at)}` : `${day} ${monthWord(month)}`
}
