/** A card that says nothing while its model is loaded, because the step names it by an alias and the plan by the model. */
import { expect, it } from 'vitest'
import type { Plan } from '../../../../shared/plan.ts'
import type { RunProgress } from '../../../../shared/run.ts'
import { stepStates } from './stepStates.ts'

const times = { startMs: 0, endMs: 1 }
const run = (model: number, stepIds: string[]) =>
  ({
    kind: 'run',
    models: stepIds.map(() => model),
    stepIds,
    firstItem: 0,
    lastItem: 1,
    itemCount: 2,
    ...times
  }) as const
const load = (model: number) => ({ kind: 'load', model, isPrefetch: false, ...times }) as const
const plan = {
  itemCount: 2,
  models: [{ id: { hostId: 'ollama', name: 'a' } }, { id: { hostId: 'ollama', name: 'b' } }],
  actions: [load(0), run(0, ['one', 'two']), load(1), run(1, ['three'])]
} as unknown as Plan
const states = (done: RunProgress['done']) => stepStates({ plan, done, held: [], nowMs: 0, replans: [] })

it('says of every step what the run is at with it', () => {
  expect(states([])).toEqual({})
  expect(states([load(0)])).toEqual({ one: 'loading', two: 'loading' })
  expect(states([load(0), run(0, ['one', 'two'])])).toEqual({ one: 'running', two: 'running' })
  expect(states([load(0), run(0, ['one', 'two']), load(1)])).toEqual({ one: 'done', two: 'done', three: 'loading' })
})

it('says nothing before there is a plan', () => {
  expect(stepStates({ plan: null, done: [], held: [], nowMs: 0, replans: [] })).toEqual({})
})
