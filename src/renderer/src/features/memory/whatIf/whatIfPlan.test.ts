import { describe, expect, it } from 'vitest'
import type { Advice } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { testId } from './testWhatIf.ts'
import { whatIfPlan, type WhatIfStep } from './whatIfPlan.ts'

function model(name: string, part: Partial<Model> = {}): Model {
  const base = { state: 'unloaded', contextLength: null, activeRequests: 0, isPinned: false }
  return { id: testId(name), ...base, ...part } as Model
}

const loaded = (name: string, part: Partial<Model> = {}): Model =>
  model(name, { state: 'ready', contextLength: 8_192, ...part })
const none: Advice = { unload: [], leaveOut: [], contexts: [] }
const chosen = (name: string, contextLength: number | null = null) => ({ id: testId(name), contextLength })
const said = (steps: WhatIfStep[]): string[] =>
  steps.map(
    ({ verb, id, contextLength }) => `${verb} ${id.name}${contextLength === undefined ? '' : ` ${contextLength}`}`
  )

describe('whatIfPlan', () => {
  it('loads what is not there and leaves alone what is there as chosen', () => {
    const { steps, loadedCount } = whatIfPlan([chosen('a'), chosen('b', 8_192), chosen('c', 4_096)], none, [
      loaded('a'),
      loaded('b'),
      model('c'),
      model('d')
    ])
    expect(said(steps)).toEqual(['load c 4096'])
    expect(loadedCount).toBe(3)
  })

  it('unloads what the advice names before anything is loaded, each once, and only what is loaded', () => {
    const advice = { ...none, unload: [testId('x'), testId('b')], leaveOut: [testId('b'), testId('z')] }
    const models = [model('a'), loaded('b'), loaded('x'), model('z')]
    expect(said(whatIfPlan([chosen('a'), chosen('b'), chosen('z')], advice, models).steps)).toEqual([
      'unload x',
      'unload b',
      'load a'
    ])
  })

  it('takes the advised context over the chosen one, and reloads what shrinks first: growing needs its room', () => {
    const advice = { ...none, contexts: [{ id: testId('b'), contextLength: 2_048 }] }
    const models = [loaded('a'), loaded('b'), model('c')]
    const { steps } = whatIfPlan([chosen('a', 16_384), chosen('b', 8_192), chosen('c')], advice, models)
    expect(said(steps)).toEqual(['reload b 2048', 'reload a 16384', 'load c'])
  })

  it('leaves models alone that are loaded and were not asked for', () => {
    const { steps, loadedCount } = whatIfPlan([chosen('a')], none, [model('a'), loaded('other')])
    expect(said(steps)).toEqual(['load a'])
    expect(loadedCount).toBe(2)
  })

  it('asks about a pinned model that would go and about one that answers, not about a pinned one that comes back', () => {
    const models = [
      loaded('a', { isPinned: true }),
      loaded('b', { isPinned: true }),
      loaded('c', { activeRequests: 1 }),
      loaded('d', { activeRequests: 1 })
    ]
    const advice = { ...none, unload: [testId('a')] }
    const { asksFor } = whatIfPlan([chosen('b', 512), chosen('c', 512), chosen('d')], advice, models)
    expect(asksFor.map(({ id, isPinned, isAnswering }) => [id.name, isPinned, isAnswering])).toEqual([
      ['a', true, false],
      ['c', false, true]
    ])
  })

  it('has nothing to do when all is as chosen, or a model has gone meanwhile', () => {
    expect(whatIfPlan([chosen('a', 8_192), chosen('gone')], none, [loaded('a')]).steps).toEqual([])
  })
})
