/** How far a time zone's clocks are from UTC, and when they were changed: asked of the system once for every half day. */
import { createOffsetReader } from '../../shared/zoneOffset.ts'

const halfDayMs = 43_200_000
export const dayMs = 86_400_000

interface HalfDay {
  /** Before the change, or all of it where there is none. */
  beforeMs: number
  change: { at: number; afterMs: number } | null
}

export interface ZoneOffsets {
  /** Local time less UTC. */
  offsetAt(at: number): number
  /** Days since 1970-01-01 on that zone's calendar. */
  civilDay(at: number): number
  /** The offset of all of this civil day; null where the clocks are changed in it, or at one of its ends. */
  offsetOf(civilDay: number): number | null
}

export function createZoneOffsets(timeZone: string): ZoneOffsets {
  const ask = createOffsetReader(timeZone)
  const halfDays = new Map<number, HalfDay>()
  const days = new Map<number, number | null>()

  function halfDay(index: number): HalfDay {
    const known = halfDays.get(index)
    if (known) return known
    const fromAt = index * halfDayMs
    const beforeMs = ask(fromAt)
    const afterMs = ask(fromAt + halfDayMs)
    const change = beforeMs === afterMs ? null : { at: changeBetween(fromAt, fromAt + halfDayMs, ask), afterMs }
    const found = { beforeMs, change }
    halfDays.set(index, found)
    return found
  }

  function offsetAt(at: number): number {
    const { beforeMs, change } = halfDay(Math.floor(at / halfDayMs))
    return change !== null && at >= change.at ? change.afterMs : beforeMs
  }

  function findOffsetOf(civilDay: number): number | null {
    const localMidnight = civilDay * dayMs
    // Wherever on Earth that day is: from 14 hours before UTC to 12 after it, and a little.
    const first = Math.floor((localMidnight - 15 * 3_600_000) / halfDayMs)
    const last = Math.floor((localMidnight + dayMs + 13 * 3_600_000) / halfDayMs)
    for (let index = first; index <= last; index++) {
      const { beforeMs, change } = halfDay(index)
      if (change === null) continue
      const { at, afterMs } = change
      const touched = [at + beforeMs - 1, at + beforeMs, at + afterMs].map((local) => Math.floor(local / dayMs))
      if (touched.includes(civilDay)) return null
    }
    const aboutMidnight = localMidnight - offsetAt(localMidnight)
    return offsetAt(aboutMidnight + dayMs / 2)
  }

  return {
    offsetAt,
    civilDay: (at) => Math.floor((at + offsetAt(at)) / dayMs),
    offsetOf(civilDay) {
      const known = days.get(civilDay)
      if (known !== undefined) return known
      const offset = findOffsetOf(civilDay)
      days.set(civilDay, offset)
      return offset
    }
  }
}

/** The first millisecond of the new offset; a half day has no two changes. */
function changeBetween(fromAt: number, toAt: number, ask: (at: number) => number): number {
  const before = ask(fromAt)
  let [low, high] = [fromAt, toAt]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (ask(middle) === before) low = middle
    else high = middle
  }
  return high
}
