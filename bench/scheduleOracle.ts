/**
 * When the starts of a rule are, found without a calendar of one's own: every quarter of an hour of a stretch is shown on the zone's
 * clock, and the starts are read off it. Slow and plain; it shares no line with what it checks.
 */

const minuteMs = 60_000
const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

interface ShownMinute {
  at: number
  /** "2026-03-29". */
  date: string
  /** Minutes since midnight. */
  minute: number
  day: number
}

const quartersOf = new Map<string, ShownMinute[]>()

/** Starts after `fromAt` and up to `toAt`. */
export function dueStarts(
  { time, days }: { time: string; days: readonly number[] },
  timeZone: string,
  fromAt: number,
  toAt: number
): number[] {
  const wanted = Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const starts: number[] = []
  let doneOn = ''
  for (const quarter of quarters(timeZone, fromAt, toAt)) {
    if (quarter.date === doneOn || !days.includes(quarter.day)) continue
    // The quarter with that minute in it; or, where the clock has jumped over it, the first one after.
    const inside = wanted >= quarter.minute && wanted < quarter.minute + 15
    if (!inside && wanted >= quarter.minute) continue
    doneOn = quarter.date
    const start = inside ? quarter.at + (wanted - quarter.minute) * minuteMs : quarter.at
    if (start > fromAt && start <= toAt) starts.push(start)
  }
  return starts
}

/** Clocks are changed at full quarters of an hour. */
function quarters(timeZone: string, fromAt: number, toAt: number): ShownMinute[] {
  const quarterMs = 15 * minuteMs
  // From a local midnight on, or the first day would look as if it had jumped.
  const begin = Math.floor(fromAt / quarterMs) * quarterMs - 3 * 1_440 * minuteMs
  const end = Math.ceil(toAt / 86_400_000) * 86_400_000 + 86_400_000
  const key = `${timeZone} ${begin} ${end}`
  const known = quartersOf.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit'
  })
  const shown: ShownMinute[] = []
  for (let at = begin; at <= end; at += quarterMs) {
    // "Sun, 03/29/2026, 03:00"
    const [, name = '', date = '', hour = '', minute = ''] =
      /^(\w+), (\d\d\/\d\d\/\d{4}), (\d\d):(\d\d)$/.exec(format.format(at)) ?? []
    shown.push({ at, date, minute: Number(hour) * 60 + Number(minute), day: names.indexOf(name) + 1 })
  }
  const firstDate = shown[0]?.date
  const whole = shown.filter(({ date }) => date !== firstDate)
  quartersOf.set(key, whole)
  return whole
}
