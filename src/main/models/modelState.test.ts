import { describe, expect, it } from 'vitest'
import { modelStates } from '../../shared/model.ts'
import { nextState, takesMemory, type ModelStateEvent } from './modelState.ts'

const events: ModelStateEvent[] = [
  'load_started',
  'load_ended',
  'load_failed',
  'load_cancelled',
  'unload_started',
  'unload_ended',
  'unload_gave_up',
  'lost',
  'seen_loaded',
  'seen_stopping',
  'seen_gone',
  'installed',
  'removed'
]

describe('a model state', () => {
  it('takes memory only by a load or by being seen loaded: nothing else may bring a model into memory', () => {
    for (const state of modelStates.filter((state) => !takesMemory(state))) {
      for (const event of events) {
        const next = nextState(state, event)
        if (next !== null && takesMemory(next)) expect(event).toMatch(/^(load_started|seen_loaded|seen_stopping)$/)
      }
    }
  })

  it('is never left for good: from every state a ready and an unloaded model can be reached', () => {
    const reachable = (from: (typeof modelStates)[number]): Set<string> => {
      const found = new Set<(typeof modelStates)[number]>([from])
      for (const state of found) for (const event of events) found.add(nextState(state, event) ?? state)
      return found
    }
    for (const state of modelStates)
      expect([...reachable(state)]).toEqual(expect.arrayContaining(['ready', 'unloaded']))
  })

  it('ignores what a late server says in the middle of our own load', () => {
    expect(nextState('loading', 'seen_gone')).toBeNull()
    expect(nextState('loading', 'seen_loaded')).toBeNull()
  })
})
