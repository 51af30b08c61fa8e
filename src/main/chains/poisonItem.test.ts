/** Would catch: an item that takes its server down each time and so costs the whole run's patience, or others that are blamed for it. */
import { expect, it } from 'vitest'
import type { Step } from '../../shared/chain.ts'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig, type RunRig } from './run/runRig.ts'

const one = (policy: Partial<Step['onError']> = {}) =>
  testChain([
    testStep('One', '{{input}}', {
      model: idOf('a'),
      onError: { retries: 0, fallbackModel: null, then: 'stop', defaultText: '', ...policy }
    })
  ])
const down = (): never => {
  throw new StokerError('server_down', 'Ollama closed the connection.')
}
const asked = (rig: RunRig, prompt: string): number =>
  rig.models.calls.filter((call) => call === `ask a: ${prompt}`).length

/** These prompts take it down, with all that it is asked beside; it is back after five seconds. */
function poisonRig(...poison: string[]): RunRig {
  const rig = createRunRig()
  let lives = 0
  rig.models.loading = () => void (rig.world.away.has('h') && down())
  rig.models.answer = async (name, { prompt }) => {
    if (rig.world.away.has('h')) down()
    const born = lives
    // All that is asked at once is under way by then.
    for (let rounds = 0; rounds < 50; rounds++) await Promise.resolve()
    if (lives === born && name === 'a' && poison.includes(prompt)) {
      lives += 1
      rig.world.away.add('h')
      for (const model of rig.models.all.values()) model.state = 'unloaded'
      rig.clock.after(5_000, () => void rig.world.away.delete('h'))
    }
    return lives === born ? `${name}(${prompt})` : down()
  }
  return rig
}

it.each([1, 4])('asked twice, then it ends by its policy and the rest goes on; %i at once', async (itemsAtOnce) => {
  const rig = poisonRig('item 3')
  rig.settings.itemsAtOnce = itemsAtOnce
  const beganAt = rig.clock.now()
  const run = await rig.begin(one(), 12)
  expect(run).toMatchObject({ status: 'done', items: { done: 11, failed: 1 } })
  expect(asked(rig, 'item 3')).toBe(2)
  expect(rig.clock.now() - beganAt).toBeLessThan(60_000)
  expect(rig.store.step(run.id, 2, 'id-One')).toMatchObject({
    status: 'failed',
    attempts: 2,
    error: {
      code: 'server_down',
      message: 'The server was lost twice while it answered this. Ollama closed the connection.'
    }
  })
})

it('when nobody is suspected any more, as many are asked at once as before', async () => {
  const rig = poisonRig('item 3')
  rig.settings.itemsAtOnce = 4
  let most = 0
  const { answer } = rig.models
  rig.models.answer = (name, wish) => {
    if (asked(rig, 'item 12') > 0) most = Math.max(most, rig.models.all.get('a')?.active ?? 0)
    return answer(name, wish)
  }
  await rig.begin(one(), 24)
  expect(most).toBe(4)
})

it('its policy decides: as often as it may be tried, then another model, or a default', async () => {
  const tried = poisonRig('item 2')
  expect(await tried.begin(one({ retries: 3 }), 3)).toMatchObject({ items: { done: 2, failed: 1 } })
  expect(asked(tried, 'item 2')).toBe(4)

  const other = poisonRig('item 2')
  const run = await other.begin(one({ fallbackModel: idOf('b') }), 3)
  expect(other.outputs(run.id, 'id-One')).toEqual(['a(item 1)', 'b(item 2)', 'a(item 3)'])
  expect(asked(other, 'item 2')).toBe(2)

  const filled = poisonRig('item 2')
  const { id } = await filled.begin(one({ then: 'default', defaultText: 'none' }), 3)
  expect(filled.store.step(id, 1, 'id-One')).toMatchObject({ status: 'defaulted' })
  expect(asked(filled, 'item 2')).toBe(2)
})

it('several of them, next to each other', async () => {
  const rig = poisonRig('item 2', 'item 3', 'item 7')
  rig.settings.itemsAtOnce = 3
  expect(await rig.begin(one(), 9)).toMatchObject({ status: 'done', items: { done: 6, failed: 3 } })
})
