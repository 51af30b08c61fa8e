/** Would catch: a step asked twice or never, an output that did not reach the next prompt, a load too many, a model left behind. */
import { expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { idOf } from './fakeModels.ts'
import { createRunRig } from './runRig.ts'

const onA = { model: idOf('a') }
const onB = { model: idOf('b') }

it('goes step by step over all items, with a load for each model, and leaves nothing loaded', async () => {
  const rig = createRunRig()
  const chain = testChain([testStep('One', 'x {{input}}', onA), testStep('Two', 'y {{steps.One}}', onB)])
  const run = await rig.begin(chain, 3)
  expect(run).toMatchObject({ status: 'done', loads: 2, plannedLoads: 2, stepRunsDone: 6, items: { done: 3 } })
  expect(rig.outputs(run.id, 'id-Two')).toEqual([1, 2, 3].map((item) => `b(y a(x item ${item}))`))
  expect(rig.models.loads()).toBe(2)
  expect(rig.models.ready()).toEqual([])
  expect(rig.models.peak).toBe(60)
  expect(rig.log.map(({ kind }) => kind)).toEqual(['run_started', 'run_ended'])
})
