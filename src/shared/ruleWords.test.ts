/** A sentence that says another time than the rule has is worse than none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysWords, endWords, ruleWords } from './ruleWords.ts'
import { ruleSchema, type RuleTime } from './schedule.ts'

const named = (...names: string[]) => names.map((name) => ({ id: { hostId: 'ollama', name }, contextLength: null }))
const weekdays = [1, 2, 3, 4, 5]

describe('a rule in words', () => {
  it.each<[RuleTime, string[], string]>([
    [
      { kind: 'window', time: '08:30', days: weekdays, minutes: 570 },
      ['llama3.2:3b', 'qwen2.5:7b'],
      'Weekdays 08:30 to 18:00 keep llama3.2:3b and qwen2.5:7b warm'
    ],
    [{ kind: 'app_start' }, ['a'], 'At app start load a'],
    [{ kind: 'at', time: '07:00', days: [7, 1, 2, 3, 4, 5, 6] }, ['a', 'b', 'c'], 'Daily at 07:00 load a, b and c'],
    [
      { kind: 'window', time: '22:00', days: [7, 6], minutes: 240 },
      ['a'],
      'Sat and Sun 22:00 to 02:00 (next day) keep a warm'
    ],
    [{ kind: 'after_job' }, ['a', 'b'], 'After a big job load a and b again']
  ])('%j', (when, names, words) => {
    expect(ruleWords({ when, models: named(...names) })).toBe(words)
  })

  it('calls a model as it is asked to', () => {
    const rule = { when: { kind: 'app_start' as const }, models: named('a') }
    expect(ruleWords(rule, ({ hostId, name }) => `${name} on ${hostId}`)).toBe('At app start load a on ollama')
  })
})

it.each([
  [[1], 'Mon'],
  [[2, 1], 'Mon and Tue'],
  [[4, 1, 3, 2], 'Mon to Thu'],
  [[5, 1, 3], 'Mon, Wed and Fri'],
  [[6, 7, 1], 'Mon, Sat and Sun'],
  [[5, 6, 7], 'Fri to Sun']
])('days %j are %s', (days, words) => {
  expect(daysWords(days)).toBe(words)
})

it.each([
  ['08:30', 30, '09:00'],
  ['22:00', 120, '24:00'],
  ['22:00', 121, '00:01 (next day)'],
  ['08:30', 1_440, '08:30 (next day)'],
  ['00:00', 1_440, '24:00'],
  ['06:00', 3 * 1_440 + 60, '07:00 (3 days later)'],
  ['00:00', 7 * 1_440, '00:00 (7 days later)']
])('%s and %i min end at %s', (time, minutes, words) => {
  expect(endWords(time, minutes)).toBe(words)
})

it('any rule has a sentence that names each of its models', () => {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([hour, minute]) => `${twoDigits(hour)}:${twoDigits(minute)}`)
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
  const when = fc.oneof(
    fc.constant({ kind: 'app_start' as const }),
    fc.constant({ kind: 'after_job' as const }),
    fc.record({ kind: fc.constant('at' as const), time, days }),
    fc.record({ kind: fc.constant('window' as const), time, days, minutes: fc.integer({ min: 1, max: 10_080 }) })
  )
  const names = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 16 })
  fc.assert(
    fc.property(when, names, (rule, models) => {
      expect(
        ruleSchema.safeParse({ id: 'r', name: 'r', isEnabled: true, models: named(...models), when: rule }).success
      ).toBe(true)
      const words = ruleWords({ when: rule, models: named(...models) })
      for (const name of models) expect(words).toContain(name)
      if ('time' in rule) expect(words).toContain(rule.time)
    })
  )
})
