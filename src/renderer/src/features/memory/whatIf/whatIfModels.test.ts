import { describe, expect, it } from 'vitest'
import type { Host, Model } from '../../../../../shared/model.ts'
import { noChoice, withContext, withTick } from './whatIfChoice.ts'
import { arranged, offeredModels, questionOf } from './whatIfModels.ts'

function model(name: string, part: Partial<Model> = {}, hostId = 'ollama'): Model {
  return { id: { hostId, name }, state: 'unloaded', contextLength: null, ...part } as Model
}
const names = (models: readonly Model[]): string[] => models.map(({ id }) => id.name)
const hosts = [
  { id: 'ollama', isLocal: true },
  { id: 'studio', isLocal: false }
] as Host[]

describe('the models of the What-if panel', () => {
  it('are those of this machine that are there, loaded ones first, in the order people count', () => {
    const all = [
      model('m:10b'),
      model('m:2b'),
      model('z', { state: 'ready' }),
      model('far', {}, 'studio'),
      model('pinned-but-gone', { state: 'absent' })
    ]
    expect(names(offeredModels(all, hosts))).toEqual(['z', 'm:2b', 'm:10b'])
    expect(names(offeredModels([model('x', {}, 'unknown')], hosts))).toEqual(['x'])
  })

  it('stay on top whatever one searches for: a search is for more models', () => {
    const choice = withTick(withTick(noChoice, 'ollama/b', true), 'ollama/gone', true)
    const { top, others } = arranged([model('a'), model('b'), model('abc-x')], choice, 'A x')
    expect(names(top)).toEqual(['b'])
    expect(names(others)).toEqual(['abc-x'])
  })
})

describe('the question', () => {
  it('has the context in force of a loaded model, the chosen one where one chose, and none for the default', () => {
    const top = [model('a', { state: 'ready', contextLength: 8_192 }), model('b'), model('c'), model('d')]
    const ticked = ['a', 'b', 'c'].reduce((choice, name) => withTick(choice, `ollama/${name}`, true), noChoice)
    expect(questionOf(top, withContext(ticked, 'ollama/c', 2_048)).models).toEqual([
      { id: { hostId: 'ollama', name: 'a' }, contextLength: 8_192 },
      { id: { hostId: 'ollama', name: 'b' } },
      { id: { hostId: 'ollama', name: 'c' }, contextLength: 2_048 }
    ])
  })

  it('names no more models than the core takes at once', () => {
    const top = Array.from({ length: 80 }, (_, index) => model(`m${index}`))
    const choice = top.reduce((next, { id }) => withTick(next, `ollama/${id.name}`, true), noChoice)
    expect(questionOf(top, choice).models).toHaveLength(64)
  })
})
