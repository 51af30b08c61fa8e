/** Would catch: a refusal that does not say which model to unpin, and one that blames a pin where the model is too large anyway. */
import { describe, expect, it } from 'vitest'
import type { Host, Model } from '../../../../shared/model.ts'
import { inTheWay } from './inTheWay.ts'
import { predictionOf, sumOf } from './testPrediction.ts'

const gb = 1_000_000_000
const hosts = [
  { id: 'ollama', isLocal: true },
  { id: 'studio', isLocal: false }
] as Host[]
const refused = predictionOf({
  id: { hostId: 'ollama', name: 'wanted' },
  verdict: 'does_not_fit',
  isAllowed: false,
  needBytes: 5 * gb,
  sum: sumOf({ budgetBytes: 8 * gb, heldBytes: 6 * gb, roomBytes: 2 * gb, overBytes: 3 * gb })
})

function model(name: string, part: Partial<Model> = {}, hostId = 'ollama'): Model {
  return { id: { hostId, name }, state: 'ready', isPinned: false, activeRequests: 0, ...part } as Model
}

describe('what is in the way of a refused load', () => {
  it('names who is pinned or answers, and why', () => {
    const models = [
      model('wanted', { state: 'unloaded', isPinned: true }),
      model('a', { isPinned: true }),
      model('b', { activeRequests: 1 }),
      model('idle'),
      model('not here', { state: 'unloaded', isPinned: true }),
      model('far', { isPinned: true }, 'studio')
    ]
    expect(inTheWay(refused, models, hosts)).toBe('a is pinned, b is answering.')
    expect(inTheWay(refused, [model('c', { isPinned: true, activeRequests: 2 })], hosts)).toBe('c is pinned.')
  })

  it('is nobody where it is too large on its own, allowed, or alone', () => {
    const pinned = [model('a', { isPinned: true })]
    expect(inTheWay({ ...refused, needBytes: 9 * gb }, pinned, hosts)).toBeNull()
    expect(inTheWay({ ...refused, isAllowed: true }, pinned, hosts)).toBeNull()
    expect(inTheWay({ ...refused, needBytes: null }, pinned, hosts)).toBeNull()
    expect(inTheWay(refused, [model('idle')], hosts)).toBeNull()
  })
})
