import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Saving } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from '../storage/database.ts'
import { createModelTimingStore, type ModelTimingStore } from '../storage/modelTimings.ts'
import { createSavedTimeStore } from '../storage/savedTime.ts'
import { nextMidnight, startOfDay, weekBefore } from './localDays.ts'
import { createSavings, type Savings } from './savings.ts'

const id = { hostId: 'h', name: 'a' }
const hour = 3_600_000
const zone = process.env['TZ']

let clock: FakeClock
let timings: ModelTimingStore
let savings: Savings
let told: Saving[][]

function begin(startAt: number): void {
  clock = createFakeClock(startAt)
  const storage = { database: openDatabase(':memory:').database, now: clock.now, logger: silentLogger }
  timings = createModelTimingStore(storage)
  told = []
  savings = createSavings({
    timings,
    saved: createSavedTimeStore(storage),
    onChanged: (list) => told.push(list),
    clock
  })
}

const loadTook = (ms: number): void => timings.add(id, 'load', { durationMs: ms, promptTokens: null })

beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin'
})

afterAll(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

beforeEach(() => begin(Date.parse('2026-03-10T10:00:00+01:00')))

describe('saved time', () => {
  it('is counted at the median of the last five loads: one slow load does not make every answer worth more', () => {
    for (const ms of [90_000, 90_000, 6_000, 6_000, 60_000, 5_000, 7_000]) loadTook(ms)
    savings.avoidedLoad(id)
    expect(savings.list()).toEqual([
      { id, usualLoadMs: 6_000, todayColdStarts: 1, todayMs: 6_000, weekColdStarts: 1, weekMs: 6_000 }
    ])
    expect(told).toEqual([savings.list()])
  })

  it('is nothing before a load was measured: no number is made up', () => {
    savings.avoidedLoad(id)
    expect(savings.list()).toEqual([])
    expect(told).toEqual([])
  })

  it('leaves today at midnight, which is told, and the week after seven days', async () => {
    loadTook(1_000)
    savings.avoidedLoad(id)
    told.length = 0
    await clock.advance(14 * hour - 1)
    expect(told).toEqual([])
    await clock.advance(1)
    expect(told.at(-1)).toMatchObject([{ todayColdStarts: 0, todayMs: 0, weekColdStarts: 1, weekMs: 1_000 }])
    await clock.advance(7 * 24 * hour)
    expect(savings.list()).toMatchObject([{ weekColdStarts: 0, weekMs: 0, usualLoadMs: 1_000 }])
  })
})

it('that midnight came while the machine slept is told soon after, not as many hours late as it slept', async () => {
  loadTook(1_000)
  savings.avoidedLoad(id)
  told.length = 0
  // Timers stand still in sleep, and time goes on.
  clock.setBack(-20 * hour)
  await clock.advance(hour / 12)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject([{ todayColdStarts: 0, weekColdStarts: 1 }])
  await clock.advance(24 * hour)
  expect(told).toHaveLength(1)
})

describe('the day', () => {
  it.each([
    ['with 23 hours', '2026-03-29', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', 23],
    ['with 25 hours', '2026-10-25', '2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00', 25]
  ])('%s begins and ends at midnight', (_, day, from, to, hours) => {
    const noon = Date.parse(`${day}T11:00:00Z`)
    expect(startOfDay(noon)).toBe(Date.parse(from))
    expect(nextMidnight(noon)).toBe(Date.parse(to))
    expect(nextMidnight(noon) - startOfDay(noon)).toBe(hours * hour)
  })

  it('a week before is the same time of the day, across a change of the clocks', () => {
    expect(weekBefore(Date.parse('2026-04-01T09:00:00+02:00'))).toBe(Date.parse('2026-03-25T09:00:00+01:00'))
  })

  it('of 25 hours counts its first and its last one, and nothing of the next', async () => {
    begin(Date.parse('2026-10-25T00:05:00+02:00'))
    loadTook(1_000)
    savings.avoidedLoad(id)
    await clock.advance(24.5 * hour)
    savings.avoidedLoad(id)
    expect(savings.list()).toMatchObject([{ todayColdStarts: 2 }])
    await clock.advance(hour / 2)
    savings.avoidedLoad(id)
    expect(savings.list()).toMatchObject([{ todayColdStarts: 1, weekColdStarts: 3 }])
  })
})
