/** Would catch: a Sunday of 23 or 25 hours drawn as one of 24, and an instant drawn above an earlier one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnMinutes, instantAt, minutesOn, weekDays } from './weekDays.ts'
import { clockWords, dayWords, momentWords, startOfDay, startOfNextDay, timeWords, zoneOf } from './zone.ts'

const hourMs = 3_600_000
const berlin = zoneOf('Europe/Berlin')
const at = (text: string): number => Date.parse(text)

describe('days', () => {
  it('are seven from today, in the zone of the machine and not of the page', () => {
    const days = weekDays(zoneOf('Asia/Tokyo'), at('2026-03-10T20:00:00Z'))
    expect(days.map(({ day }) => day)).toEqual([11, 12, 13, 14, 15, 16, 17])
    expect(days.map(({ weekday }) => weekday)).toEqual([3, 4, 5, 6, 7, 1, 2])
    expect(days[0]?.startAt).toBe(at('2026-03-10T15:00:00Z'))
  })

  it('go on where the week before ended', () => {
    const now = at('2026-03-20T09:00:00Z')
    expect(weekDays(berlin, now, 1)[0]?.startAt).toBe(weekDays(berlin, now, 0)[6]?.endAt)
  })

  it('have 23 and 25 hours where clocks are set, with the hour in question', () => {
    const [spring] = weekDays(berlin, at('2026-03-29T12:00:00Z'))
    const [autumn] = weekDays(berlin, at('2026-10-25T12:00:00Z'))
    expect((spring!.endAt - spring!.startAt) / hourMs).toBe(23)
    expect(spring!.clockChange).toMatchObject({ byMinutes: 60, fromMinutes: 120, toMinutes: 180 })
    expect((autumn!.endAt - autumn!.startAt) / hourMs).toBe(25)
    expect(autumn!.clockChange).toMatchObject({ byMinutes: -60, fromMinutes: 120, toMinutes: 180 })
  })

  it('begin at 01:00 where midnight is skipped', () => {
    // Chile, Paraguay and Egypt set their clocks at midnight.
    const cairo = zoneOf('Africa/Cairo')
    const [day] = weekDays(cairo, at('2026-04-24T12:00:00Z'))
    expect(timeWords(cairo, day!.startAt)).toBe('01:00')
    expect(minutesOn(day!, cairo, day!.startAt)).toBe(60)
    expect(day!.clockChange).toMatchObject({ fromMinutes: 0, toMinutes: 60 })
  })
})

describe('the height of an instant', () => {
  const zoneNames = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata', 'UTC']
  const anyDay = fc.record({
    zone: fc.constantFrom(...zoneNames).map(zoneOf),
    now: fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') })
  })

  it('is never above that of an earlier one, and stays on the column', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(1_000), fc.nat(1_000), ({ zone, now }, a, b) => {
        const startAt = startOfDay(zone, now)
        const day = weekDays(zone, now)[0]!
        expect(day.startAt).toBe(startAt)
        const instant = (share: number): number => startAt + ((day.endAt - startAt) * share) / 1_000
        const [early, late] = [Math.min(a, b), Math.max(a, b)]
        const [top, bottom] = [minutesOn(day, zone, instant(early)), minutesOn(day, zone, instant(late))]
        expect(top).toBeGreaterThanOrEqual(0)
        expect(bottom).toBeLessThanOrEqual(columnMinutes)
        expect(bottom).toBeGreaterThanOrEqual(top)
      })
    )
  })

  it('is where the label of its hour is, on every day', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(1_439), ({ zone, now }, minutes) => {
        const day = weekDays(zone, now)[0]!
        const change = day.clockChange
        fc.pre(change === null || minutes < change.fromMinutes || minutes >= change.toMinutes)
        const instant = instantAt(day, zone, minutes)
        expect(minutesOn(day, zone, instant)).toBe(minutes)
        expect(timeWords(zone, instant)).toBe(clockWords(minutes))
      })
    )
  })

  it('covers every instant of the week once', () => {
    fc.assert(
      fc.property(anyDay, ({ zone, now }) => {
        const days = weekDays(zone, now)
        for (const [index, day] of days.entries()) {
          expect(day.endAt).toBe(days[index + 1]?.startAt ?? startOfNextDay(zone, day.startAt))
          expect([23, 23.5, 24, 24.5, 25]).toContain((day.endAt - day.startAt) / hourMs)
        }
      })
    )
  })

  it('draws both passes of the doubled hour in its one place, the second below the first', () => {
    const [day] = weekDays(berlin, at('2026-10-25T12:00:00Z'))
    const first = minutesOn(day!, berlin, at('2026-10-25T00:50:00Z'))
    const second = minutesOn(day!, berlin, at('2026-10-25T01:10:00Z'))
    expect(first).toBe(145)
    expect(second).toBe(155)
  })
})

describe('moments in words', () => {
  it('are today’s time, tomorrow, a weekday, or a date', () => {
    const now = at('2026-03-18T08:00:00Z')
    expect(momentWords(berlin, at('2026-03-18T16:55:00Z'), now)).toBe('17:55')
    expect(momentWords(berlin, at('2026-03-19T07:30:00Z'), now)).toBe('tomorrow 08:30')
    expect(momentWords(berlin, at('2026-03-23T07:30:00Z'), now)).toBe('Mon 08:30')
    expect(momentWords(berlin, at('2026-03-25T07:30:00Z'), now)).toBe('25 Mar 08:30')
    expect(dayWords(berlin, at('2026-03-17T07:30:00Z'), now)).toBe('yesterday')
    // Two days on by the clock of 23 hours is still two days.
    expect(dayWords(berlin, at('2026-03-29T22:30:00Z'), at('2026-03-28T22:30:00Z'))).toBe('Mon')
  })

  it('fall back to the page’s zone where the name is none', () => {
    expect(timeWords(zoneOf('Mars/Olympus'), at('2026-03-18T08:00:00Z'))).toMatch(/^\d\d:\d\d$/)
  })
})
