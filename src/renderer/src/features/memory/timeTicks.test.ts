import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tickLabel, timeTicks } from './timeTicks.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

function inZone(zone: string): void {
  vi.stubEnv('TZ', zone)
}

afterEach(() => vi.unstubAllEnvs())

/** Labels as they stand under the axis. */
function labels(from: string, to: string, most: number): string[] {
  const { at, stepMs } = timeTicks(Date.parse(from), Date.parse(to), most)
  return at.map((each) => tickLabel(each, stepMs))
}

describe('timeTicks', () => {
  it('stands on round minutes of the clock, not at odd times that move with the range', () => {
    inZone('UTC')
    expect(labels('2026-03-03T12:03:01Z', '2026-03-03T13:03:01Z', 5)).toEqual(['12:15', '12:30', '12:45', '13:00'])
  })

  it('stands on round minutes of a clock that is half an hour off', () => {
    inZone('Asia/Kolkata')
    expect(labels('2026-03-03T12:00:00Z', '2026-03-03T18:00:00Z', 6)).toEqual([
      '18:00',
      '19:00',
      '20:00',
      '21:00',
      '22:00',
      '23:00'
    ])
  })

  it('names seconds in a zoomed minute', () => {
    inZone('UTC')
    expect(labels('2026-03-03T12:00:05Z', '2026-03-03T12:01:05Z', 4)).toEqual([
      '12:00:15',
      '12:00:30',
      '12:00:45',
      '12:01:00'
    ])
  })

  it('says which day begins at midnight, in the local calendar', () => {
    inZone('America/New_York')
    expect(labels('2026-03-03T15:00:00Z', '2026-03-04T15:00:00Z', 5)).toEqual(['12:00', '18:00', 'Wed 4', '06:00'])
  })

  it('stands on local midnights over days, and on Mondays over weeks', () => {
    inZone('Europe/Berlin')
    expect(labels('2026-01-01T11:00:00Z', '2026-01-08T11:00:00Z', 7)).toEqual([
      'Fri 2',
      'Sat 3',
      'Sun 4',
      'Mon 5',
      'Tue 6',
      'Wed 7',
      'Thu 8'
    ])
    expect(labels('2026-01-01T11:00:00Z', '2026-01-31T11:00:00Z', 5)).toEqual(['5 Jan', '12 Jan', '19 Jan', '26 Jan'])
  })

  it('keeps to midnights and clock hours over a day of 23 hours and one of 25', () => {
    inZone('Europe/Berlin')
    // On 29 March 2026 the clock goes from 2 to 3, on 25 October from 3 back to 2.
    for (const sunday of ['2026-03-29', '2026-10-25']) {
      const noon = Date.parse(`${sunday}T12:00:00Z`)
      const week = timeTicks(noon - 3 * day, noon + 3 * day, 7).at
      expect(week.map((at) => new Date(at).getHours())).toEqual([0, 0, 0, 0, 0, 0])
      const hours = timeTicks(noon - 18 * hour, noon + 6 * hour, 4)
      expect(hours.at.map((at) => new Date(at).getHours() % 6)).toEqual(hours.at.map(() => 0))
      const short = timeTicks(noon - 14 * hour, noon - 8 * hour, 6).at
      expect(new Set(short).size).toBe(short.length)
    }
  })

  it('gives few labels, in order, inside the span, for any span at any time in any zone', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu')
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
        fc.integer({ min: 10_000, max: 30 * day }),
        fc.integer({ min: 2, max: 8 }),
        (zone, fromAt, lengthMs, most) => {
          inZone(zone)
          const { at } = timeTicks(fromAt, fromAt + lengthMs, most)
          // A day of 25 hours has room for one more.
          expect(at.length).toBeLessThanOrEqual(most + 2)
          expect(
            at.every((each, index) => each >= fromAt && each <= fromAt + lengthMs && each > (at[index - 1] ?? 0))
          ).toBe(true)
        }
      ),
      { numRuns: 400 }
    )
  })
})
