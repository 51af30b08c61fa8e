/** Times on the Memory screen in words. By the calendar of the moment: a formatter would keep the zone it was made in. */
import type { TimeSpan } from './memoryView.ts'

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const minuteMs = 60_000

const two = (value: number): string => value.toString().padStart(2, '0')

/** "14:02", or with its seconds: "14:02:10". */
export function clockTime(at: number, withSeconds: boolean): string {
  const date = new Date(at)
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes
}

/** "Thu 21". */
export function dayWords(at: number): string {
  const date = new Date(at)
  return `${weekdays[date.getDay()] ?? ''} ${date.getDate()}`
}

/** "21 Nov". */
export function dateWords(at: number): string {
  const date = new Date(at)
  return `${date.getDate()} ${months[date.getMonth()] ?? ''}`
}

export function isSameDay(a: number, b: number): boolean {
  return new Date(a).setHours(0, 0, 0, 0) === new Date(b).setHours(0, 0, 0, 0)
}

/** "14:02:10" today, "Thu 21 Nov, 14:02:10" on another day. */
export function momentWords(at: number, now: number, withSeconds: boolean): string {
  const time = clockTime(at, withSeconds)
  return isSameDay(at, now) ? time : `${dayWords(at)} ${months[new Date(at).getMonth()] ?? ''}, ${time}`
}

/** "the last hour", or where the picture is another one (older, or not yet the chosen one) what it really shows. */
export function shownWords(
  span: TimeSpan,
  range: { rangeMs: number; words: string },
  isLive: boolean,
  now: number
): string {
  const isRange = Math.round(span.toAt - span.fromAt) === range.rangeMs
  return isLive && isRange ? `the last ${range.words}` : spanWords(span, now)
}

/** "14:01:10 – 14:02:10"; the day is said once where it is the same, and not at all where that is today. */
export function spanWords({ fromAt, toAt }: TimeSpan, now: number): string {
  const withSeconds = toAt - fromAt < 10 * minuteMs
  const start = momentWords(fromAt, now, withSeconds)
  if (isSameDay(fromAt, toAt)) return `${start} – ${clockTime(toAt, withSeconds)}`
  return `${start} – ${isSameDay(toAt, now) ? 'today, ' : ''}${momentWords(toAt, now, withSeconds)}`
}
