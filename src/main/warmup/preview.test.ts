/** A clash that is not shown before it happens is found out at half past two, by somebody who waits for an answer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rule, RuleTime } from '../../shared/schedule.ts'
import { createCalendar } from './occurrences.ts'
import { previewOf, type PreviewInput, type PreviewModel } from './preview.ts'

const gb = 1e9
const hourMs = 3_600_000
const calendar = createCalendar('UTC')
const at = (iso: string): number => Date.parse(`${iso}Z`)
const monday = '2026-06-01'
const weekdays = [1, 2, 3, 4, 5]
const needs: Record<string, Partial<PreviewModel>> = {
  a: { needBytes: 6 * gb },
  b: { needBytes: 5 * gb },
  small: { needBytes: 1 * gb },
  unknown: { needBytes: null },
  onCpu: { needBytes: 6 * gb, isBeside: true },
  forever: { needBytes: 5 * gb, keepAliveSeconds: -1 }
}

const rule = (id: string, when: RuleTime, ...names: string[]): Rule => ({
  id,
  name: id,
  isEnabled: true,
  models: names.map((name) => ({ id: { hostId: 'h', name }, contextLength: null })),
  when
})
const windowAt = (time: string, minutes: number, days = weekdays): RuleTime => ({ kind: 'window', time, days, minutes })
const timeAt = (time: string, days = weekdays): RuleTime => ({ kind: 'at', time, days })

function preview(rules: Rule[], change: Partial<PreviewInput> = {}) {
  const fromAt = at(`${monday}T00:00`)
  return previewOf({
    rules,
    calendar,
    now: fromAt,
    fromAt,
    days: 7,
    room: { budgetBytes: 8 * gb, besideBytes: null, maxLoadedModels: 9 },
    modelOf: ({ name }) => ({
      key: `h/${name}`,
      engine: name,
      needBytes: gb,
      isBeside: false,
      usualLoadMs: 20_000,
      keepAliveSeconds: 600,
      ...needs[name]
    }),
    ...change
  })
}
const times = (entry: { startAt: number; endAt: number } | undefined): string[] =>
  [entry?.startAt ?? 0, entry?.endAt ?? 0].map((time) => new Date(time).toISOString().slice(5, 16))
const stretches = (rules: Rule[], change: Partial<PreviewInput> = {}) =>
  preview(rules, change).clashes.map((clash) => [
    ...times({ startAt: clash.fromAt, endAt: clash.toAt }),
    clash.ruleIds.join(' '),
    clash.overBytes,
    clash.overModels
  ])

describe('the next seven days', () => {
  it('hold every appearance of a rule, with what comes before and after it', () => {
    const { entries, toAt, timeZone } = preview([rule('office', windowAt('08:30', 570), 'a')])
    expect(entries).toHaveLength(5)
    expect(times(entries[0])).toEqual(['06-01T08:30', '06-01T18:00'])
    expect(entries[0]?.warmFromAt).toBe(at(`${monday}T08:30`) - 24_000)
    expect([toAt, timeZone]).toEqual([at('2026-06-08T00:00'), 'UTC'])
  })

  it('hold a window that began before them', () => {
    const night = rule('night', windowAt('22:00', 240, [7]), 'a')
    expect(preview([night]).entries.map(times)).toEqual([
      ['05-31T22:00', '06-01T02:00'],
      ['06-07T22:00', '06-08T02:00']
    ])
  })

  it('say what is open now, and leave out what is switched off or has no time', () => {
    const office = rule('office', windowAt('08:30', 570), 'a')
    const now = at(`${monday}T12:00`)
    expect(preview([office], { now }).entries.map(({ isActive }) => isActive)).toEqual([
      true,
      false,
      false,
      false,
      false
    ])
    const others = [rule('begin', { kind: 'app_start' }, 'a'), rule('back', { kind: 'after_job' }, 'a')]
    expect(preview([{ ...office, isEnabled: false }, ...others]).entries).toEqual([])
  })

  it('a rule at a time is shown until its keep-alive would end it, a day at most', () => {
    expect(times(preview([rule('r', timeAt('07:00', [1]), 'a', 'small')]).entries[0])).toEqual([
      '06-01T07:00',
      '06-01T07:10'
    ])
    expect(times(preview([rule('r', timeAt('07:00', [1]), 'forever')]).entries[0])).toEqual([
      '06-01T07:00',
      '06-02T07:00'
    ])
  })

  it('are seven days of the zone, also where one has 25 hours', () => {
    const berlin = createCalendar('Europe/Berlin')
    const fromAt = at('2026-10-21T22:00')
    const { toAt, entries } = preview([rule('r', timeAt('23:30', [1, 2, 3, 4, 5, 6, 7]), 'a')], {
      calendar: berlin,
      fromAt
    })
    expect(toAt - fromAt).toBe(7 * 24 * hourMs + hourMs)
    expect(entries.filter(({ startAt }) => startAt >= fromAt)).toHaveLength(7)
  })
})

describe('clashes', () => {
  const office = rule('office', windowAt('08:30', 570), 'a')
  const batch = rule('batch', windowAt('14:30', 60, [3]), 'b')

  it('are the stretch in which two windows do not fit together, with the bytes over', () => {
    expect(stretches([office, batch])).toEqual([['06-03T14:30', '06-03T15:30', 'office batch', 3 * gb, 0]])
  })

  it('are none where they fit, follow each other, or want the same model', () => {
    expect(stretches([office, rule('small', windowAt('14:30', 60), 'small')])).toEqual([])
    expect(stretches([office, rule('evening', windowAt('18:00', 60), 'b')])).toEqual([])
    expect(stretches([office, rule('same', windowAt('09:00', 60), 'a')])).toEqual([])
  })

  it('count cards and the memory beside them each by itself', () => {
    const cpu = rule('cpu', windowAt('14:30', 60, [3]), 'onCpu')
    const room = { budgetBytes: 8 * gb, besideBytes: 7 * gb, maxLoadedModels: 9 }
    expect(stretches([office, cpu], { room })).toEqual([])
    expect(stretches([office, cpu], { room: { ...room, besideBytes: 5 * gb } })).toEqual([
      ['06-03T14:30', '06-03T15:30', 'office cpu', gb, 0]
    ])
  })

  it('a rule can be too large by itself', () => {
    expect(stretches([rule('both', windowAt('08:00', 60, [1]), 'a', 'b')])).toEqual([
      ['06-01T08:00', '06-01T09:00', 'both', 3 * gb, 0]
    ])
  })

  it('by number alone say no bytes', () => {
    const room = { budgetBytes: null, besideBytes: null, maxLoadedModels: 1 }
    expect(stretches([office, batch], { room })).toEqual([['06-03T14:30', '06-03T15:30', 'office batch', null, 1]])
  })

  it('of a rule at a time are with the windows that are open then, and only then', () => {
    expect(stretches([office, rule('noon', timeAt('12:00', [1]), 'b')])).toEqual([
      ['06-01T12:00', '06-01T12:10', 'office noon', 3 * gb, 0]
    ])
    // A window that begins later simply takes the room.
    expect(stretches([office, rule('early', timeAt('08:25', [1]), 'forever')])).toEqual([])
  })

  it('a need that is unknown is listed, and is no part of any sum', () => {
    const found = preview([office, rule('odd', windowAt('09:00', 60), 'unknown')])
    expect(found.clashes).toEqual([])
    expect(found.unknownNeeds).toEqual([{ hostId: 'h', name: 'unknown' }])
    const lost = preview([rule('r', windowAt('09:00', 60), 'x')], { modelOf: () => null })
    expect(lost.unknownNeeds).toEqual([{ hostId: 'h', name: 'x' }])
  })

  it('at any moment there is one exactly where the windows open then are too large', () => {
    const anyWindow = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minutes: fc.integer({ min: 1, max: 3_000 }),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      names: fc.uniqueArray(fc.constantFrom('a', 'b', 'small', 'c'), { minLength: 1 })
    })
    fc.assert(
      fc.property(
        fc.array(anyWindow, { maxLength: 5 }),
        fc.integer({ min: 0, max: 7 * 1_440 - 1 }),
        (windows, minute) => {
          const rules = windows.map(({ hour, minutes, days, names }, index) =>
            rule(`r${index}`, windowAt(`${String(hour).padStart(2, '0')}:00`, minutes, days), ...names)
          )
          const found = preview(rules)
          const moment = at(`${monday}T00:00`) + minute * 60_000
          const open = found.entries.filter(({ startAt, endAt }) => startAt <= moment && endAt > moment)
          const names = new Set(
            open.flatMap(({ ruleId }) => rules.find(({ id }) => id === ruleId)?.models ?? []).map(({ id }) => id.name)
          )
          const total = [...names].reduce((sum, name) => sum + (needs[name]?.needBytes ?? gb), 0)
          const here = found.clashes.filter(({ fromAt, toAt }) => fromAt <= moment && toAt > moment)
          expect(here.map(({ overBytes }) => overBytes)).toEqual(total > 8 * gb ? [total - 8 * gb] : [])
        }
      )
    )
  })
})
