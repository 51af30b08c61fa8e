/**
 * When a rule's time of day comes, on the calendar of a time zone. What that means on a day that changes its clocks is croner's to say;
 * on every other day it is a sum, because croner is too slow to be asked for each of a thousand rules and a year.
 */
import { Cron } from 'croner'
import { createZoneOffsets, dayMs } from './zoneOffsets.ts'

/** As in a rule: "08:30", and 1 Monday to 7 Sunday. */
export interface TimeOnDays {
  time: string
  days: readonly number[]
}

export interface Calendar {
  /** IANA. */
  readonly timeZone: string
  /** Every start from `fromAt` on and before `toAt`, oldest first. */
  startsBetween(when: TimeOnDays, fromAt: number, toAt: number): number[]
  /** The newest start at `at` or before it. */
  lastStart(when: TimeOnDays, at: number): number | null
  /** The first start after `at`. */
  nextStart(when: TimeOnDays, at: number): number | null
  /** The same time of day so many days later. */
  addDays(at: number, days: number): number
  /** "08:31". */
  clockWords(at: number): string
  /** 1 Monday to 7 Sunday. */
  dayOfWeek(at: number): number
}

/** `timeZone` null: the machine's own. */
export function createCalendar(timeZone: string | null): Calendar {
  const zone = timeZone ?? machineTimeZone()
  const offsets = createZoneOffsets(zone)
  const crons = new Map<number, Cron>()
  /** Of days that change their clocks, by day and minute. */
  const asked = new Map<number, number | null>()

  function startOn(civilDay: number, minuteOfDay: number): number | null {
    const offset = offsets.offsetOf(civilDay)
    return offset === null ? askOnce(civilDay, minuteOfDay) : civilDay * dayMs + minuteOfDay * 60_000 - offset
  }

  function askOnce(civilDay: number, minuteOfDay: number): number | null {
    const key = civilDay * 1_440 + minuteOfDay
    const known = asked.get(key)
    if (known !== undefined) return known
    const start = askCroner(civilDay, minuteOfDay)
    asked.set(key, start)
    return start
  }

  /** From the day before on, so that croner itself decides which of two equal times of day it takes. */
  function askCroner(civilDay: number, minuteOfDay: number): number | null {
    const cron = cronOf(minuteOfDay)
    const localMidnight = civilDay * dayMs
    let at: Date | null = new Date(localMidnight - offsets.offsetAt(localMidnight - dayMs) - dayMs / 2)
    for (let run = 0; run < 4; run++) {
      at = cron.nextRun(at)
      if (at === null) return null
      const day = offsets.civilDay(at.getTime())
      if (day === civilDay) return at.getTime()
      if (day > civilDay) return null
    }
    return null
  }

  function cronOf(minuteOfDay: number): Cron {
    const known = crons.get(minuteOfDay)
    if (known) return known
    const pattern = `${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} * * *`
    const cron = new Cron(pattern, { timezone: zone, mode: '5-part', paused: true })
    crons.set(minuteOfDay, cron)
    return cron
  }

  return {
    timeZone: zone,
    startsBetween({ time, days }, fromAt, toAt) {
      const minute = minuteOf(time)
      const starts: number[] = []
      const last = offsets.civilDay(toAt)
      for (let day = offsets.civilDay(fromAt) - 1; day <= last; day++) {
        if (!days.includes(weekdayOf(day))) continue
        const start = startOn(day, minute)
        if (start !== null && start >= fromAt && start < toAt) starts.push(start)
      }
      return starts
    },
    lastStart({ time, days }, at) {
      const minute = minuteOf(time)
      const today = offsets.civilDay(at)
      for (let day = today + 1; day >= today - 15; day--) {
        if (!days.includes(weekdayOf(day))) continue
        const start = startOn(day, minute)
        if (start !== null && start <= at) return start
      }
      return null
    },
    nextStart({ time, days }, at) {
      const minute = minuteOf(time)
      const today = offsets.civilDay(at)
      for (let day = today - 1; day <= today + 15; day++) {
        if (!days.includes(weekdayOf(day))) continue
        const start = startOn(day, minute)
        if (start !== null && start > at) return start
      }
      return null
    },
    addDays(at, days) {
      const local = at + offsets.offsetAt(at)
      const minute = Math.floor((local % dayMs) / 60_000)
      const start = startOn(Math.floor(local / dayMs) + days, minute)
      return start === null ? at + days * dayMs : start + (local % 60_000)
    },
    clockWords(at) {
      const minute = Math.floor(((at + offsets.offsetAt(at)) % dayMs) / 60_000)
      return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`
    },
    dayOfWeek: (at) => weekdayOf(offsets.civilDay(at))
  }
}

/** What the system says it is; UTC where it says nothing that can be used. */
function machineTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  try {
    new Intl.DateTimeFormat('en-US', { timeZone })
    return timeZone
  } catch {
    return 'UTC'
  }
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(civilDay: number): number {
  return ((((civilDay + 3) % 7) + 7) % 7) + 1
}

/** Minutes since midnight of "08:30"; rules come through their schema, which lets nothing else pass. */
function minuteOf(time: string): number {
  const digit = (place: number): number => time.charCodeAt(place) - 48
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
