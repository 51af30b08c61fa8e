/** Would catch: advice that does not suit, a rule's end that is not its own, and a time put back that was never Stoker's. */
import { describe, expect, it } from 'vitest'
import type { RuleState, RuleTime } from '../../../../shared/schedule.ts'
import { formatSpan } from '../../lib/format.ts'
import {
  choiceLabel,
  choiceValue,
  keepAction,
  keepAdvice,
  keepChoices,
  keepWords,
  keptUntil,
  mainChoices,
  overrideWords,
  stayWords
} from './keepAlive.ts'
import { testModel } from './testModel.ts'

describe('the choices', () => {
  it('are all of them, and the ones in view are among them', () => {
    expect(keepChoices.map(({ seconds }) => seconds)).toEqual([0, 300, 900, 1_800, 3_600, -1])
    expect(mainChoices).toHaveLength(4)
  })

  it('have one word for each time, whichever negative number a server was given', () => {
    const words = [-1, -300, 0, 900, 5_400].map(choiceLabel)
    expect(words).toEqual(['Always', 'Always', 'Unload at once', '15 min', formatSpan(5_400)])
    expect([-1, -300, 0, 900].map(choiceValue)).toEqual(['-1', '-1', '0', '900'])
  })
})

describe('advice', () => {
  it('is an hour or always for one model, 30 minutes for two or three, 15 for more; one click each', () => {
    expect(keepAdvice(1, 600)?.words).toBe('One model is kept. An hour, or always, suits that.')
    expect(keepAdvice(1, 600)?.choices.map(keepAction)).toEqual(['Keep 1 h', 'Keep always'])
    expect(keepAdvice(3, 600)?.words).toBe('Three models are kept. 30 minutes suits that.')
    const many = keepAdvice(12, 600)
    expect(many?.words).toBe('12 models are kept. 15 minutes suits that.')
    expect(many?.choices).toEqual([{ seconds: 900, label: '15 min' }])
  })

  it('is silent where the time already suits', () => {
    const suited: [number, number][] = [
      [0, 600],
      [1, -1],
      [1, -300],
      [1, 3_600],
      [2, 1_800],
      [4, 900]
    ]
    expect(suited.map(([count, seconds]) => keepAdvice(count, seconds))).toEqual(suited.map(() => null))
  })
})

describe('how a model stays', () => {
  const now = new Date(2025, 5, 10, 14, 8).getTime()

  it('tells the three kinds of time apart', () => {
    expect([keepWords(-1), keepWords(0), keepWords(1_800)]).toEqual([
      'Stays until you unload it.',
      'Unloads as soon as it has answered.',
      'Unloads 30 min after its last use.'
    ])
  })

  it('counts down while it counts, and names the rule before all else', () => {
    const ready = testModel('x', { state: 'ready', unloadsAt: now + 252_000 })
    expect(stayWords(ready, { now, until: null })).toBe('Unloads in 4:12, unless it is used before.')
    const kept = { ...ready, keptBy: { kind: 'rule' as const, name: 'Office hours' } }
    expect(stayWords(kept, { now, until: '18:00' })).toBe('Kept by Office hours until 18:00.')
    expect(stayWords(kept, { now, until: null })).toBe('Kept by Office hours.')
    const inRun = { ...ready, keptBy: { kind: 'run' as const, name: 'the run of Summaries' } }
    expect(stayWords(inRun, { now, until: null })).toBe('Kept by the run of Summaries.')
  })

  it('says what another program told, and offers Stoker’s own time, not that one', () => {
    const noticedAt = new Date(2025, 5, 10, 14, 2).getTime()
    const changed = (seconds: number | null, own: number) =>
      overrideWords(testModel('x', { keepAliveSeconds: own, keepAliveOverride: { seconds, noticedAt } }))
    expect(changed(300, 3_600)).toEqual({
      words: 'Another program set this to 5 min at 14:02.',
      action: 'Put back 1 h'
    })
    expect(changed(-1, 600)?.words).toBe('Another program set this to always at 14:02.')
    expect(changed(null, -1)).toEqual({ words: 'Another program changed this at 14:02.', action: 'Put back always' })
    expect(overrideWords(testModel('x'))).toBeNull()
  })
})

describe('the end of a rule’s window', () => {
  const keeper = { kind: 'rule' as const, name: 'Office hours' }
  const endsAt = Date.parse('2026-10-25T04:00:00Z')
  const rule = (when: RuleTime, part: Partial<RuleState> = {}, name = 'Office hours'): RuleState => ({
    rule: { id: name, name, isEnabled: true, models: [{ id: { hostId: 'a', name: 'b' }, contextLength: null }], when },
    isActive: true,
    isRunning: false,
    untilAt: endsAt,
    nextAt: null,
    lastRun: null,
    note: null,
    ...part
  })
  const office: RuleTime = { kind: 'window', time: '08:30', days: [1, 2, 3, 4, 5], minutes: 570 }

  it('is the one that the core tells: on a day that changes its clocks no sum of start and length', () => {
    expect(keptUntil([rule(office)], keeper)).toBe(endsAt)
    expect(keptUntil([rule(office, { untilAt: null })], keeper)).toBeNull()
  })

  it('is unknown where no clock ends it, where another day does, where two rules share the name, and where it is over', () => {
    expect(keptUntil([rule({ kind: 'app_start' })], keeper)).toBeNull()
    expect(keptUntil([rule({ ...office, minutes: 1_440 })], keeper)).toBeNull()
    expect(keptUntil([rule(office), rule({ ...office, minutes: 60 })], keeper)).toBeNull()
    expect(keptUntil([rule(office, { isActive: false })], keeper)).toBeNull()
    expect(keptUntil([rule(office)], { ...keeper, name: 'Another' })).toBeNull()
  })
})
