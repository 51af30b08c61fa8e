import { describe, expect, it } from 'vitest'
import {
  actionSentence,
  headline,
  heldWords,
  listed,
  noPlanWords,
  replanWords,
  type HeadlinePart
} from './planWords.ts'
import { testPlan, testPlanModel, testProgress } from './testPlan.ts'

const headlineText = (parts: readonly HeadlinePart[]): string =>
  parts.map(({ before, strong, after }) => `${before}${strong}${after}`).join(', ')
const words = (changes: Parameters<typeof testPlan>[0] = {}): string => headlineText(headline(testPlan(changes), null))
const name = (stepId: string): string => ({ draft: 'Draft', judge: 'Judge' })[stepId] ?? stepId

describe('a plan in words', () => {
  it('says loads, what they were instead of, the peak of the budget and the time', () => {
    expect(words()).toBe('2 loads instead of 80, peak 14.0 of 22.4 GB, about 6 min')
  })

  it('keeps the unit of a peak that is small beside the budget', () => {
    expect(words({ peakBytes: 497_000_000, budgetBytes: 21_000_000_000 })).toContain('peak 497 MB of 21.0 GB')
  })

  it('claims no saving where there is none', () => {
    expect(words({ loads: 1, naiveLoads: 1 })).toMatch(/^1 load, /)
    expect(words({ loads: 0, naiveLoads: 80 })).toMatch(/^No loads instead of 80, /)
  })

  it('invents no number for what is unknown, and tells why', () => {
    const models = [testPlanModel('mystery', { needBytes: null, loadMs: null })]
    const plan = testPlan({ models, peakBytes: null, durationMs: null })
    expect(headlineText(headline(plan, null))).toBe('2 loads instead of 80, peak not known yet, time not known yet')
    const [, peak, time] = headline(plan, null)
    expect(peak?.why).toBe('What mystery needs is not known yet')
    expect(time?.why).toBe(
      'mystery was never timed here: the chart shows a guess, counted with answers of 400 tokens each'
    )
    expect(words({ budgetBytes: null })).toContain('peak 14.0 GB')
  })

  // A number by formula beside a measured one looks as sure.
  it('says a need, a peak and what will be held as surely as they are known, and what was not measured', () => {
    const models = [
      testPlanModel('small', { needSource: 'formula' }),
      testPlanModel('big', { needBytes: 14e9 }),
      testPlanModel('guest', { needSource: null, isForeign: true })
    ]
    const plan = testPlan({ models })
    const [, peak] = headline(plan, null)
    expect(words({ models })).toContain(', peak about 14.0 of 22.4 GB, ')
    expect(peak?.why).toBe('What small needs was not measured yet')
    const loads = plan.actions.filter(({ kind }) => kind === 'load')
    expect(loads.map((load) => actionSentence(plan, load, name).split(', ')[1])).toEqual(['about 8.0 GB', '14.0 GB'])
    expect(heldWords(plan, { bytes: 8e9, isForeseen: true })).toBe('about 8.0 GB held by models')
    expect(heldWords(plan, { bytes: 8e9, isForeseen: false })).toBe('8.0 GB held by models')
    const rougher = [...models, testPlanModel('file', { needSource: 'file_size' })]
    expect(words({ models: rougher })).toContain(', peak roughly 14.0 of 22.4 GB, ')
    const [, unknown] = headline(testPlan({ models: rougher, budgetBytes: null }), null)
    expect(unknown?.why).toBe('The budget is not known yet. What small and file need was not measured yet')
  })

  it('says which length of answers its times are counted with', () => {
    const whys = (changes: Parameters<typeof testPlan>[0]): unknown[] =>
      headline(testPlan({ order: 'first_result', ...changes }), null)
        .slice(2)
        .map(({ why }) => why)
    const counted = 'Counted with answers of 400 tokens each. How long they will be is not known before'
    expect(whys({})).toEqual([counted, counted])
    expect(whys({ answerTokens: { least: 64, most: 1_024 } })[0]).toMatch(
      /^Counted with answers of 64 to 1,024 tokens, as their limits allow\. /
    )
    expect(whys({ answerTokens: null })).toEqual([null, null])
  })

  it('tells the first result where that was the wish, of more than one item', () => {
    expect(words({ order: 'first_result' })).toMatch(/first result after 2 min 20 s$/)
    expect(words({ order: 'first_result', itemCount: 1 })).not.toContain('first result')
    expect(words()).not.toContain('first result')
  })

  it('says of a run where it stands instead of how long it will take', () => {
    expect(headlineText(headline(testPlan(), testProgress()))).toMatch(/at 0:50$/)
  })

  it('makes a sentence of every kind of action', () => {
    const plan = testPlan()
    expect(plan.actions.map((action) => actionSentence(plan, action, name))).toEqual([
      'Load small, 8.0 GB, 0:00 to 0:10, about 10 s',
      'Draft on small, items 1 to 40, 0:10 to 1:50, about 1 min 40 s',
      'Unload small, 1:50 to 1:50, under 1 s',
      'Load big, 14.0 GB, 1:50 to 2:10, about 20 s',
      'Judge on big, items 1 to 40, 2:10 to 5:30, about 3 min 20 s'
    ])
  })

  it('tells a span with gaps from a whole one, and a guess from a measure', () => {
    const [, run] = testPlan().actions
    if (run?.kind !== 'run') throw new Error('no run')
    const guessed = testPlan({ durationMs: null })
    expect(actionSentence(guessed, { ...run, itemCount: 3 }, name)).toMatch(/, 3 of items 1 to 40, .*\(a guess\)$/)
    expect(actionSentence(guessed, { ...run, lastItem: 0, itemCount: 1 }, name)).toContain(', item 1, ')
  })

  it('names the place of the first mistake and counts the rest, warnings left out', () => {
    const problem = { field: 'prompt', start: null, end: null, isBlocking: true } as const
    const first = { ...problem, stepId: 'draft', message: 'Nothing is called “Sumary”.' }
    expect(noPlanWords([first], name)).toBe('Draft: Nothing is called “Sumary”.')
    expect(noPlanWords([first, { ...first, stepId: 'judge' }], name)).toBe(
      'Draft: Nothing is called “Sumary”. 1 more problem.'
    )
    expect(noPlanWords([{ ...first, isBlocking: false }], name)).toBeNull()
  })

  it('lists few names whole and many with a count', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c']), listed(['a', 'b', 'c', 'd'])]).toEqual([
      '',
      'a',
      'a, b and c',
      'a, b and 2 more'
    ])
  })

  it('tells the newest replan, and how many there were', () => {
    expect(replanWords([])).toBeNull()
    expect(replanWords(['a grew'])).toBe('Planned anew: a grew')
    expect(replanWords(['a grew', 'b failed'])).toBe('Planned anew 2 times: b failed')
  })
})
