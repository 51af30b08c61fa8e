/** Would catch: a clash, a failure or a saving told wrong, and a saving claimed by two rules. */
import { describe, expect, it } from 'vitest'
import type { Clash, PreviewEntry, Rule, RuleState, WarmUpResult } from '../../../../shared/schedule.ts'
import { modelChoices } from '../../lib/modelChoices.ts'
import { clockChangeWords } from './blockWords.ts'
import { groupedClashes } from './groupedClashes.ts'
import { movedTo } from './moveBlock.ts'
import { ruleCommands } from './ruleCommands.ts'
import {
  hasFailed,
  headerWords,
  clashSentence,
  clashWords,
  entryTimes,
  lastRunWords,
  nextWords,
  resultWords,
  savedWords,
  spanWords
} from './scheduleWords.ts'
import { suggestions } from './suggestions.ts'
import { shortMomentWords, zoneOf } from './zone.ts'

const berlin = zoneOf('Europe/Berlin')
const at = (text: string): number => Date.parse(text)
const now = at('2026-03-18T13:02:00Z')
const idOf = (name: string) => ({ hostId: 'h', name })
const nameOf = ({ name }: { name: string }): string => name

function state(id: string, names: string[], changes: Partial<RuleState> = {}, rule: Partial<Rule> = {}): RuleState {
  const models = names.map((name) => ({ id: idOf(name), contextLength: null }))
  const when = { kind: 'window' as const, time: '08:30', days: [1], minutes: 60 }
  return {
    rule: { id, name: id, isEnabled: true, models, when, ...rule },
    isActive: false,
    isRunning: false,
    untilAt: null,
    nextAt: null,
    lastRun: { at: now - 60_000, dueAt: null, results: [] },
    note: null,
    ...changes
  }
}

const result = (
  name: string,
  outcome: WarmUpResult['outcome'],
  durationMs: number | null = null,
  message?: string
): WarmUpResult => ({
  id: idOf(name),
  outcome,
  durationMs,
  error: message === undefined ? null : { code: 'out_of_memory', message, hint: null }
})

describe('what a run came to', () => {
  it('is the times where all went well', () => {
    expect(resultWords([result('a', 'ready', 6_200), result('b', 'ready', 11_000)], nameOf)).toBe(
      'warmed in 6.2 s and 11 s'
    )
    expect(resultWords([result('a', 'warm')], nameOf)).toBe('already warm')
  })

  it('names what failed first, with the reason', () => {
    const results = [result('a', 'ready', 6_200), result('llama3.3:70b', 'failed', null, 'Out of memory.')]
    expect(resultWords(results, nameOf)).toBe('llama3.3:70b failed: Out of memory; a warmed in 6.2 s')
    expect(resultWords([result('a', 'skipped')], nameOf)).toBe('a skipped')
    const aborted = { code: 'aborted' as const, message: 'Cancelled.', hint: null }
    const cancelled = [{ ...result('a', 'skipped'), error: aborted }]
    expect(resultWords(cancelled, nameOf)).toBe('a cancelled')
    expect(hasFailed(state('r', ['a'], { lastRun: { at: now, dueAt: null, results: cancelled } }))).toBe(false)
  })

  it('is told with its time', () => {
    expect(lastRunWords(state('r', ['a'], { lastRun: null }), nameOf, berlin, now)).toBe('Has not run yet')
    const lastRun = { at: at('2026-03-18T07:29:00Z'), dueAt: null, results: [result('a', 'ready', 6_200)] }
    expect(lastRunWords(state('r', ['a'], { lastRun }), nameOf, berlin, now)).toBe('Today 08:29: warmed in 6.2 s')
  })
})

describe('what comes next', () => {
  it('is said for every state of a rule', () => {
    const next = (changes: Partial<RuleState>, rule: Partial<Rule> = {}): string =>
      nextWords(state('r', ['a'], changes, rule), berlin, now)
    expect(next({ nextAt: at('2026-03-19T07:30:00Z') })).toBe('next tomorrow 08:30')
    expect(next({ isActive: true })).toBe('warm now')
    expect(next({ isRunning: true })).toBe('warming up')
    expect(next({ nextAt: now }, { isEnabled: false })).toBe('off')
    expect(next({}, { when: { kind: 'app_start' } })).toBe('at the next start')
    expect(next({ isActive: true, untilAt: at('2026-03-18T17:30:00Z') })).toBe('warm until 18:30')
  })

  it('is the earliest of the rules that are on', () => {
    const rules = [
      state('late', ['b'], { nextAt: at('2026-03-18T18:00:00Z') }),
      state('off', ['c'], { nextAt: at('2026-03-18T14:00:00Z') }, { isEnabled: false }),
      state('soon', ['qwen3:8b', 'a'], { nextAt: at('2026-03-18T16:55:00Z') })
    ]
    expect(headerWords(rules, nameOf, berlin, now)).toBe('Next: qwen3:8b and a at 17:55')
    expect(headerWords(rules, null, berlin, now)).toBe('Next at 17:55')
    expect(headerWords([], nameOf, berlin, now)).toBeNull()
    expect(shortMomentWords(berlin, at('2026-03-19T07:30:00Z'), now)).toBe('Thu 08:30')
  })
})

describe('clashes', () => {
  const clash: Clash = { fromAt: now, toAt: now + 1, ruleIds: ['a', 'b'], overBytes: 5_700_000_000, overModels: 0 }

  it('say bytes, models, or both', () => {
    expect(clashWords(clash)).toBe('5.7 GB over')
    expect(clashWords({ ...clash, overBytes: null, overModels: 1 })).toBe('1 model too many')
    expect(clashWords({ ...clash, overModels: 2 })).toBe('5.7 GB over, 2 models too many')
  })

  it('name the rules, and count many', () => {
    expect(clashSentence(clash, ['Office', 'Batch'])).toBe(
      'Office and Batch together keep 5.7 GB more than the budget for models'
    )
    expect(clashSentence(clash, ['A', 'B', 'C', 'D'])).toMatch(/^A, B and 2 other rules together keep/)
  })

  it('that are the same day after day are one line', () => {
    const dayMs = 86_400_000
    const daily = [0, 1, 2].map((day) => ({ ...clash, fromAt: now + day * dayMs, toAt: now + day * dayMs + 1 }))
    expect(groupedClashes([...daily, { ...clash, overBytes: 1 }]).map(({ times }) => times)).toEqual([3, 1])
  })
})

describe('spans', () => {
  it('say the day they end on where it is another', () => {
    expect(spanWords(berlin, at('2026-03-18T07:30:00Z'), at('2026-03-18T17:30:00Z'))).toBe('08:30 to 18:30')
    expect(spanWords(berlin, at('2026-03-18T21:00:00Z'), at('2026-03-18T23:00:00Z'))).toBe('22:00 to 24:00')
    expect(spanWords(berlin, at('2026-03-18T21:00:00Z'), at('2026-03-19T01:00:00Z'))).toBe('22:00 to Thu 02:00')
  })
})

describe('what a rule saved', () => {
  const saving = (name: string, weekColdStarts: number, weekMs: number) => ({
    id: idOf(name),
    usualLoadMs: 8_000,
    todayColdStarts: 0,
    todayMs: 0,
    weekColdStarts,
    weekMs
  })
  const savings = [saving('a', 10, 80_000), saving('b', 4, 32_000), saving('c', 5, 9_000)]

  it('is the sum over its models', () => {
    expect(savedWords(state('r', ['a', 'b']), [], savings)?.words).toBe('Avoided 14 cold starts this week, 1 min 52 s')
  })

  it('leaves out what another rule keeps too, in both', () => {
    const [one, two] = [state('one', ['a', 'b']), state('two', ['b', 'c'])]
    expect(savedWords(one, [one, two], savings)).toEqual({
      words: 'Avoided 10 cold starts this week, 1 min 20 s',
      shared: [idOf('b')]
    })
    expect(savedWords(two, [one, two], savings)?.words).toBe('Avoided 5 cold starts this week, 9 s')
  })

  it('knows a model behind its alias', () => {
    const targetOf = (id: { hostId: string; name: string }) => (id.name === 'coder' ? idOf('a') : id)
    const [one, two] = [state('one', ['coder']), state('two', ['a'])]
    expect(savedWords(one, [one], savings, targetOf)?.words).toMatch(/^Avoided 10/)
    expect(savedWords(one, [one, two], savings, targetOf)).toBeNull()
  })

  it('is nothing of a rule that never ran', () => {
    expect(savedWords(state('r', ['a'], { lastRun: null }), [], savings)).toBeNull()
    expect(savedWords(state('r', ['z']), [], savings)).toBeNull()
  })
})

describe('arrow keys', () => {
  const spot = (key: string, dayIndex: number, top: number) => ({ key, dayIndex, top, lane: 0 })
  const spots = [spot('a', 0, 500), spot('b', 0, 900), spot('c', 2, 100), spot('d', 2, 880)]
  const press = (key: string, from: string) =>
    movedTo(spots, from, { key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false })

  it('go down through a day and on, and sideways to the nearest time of the next day that has any', () => {
    expect(press('ArrowDown', 'a')).toBe('b')
    expect(press('ArrowDown', 'b')).toBe('c')
    expect(press('ArrowUp', 'a')).toBe('a')
    expect(press('ArrowRight', 'b')).toBe('d')
    expect(press('ArrowLeft', 'c')).toBe('a')
    expect(press('End', 'a')).toBe('d')
    expect(press('x', 'a')).toBeNull()
  })
})

describe('suggestions', () => {
  const model = (name: string, changes: object = {}) =>
    ({ id: idOf(name), state: 'unloaded', capabilities: ['completion'], lastUsedAt: null, ...changes }) as never

  it('are of models that answer and fit: the loaded first, then the most used', () => {
    const models = [
      model('embed', { capabilities: ['embedding'] }),
      model('old', { lastUsedAt: 5 }),
      model('here', { state: 'ready' })
    ]
    const offered = suggestions({ models, savings: [], fits: {} })
    expect(offered.map(({ fields }) => fields.models?.[0]?.id.name)).toEqual(['here', 'old', 'here'])
    const fits = { 'h/here': { isAllowed: false } } as never
    expect(suggestions({ models, savings: [], fits })[0]?.fields.models?.[0]?.id.name).toBe('old')
  })

  it('are none without models', () => {
    expect(suggestions({ models: [], savings: [], fits: {} })).toEqual([])
  })
})

describe('models to pick from', () => {
  it('are aliases, then each host’s own in the order people count, without those picked', () => {
    const models = ['m:10b', 'm:2b', 'gone'].map(
      (name) => ({ id: idOf(name), state: name === 'gone' ? 'absent' : 'ready' }) as never
    )
    const aliases = [{ name: 'coder', target: idOf('m:2b') }]
    const hosts = [{ id: 'h', name: 'Host' }] as never
    expect(modelChoices(models, hosts, aliases, [])).toEqual([
      { group: 'Aliases', items: [{ value: 'alias/coder', label: 'coder (m:2b)' }] },
      {
        group: 'Host',
        items: [
          { value: 'h/m:2b', label: 'm:2b' },
          { value: 'h/m:10b', label: 'm:10b' }
        ]
      }
    ])
    const picked = [{ id: { hostId: 'alias', name: 'coder' }, contextLength: null }]
    expect(modelChoices(models, hosts, aliases, picked).map(({ group }) => group)).toEqual(['Host'])
  })
})

describe('the palette', () => {
  it('offers a new rule, and a run of each that does not run', () => {
    const nothing = (): void => undefined
    const rules = [state('one', ['a']), state('two', ['b'], { isRunning: true })]
    const labels = ruleCommands(rules, { newRule: nothing, run: nothing, edit: nothing }).map(({ label }) => label)
    expect(labels).toEqual(['New rule…', 'Run one now', 'Edit rule one', 'Edit rule two'])
  })
})

describe('a window in the night that changes the clocks', () => {
  const nightOf = (evening: string): PreviewEntry => {
    const startAt = at(evening)
    return { ruleId: 'r', warmFromAt: startAt, startAt, endAt: startAt + 8 * 3_600_000, isActive: false }
  }
  const night = { when: { kind: 'window' as const, time: '22:00', days: [6], minutes: 480 } }

  it('shows when it ends, and why that is not what its sentence says', () => {
    const autumn = nightOf('2026-10-24T22:00:00+02:00')
    const spring = nightOf('2026-03-28T22:00:00+01:00')
    const other = nightOf('2026-06-06T22:00:00+02:00')
    expect([autumn, spring, other].map((entry) => entryTimes(berlin, entry, false))).toEqual([
      '22:00 to Sun 05:00',
      '22:00 to Sun 07:00',
      '22:00 to Sun 06:00'
    ])
    expect([autumn, spring, other].map((entry) => clockChangeWords(entry, night, berlin))).toEqual([
      'The clocks change: it lasts 8 h all the same',
      'The clocks change: it lasts 8 h all the same',
      null
    ])
    expect(clockChangeWords(autumn, { when: { ...night.when, kind: 'at' as const } }, berlin)).toBeNull()
  })
})
