/** Would catch: a rule that comes back from the editor with another time, length, day or order than it went in with. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rule, RuleTime } from '../../../../shared/schedule.ts'
import { ruleSchema } from '../../../../shared/schedule.ts'
import {
  blankFields,
  copyName,
  endDayWords,
  fieldProblems,
  fieldsOf,
  isSameFields,
  mostMoreDays,
  movedModel,
  proposedName,
  readTime,
  ruleOf,
  steppedTime,
  toggledDay,
  windowMinutes
} from './ruleFields.ts'

const models: Rule['models'] = ['a:1b', 'b:2b'].map((name) => ({ id: { hostId: 'h', name }, contextLength: null }))
const whole = { ...blankFields, models }

const anyDays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
const anyTime = fc
  .integer({ min: 0, max: 1_439 })
  .map((at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`)
const anyWhen: fc.Arbitrary<RuleTime> = fc.oneof(
  fc.constant<RuleTime>({ kind: 'app_start' }),
  fc.constant<RuleTime>({ kind: 'after_job' }),
  fc.record({ kind: fc.constant('at' as const), time: anyTime, days: anyDays }),
  fc.record({
    kind: fc.constant('window' as const),
    time: anyTime,
    days: anyDays,
    minutes: fc.integer({ min: 1, max: 7 * 1_440 })
  })
)

describe('a rule in the editor', () => {
  it('comes out as it went in, whatever its time', () => {
    fc.assert(
      fc.property(anyWhen, fc.boolean(), (when, isEnabled) => {
        const rule: Rule = { id: 'r-1', name: 'Rule', isEnabled, models, when }
        const back = ruleOf('r-1', fieldsOf(rule))
        const sorted = 'days' in when ? { ...when, days: [...when.days].sort((a, b) => a - b) } : when
        expect(back).toEqual({ ...rule, when: sorted })
      })
    )
  })

  it('is one the core takes, or none', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string({ maxLength: 100 }),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (time, endTime, name, days) => {
          const rule = ruleOf('r-1', { ...whole, time, endTime, name, days: [...new Set(days)] })
          if (rule !== null) expect(ruleSchema.safeParse(rule).success).toBe(true)
        }
      )
    )
  })

  it('takes its proposed name where none is given', () => {
    expect(proposedName(whole)).toBe('Weekdays 08:30 to 18:00')
    expect(ruleOf('r-1', whole)?.name).toBe('Weekdays 08:30 to 18:00')
    expect(ruleOf('r-1', { ...whole, name: ' Mine ' })?.name).toBe('Mine')
  })

  it('says beside each field what is wrong, and only of the fields that count', () => {
    expect(fieldProblems({ ...blankFields, days: [], time: '25:00', endTime: 'soon' })).toEqual({
      days: 'Choose a day.',
      time: 'Write it as 08:30.',
      endTime: 'Write it as 18:00.',
      models: 'Choose a model.'
    })
    expect(fieldProblems({ ...whole, kind: 'app_start', days: [], time: '', endTime: '' })).toEqual({})
    expect(fieldProblems({ ...whole, kind: 'at', endTime: '' })).toEqual({})
  })

  it('holds a context to what its model was trained for', () => {
    const fields = { ...whole, models: [{ id: { hostId: 'h', name: 'a:1b' }, contextLength: 50_000 }] }
    expect(fieldProblems(fields, () => 40_960).contexts).toEqual({ 'h/a:1b': 'From 4 to 40,960 tokens.' })
    expect(fieldProblems(fields, () => null)).toEqual({})
  })

  it('is unchanged when the same time is written another way', () => {
    expect(isSameFields(whole, { ...whole, time: '8:30', endTime: '18.00', name: ' ' })).toBe(true)
    expect(isSameFields(whole, { ...whole, time: '8:31' })).toBe(false)
    expect(isSameFields(whole, { ...whole, models: [...models].reverse() })).toBe(false)
  })
})

describe('times as typed', () => {
  it('are read as people write them', () => {
    for (const text of ['8:30', '08:30', '8.30', '0830', '830', ' 8h30 ']) expect(readTime(text)).toBe('08:30')
    expect(readTime('8')).toBe('08:00')
    expect(readTime('24:00')).toBeNull()
    expect(readTime('24:00', true)).toBe('00:00')
    for (const text of ['', 'noon', '25:00', '8:60', '12:3', '8:30pm', '-1']) expect(readTime(text)).toBeNull()
  })

  it('never throw, and are a time or nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readTime(text) ?? '00:00').toMatch(/^([01]\d|2[0-3]):[0-5]\d$/)
      })
    )
  })

  it('step to full quarters, over midnight too', () => {
    expect(steppedTime('08:30', 15)).toBe('08:45')
    expect(steppedTime('08:37', 15)).toBe('08:45')
    expect(steppedTime('08:37', -15)).toBe('08:30')
    expect(steppedTime('23:50', 15)).toBe('00:00')
    expect(steppedTime('00:00', -15)).toBe('23:45')
    expect(steppedTime('soon', 15)).toBe('soon')
  })
})

describe('the end of a window', () => {
  it('is the next time the clock shows it', () => {
    expect(windowMinutes('08:30', '18:00', 0)).toBe(570)
    expect(windowMinutes('22:00', '02:00', 0)).toBe(240)
    expect(windowMinutes('08:30', '08:30', 0)).toBe(1_440)
  })

  it('names the day it lies on', () => {
    expect(endDayWords('08:30', '18:00', 0)).toBe('same day')
    expect(endDayWords('22:00', '02:00', 0)).toBe('next day')
    expect(endDayWords('22:00', '00:00', 0)).toBe('same day')
    expect(endDayWords('22:00', '02:00', 2)).toBe('3 days later')
  })

  it('offers days up to a week in all', () => {
    fc.assert(
      fc.property(anyTime, anyTime, (time, endTime) => {
        const most = mostMoreDays(time, endTime)
        expect(windowMinutes(time, endTime, most)).toBeLessThanOrEqual(7 * 1_440)
        expect(windowMinutes(time, endTime, most + 1)).toBeGreaterThan(7 * 1_440)
      })
    )
  })
})

describe('lists', () => {
  it('toggle a day, in order', () => {
    expect(toggledDay([1, 5], 3)).toEqual([1, 3, 5])
    expect(toggledDay([1, 3, 5], 3)).toEqual([1, 5])
  })

  it('move a model by one, and not off the end', () => {
    expect(movedModel(models, 0, 1).map(({ id }) => id.name)).toEqual(['b:2b', 'a:1b'])
    expect(movedModel(models, 0, -1)).toBe(models)
  })

  it('find a name for a copy that is free and fits', () => {
    expect(copyName('Office', ['Office'])).toBe('Office copy')
    expect(copyName('Office', ['Office', 'Office copy'])).toBe('Office copy 2')
    expect(copyName('x'.repeat(80), []).length).toBeLessThanOrEqual(80)
  })
})
