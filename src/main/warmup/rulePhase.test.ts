/** A time dealt with twice loads a model for nobody; one dealt with never leaves somebody waiting. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleTime } from '../../shared/schedule.ts'
import { createCalendar } from './occurrences.ts'
import { doneWith, handledWhenSaved, leadOf, phaseOf, type RulePhase } from './rulePhase.ts'

const calendar = createCalendar('UTC')
const at = (iso: string): number => Date.parse(`${iso}Z`)
const minuteMs = 60_000
const everyDay = [1, 2, 3, 4, 5, 6, 7]
const seven: RuleTime = { kind: 'at', time: '07:00', days: everyDay }
const office: RuleTime = { kind: 'window', time: '08:30', days: [1, 2, 3, 4, 5], minutes: 570 }
const monday = '2026-06-01T'

function phase(
  when: RuleTime,
  now: string,
  handled: string,
  change: { leadMs?: number; graceMs?: number } = {}
): RulePhase {
  return phaseOf({
    when,
    now: at(now),
    handledDueAt: at(handled),
    leadMs: 120_000,
    graceMs: 900_000,
    calendar,
    ...change
  })
}

describe('a rule at a time', () => {
  it('is due from its time on, once', () => {
    const before = phase(seven, `${monday}06:59:59`, '2026-05-31T07:00')
    expect(before).toMatchObject({ open: null, dueAt: null, missed: null, changesAt: at(`${monday}07:00`) })
    expect(phase(seven, `${monday}07:00`, '2026-05-31T07:00')).toMatchObject({
      dueAt: at(`${monday}07:00`),
      missed: null
    })
    expect(phase(seven, `${monday}07:00:01`, `${monday}07:00`)).toMatchObject({ dueAt: null, missed: null })
  })

  it('is made up for within the grace, and missed after it', () => {
    expect(phase(seven, `${monday}07:15`, '2026-05-31T07:00').dueAt).toBe(at(`${monday}07:00`))
    expect(phase(seven, `${monday}07:15:01`, '2026-05-31T07:00')).toMatchObject({
      dueAt: null,
      missed: { lastAt: at(`${monday}07:00`), count: 1 }
    })
  })

  it('a minute late by looking once a minute is not late', () => {
    expect(phase(seven, `${monday}07:01`, '2026-05-31T07:00', { graceMs: 0 }).dueAt).toBe(at(`${monday}07:00`))
  })

  it('after a week asleep the newest is made up for and the others are told as one', () => {
    expect(phase(seven, '2026-06-08T07:05', '2026-05-31T07:00')).toMatchObject({
      dueAt: at('2026-06-08T07:00'),
      missed: { lastAt: at('2026-06-07T07:00'), count: 7 }
    })
  })

  it('a clock that is set back does not bring it again', () => {
    expect(phase(seven, `${monday}06:00`, `${monday}07:00`)).toMatchObject({ dueAt: null, missed: null })
    expect(phase(seven, `${monday}07:00`, `${monday}07:00`)).toMatchObject({ dueAt: null, missed: null })
  })
})

describe('a rule for a window', () => {
  it('opens before its start by what loads take, and closes at its end', () => {
    expect(phase(office, `${monday}08:27:59`, '2026-05-29T08:30')).toMatchObject({
      open: null,
      changesAt: at(`${monday}08:28`)
    })
    const early = phase(office, `${monday}08:28`, '2026-05-29T08:30')
    expect(early).toMatchObject({ dueAt: at(`${monday}08:30`), changesAt: at(`${monday}08:30`) })
    expect(early.open).toEqual({
      dueAt: at(`${monday}08:30`),
      warmFromAt: at(`${monday}08:28`),
      endAt: at(`${monday}18:00`),
      sinceAt: at(`${monday}08:30`)
    })
    expect(phase(office, `${monday}17:59:59`, `${monday}08:30`).open).not.toBeNull()
    expect(phase(office, `${monday}18:00`, `${monday}08:30`)).toMatchObject({ open: null, dueAt: null, missed: null })
  })

  it('is warmed whenever one wakes up inside it, however late', () => {
    expect(phase(office, `${monday}17:00`, '2026-05-29T08:30')).toMatchObject({
      dueAt: at(`${monday}08:30`),
      missed: null
    })
  })

  it('is missed only when it is over', () => {
    expect(phase(office, `${monday}19:00`, '2026-05-28T08:30')).toMatchObject({
      open: null,
      dueAt: null,
      missed: { lastAt: at(`${monday}08:30`), count: 2 }
    })
  })

  it('once begun it stays open, though warming has turned out to be a matter of seconds', () => {
    const begun = phase(office, `${monday}08:28`, `${monday}08:30`, { leadMs: 15_000 })
    expect(begun).toMatchObject({ open: { dueAt: at(`${monday}08:30`) }, dueAt: null })
  })

  it('goes over midnight like any other', () => {
    const night: RuleTime = { kind: 'window', time: '22:00', days: [7], minutes: 240 }
    expect(phase(night, `${monday}01:59`, '2026-05-31T22:00').open?.endAt).toBe(at(`${monday}02:00`))
  })

  it('windows that touch are one stretch: a rule that never ends is not the newcomer of every midnight', () => {
    const always: RuleTime = { kind: 'window', time: '00:00', days: everyDay, minutes: 1_440 }
    const since = phase(always, `${monday}00:00`, '2026-05-31T00:00').open?.sinceAt ?? Infinity
    expect(since).toBeLessThan(at('2026-05-25T00:00'))
  })
})

describe('a rule that is written anew', () => {
  it('does not make up for what was before it', () => {
    const now = at(`${monday}07:05`)
    const handled = handledWhenSaved(seven, now, calendar)
    const input = { when: seven, now, handledDueAt: handled, leadMs: 0, graceMs: 900_000, calendar }
    expect(phaseOf(input)).toMatchObject({ dueAt: null, missed: null })
  })

  it('is due at once where its window is open already', () => {
    const now = at(`${monday}12:00`)
    const handled = handledWhenSaved(office, now, calendar)
    expect(phaseOf({ when: office, now, handledDueAt: handled, leadMs: 0, graceMs: 0, calendar }).dueAt).toBe(
      at(`${monday}08:30`)
    )
  })
})

it('warming takes the usual loads and a fifth, between 15 s and 10 min', () => {
  expect(leadOf([6_000])).toBe(15_000)
  expect(leadOf([20_000, 30_000])).toBe(60_000)
  expect(leadOf([null])).toBe(72_000)
  expect(leadOf(Array.from({ length: 16 }, () => null))).toBe(600_000)
})

const rule: fc.Arbitrary<RuleTime> = fc
  .record({
    kind: fc.constantFrom('at' as const, 'window' as const),
    minute: fc.integer({ min: 0, max: 1_439 }),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    minutes: fc.integer({ min: 1, max: 1_439 })
  })
  .map(({ kind, minute, days, minutes }) => {
    const time = new Date(minute * minuteMs).toISOString().slice(11, 16)
    return kind === 'at' ? { kind, time, days } : { kind, time, days, minutes }
  })
/** The clock moves by any of these from one look to the next: minutes, sleeps of days, and back. */
const moves = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 60_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: minuteMs, max: 1_500 * minuteMs }) },
    { weight: 1, arbitrary: fc.integer({ min: -600 * minuteMs, max: 9 * 1_440 * minuteMs }) }
  ),
  { minLength: 1, maxLength: 200 }
)

describe('whatever the clock does', () => {
  it('every start that has passed was dealt with exactly once: warmed, or counted as missed', () => {
    fc.assert(
      fc.property(rule, moves, fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'), (when, steps, zone) => {
        const own = createCalendar(zone)
        const beganAt = at('2026-03-20T00:00')
        let [now, handledDueAt, latest, dealtWith] = [beganAt, beganAt, beganAt, 0]
        const warmed = new Set<number>()
        for (const step of steps) {
          now += step
          latest = Math.max(latest, now)
          const seen = phaseOf({ when, now, handledDueAt, leadMs: 60_000, graceMs: 900_000, calendar: own })
          for (const due of [seen.missed?.lastAt, seen.dueAt]) {
            if (due === undefined || due === null) continue
            expect(due).toBeGreaterThan(handledDueAt)
            handledDueAt = due
          }
          if (seen.dueAt !== null) {
            const anew = phaseOf({ when, now, handledDueAt, leadMs: 60_000, graceMs: 900_000, calendar: own })
            expect(doneWith(seen)).toEqual(anew)
            expect(warmed.has(seen.dueAt)).toBe(false)
            warmed.add(seen.dueAt)
          }
          dealtWith += (seen.missed?.count ?? 0) + (seen.dueAt === null ? 0 : 1)
        }
        if (when.kind !== 'at' && when.kind !== 'window') return
        const passed = own.startsBetween(when, beganAt + 1, Math.max(latest, handledDueAt) + 1).length
        expect(dealtWith).toBe(passed)
      }),
      { numRuns: 300 }
    )
  })

  it('nothing changes before the moment it says', () => {
    fc.assert(
      fc.property(
        rule,
        fc.integer({ min: 0, max: 14 * 1_440 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (when, minute, part) => {
          const now = at('2026-03-24T00:00') + minute * minuteMs
          const input = { when, handledDueAt: now - 1_440 * minuteMs, leadMs: 90_000, graceMs: 600_000, calendar }
          const { changesAt, ...first } = phaseOf({ ...input, now })
          expect(changesAt).toBeGreaterThan(now)
          const later = now + Math.floor((changesAt - 1 - now) * part)
          const { changesAt: after, ...second } = phaseOf({ ...input, now: later })
          expect(second).toEqual(first)
          expect(after).toBe(changesAt)
        }
      )
    )
  })
})
