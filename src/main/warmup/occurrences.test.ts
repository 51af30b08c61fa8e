/** A fast sum that is an hour off twice a year would warm models for an empty room: it must say what croner says, on every day. */
import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCalendar } from './occurrences.ts'

const at = (iso: string): number => Date.parse(iso)
const everyDay = [1, 2, 3, 4, 5, 6, 7]
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const starts = (zone: string, time: string, fromIso: string, days: number, weekdays = everyDay): string[] =>
  createCalendar(zone)
    .startsBetween({ time, days: weekdays }, at(fromIso), at(fromIso) + days * dayMs)
    .map((start) => new Date(start).toISOString().slice(0, 16))

describe('days that change their clocks', () => {
  it('a time that does not exist comes with the first one that does, and only once', () => {
    expect(starts('Europe/Berlin', '02:30', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30'
    ])
  })

  it('a time that comes twice is the first of the two', () => {
    expect(starts('Europe/Berlin', '02:30', '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30'
    ])
  })

  it('half an hour, where a zone changes by that', () => {
    expect(starts('Australia/Lord_Howe', '02:15', '2026-10-02T15:00:00Z', 3)).toEqual([
      '2026-10-02T15:45',
      '2026-10-03T15:30',
      '2026-10-04T15:15'
    ])
  })

  it('at midnight, where the evening before is the one that comes twice', () => {
    expect(starts('Asia/Beirut', '23:30', '2026-10-23T12:00:00Z', 3)).toEqual([
      '2026-10-23T20:30',
      '2026-10-24T20:30',
      '2026-10-25T21:30'
    ])
  })
})

describe('the calendar', () => {
  it('weekdays are those of the zone, not of UTC: Monday 00:30 in Auckland is still Sunday in London', () => {
    expect(starts('Pacific/Auckland', '00:30', '2026-06-01T00:00:00Z', 8, [1])).toEqual(['2026-06-07T12:30'])
  })

  it('the next and the last start: never the moment itself as next, always as last', () => {
    const calendar = createCalendar('UTC')
    const when = { time: '07:00', days: [1] }
    const monday = at('2026-06-01T07:00:00Z')
    expect(calendar.lastStart(when, monday)).toBe(monday)
    expect(calendar.lastStart(when, monday - 1)).toBe(monday - 7 * dayMs)
    expect(calendar.nextStart(when, monday)).toBe(monday + 7 * dayMs)
    expect(calendar.nextStart(when, monday - 1)).toBe(monday)
    expect(calendar.startsBetween(when, monday, monday + 7 * dayMs)).toEqual([monday])
  })

  it('seven days later is the same time of day, also where a day has 25 hours', () => {
    const calendar = createCalendar('Europe/Berlin')
    const before = at('2026-10-22T15:20:30.500Z')
    expect(calendar.addDays(before, 7) - before).toBe(7 * dayMs + hourMs)
    expect(calendar.clockWords(before)).toBe(calendar.clockWords(calendar.addDays(before, 7)))
    expect(calendar.clockWords(before)).toBe('17:20')
  })

  it('without a zone it is the machine’s', () => {
    expect(createCalendar(null).timeZone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone)
  })
})

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
  'Asia/Beirut',
  'Africa/Cairo'
]
const calendars = new Map(zones.map((zone) => [zone, createCalendar(zone)]))
const zone = fc.constantFrom(...zones)
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
/** Half of them near a change of clocks in March, April, October or November. */
const moment = fc.oneof(
  fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2037-01-01T00:00:00Z') }),
  fc
    .tuple(fc.integer({ min: 2000, max: 2036 }), fc.constantFrom('03-05', '03-25', '04-01', '10-01', '10-22', '10-29'))
    .chain(([year, day]) =>
      fc.integer({ min: 0, max: 10 * dayMs }).map((more) => at(`${year}-${day}T00:00:00Z`) + more)
    )
)

describe('beside croner itself', () => {
  const words = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

  it('every next start is the same, in any zone, at any minute, on any days', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(zone, weekdays, fc.integer({ min: 0, max: 1_439 }), moment, (name, days, minute, from) => {
        const cron = new Cron(`${minute % 60} ${Math.floor(minute / 60)} * * ${days.join(',')}`, { timezone: name })
        const theirs = cron.nextRuns(10, new Date(from)).map((date) => date.getTime())
        const ours: number[] = []
        for (let last = from; ours.length < 10; ours.push(last)) {
          last = calendars.get(name)?.nextStart({ time: words(minute), days }, last) ?? Number.NaN
        }
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 400 }
    )
  })

  it('between, last and next agree with each other', () => {
    fc.assert(
      fc.property(zone, weekdays, fc.integer({ min: 0, max: 1_439 }), moment, (name, days, minute, from) => {
        const calendar = calendars.get(name) ?? createCalendar(name)
        const when = { time: words(minute), days }
        const between = calendar.startsBetween(when, from, from + 30 * dayMs)
        const walked: number[] = []
        let next = calendar.nextStart(when, from - 1)
        while (next !== null && next < from + 30 * dayMs) {
          walked.push(next)
          next = calendar.nextStart(when, next)
        }
        expect(between).toEqual(walked)
        for (const start of between) {
          expect(calendar.lastStart(when, start)).toBe(start)
          expect(calendar.lastStart(when, start + 60_000)).toBe(start)
        }
      }),
      { numRuns: 300 }
    )
  })
})

it('a year of 1,000 rules takes well under 5 s', () => {
  const calendar = createCalendar('Europe/Berlin')
  const fromAt = at('2026-01-01T00:00:00Z')
  const began = process.cpuUsage()
  let count = 0
  for (let rule = 0; rule < 1_000; rule++) {
    const minute = (rule * 61) % 1_440
    count += calendar.startsBetween({ time: words(minute), days: everyDay }, fromAt, fromAt + 365 * dayMs).length
  }
  expect(count).toBe(365_000)
  // Of the processor: what else runs on the machine does not count.
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_500)
  function words(minute: number): string {
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  }
})
