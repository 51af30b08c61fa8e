/** Would catch: a model that is not loaded while the last one answers, a run that fails or waits for what it loads ahead. */
import { expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig } from './run/runRig.ts'

const twoSteps = testChain([
  testStep('One', 'x {{input}}', { model: idOf('a') }),
  testStep('Two', 'y {{steps.One}}', { model: idOf('b') })
])

it('loads the next model while the last one answers where both fit', async () => {
  const rig = createRunRig({ budget: 200 })
  const run = await rig.begin(twoSteps, 4)
  const { calls } = rig.models
  expect(calls.indexOf('load b')).toBeLessThan(calls.indexOf('ask a: x item 4'))
  expect(run).toMatchObject({ loads: 2, items: { done: 4 }, peakBytes: 120 })
})

it('what is loaded ahead and not needed any more is given up, and the run ends at once', async () => {
  const rig = createRunRig({ budget: 200 })
  rig.models.loading = (name, signal) => {
    if (name === 'a') return
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  rig.models.answer = () => {
    throw new StokerError('server_failed', 'It broke.')
  }
  const run = await rig.begin(twoSteps, 2)
  expect(run).toMatchObject({ status: 'done', loads: 1, items: { failed: 2 } })
  expect(rig.models.calls).toContain('load b')
  expect(rig.service.get(run.id).progress.replans).toEqual([])
  expect(rig.models.ready()).toEqual([])
})

it('goes on without loading ahead where that fails', async () => {
  const rig = createRunRig({ budget: 200 })
  let failures = 1
  rig.models.loading = (name) => {
    if (name === 'b' && failures-- > 0) throw new StokerError('out_of_memory', 'No.')
  }
  const run = await rig.begin(twoSteps, 3)
  expect(run).toMatchObject({ loads: 2, items: { done: 3, failed: 0 } })
})
