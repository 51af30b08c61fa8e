/** Would catch: a queue that stands behind a run that only waits, a place that is lost for it, words about a run that is gone. */
import { expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig, script, type RunRig } from './run/runRig.ts'

const chainOn = (name: string, model: string) =>
  testChain([testStep('One', `${name} {{input}}`, { model: idOf(model) })], { id: `chain-${name}`, name })
const passes = async (rig: RunRig, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 100) {
    await new Promise((resolve) => setImmediate(resolve))
    await rig.clock.advance(100)
  }
}
const now = (rig: RunRig, id: string): (string | null)[] => {
  const { status, doing } = rig.service.get(id).run
  return [status, doing]
}
const begin = async (rig: RunRig, name: string, model: string): Promise<string> =>
  (await rig.begin(chainOn(name, model), 2, { wait: false })).id
const ended = (rig: RunRig, id: string) => rig.until(rig.service.resume(id, {}, script))

it('the one before it is cancelled while it waits as well: it says whom it waits for now', async () => {
  const rig = createRunRig()
  rig.models.answer = () => new Promise(() => {})
  const [, second, third] = [await begin(rig, 'A', 'a'), await begin(rig, 'B', 'a'), await begin(rig, 'C', 'a')]
  await passes(rig, 1_000)
  expect(now(rig, third)).toEqual(['queued', 'Waiting for the run of B'])
  await rig.service.cancel(second, script)
  expect(now(rig, third)).toEqual(['queued', 'Waiting for the run of A'])
})

/** The host of a is away: its run has waited so long. */
async function waitingRig(ms: number): Promise<{ rig: RunRig; first: string }> {
  const rig = createRunRig({ models: { a: 60, far: 60 } })
  rig.world.away.add('h')
  rig.models.loading = (name) => {
    if (rig.world.away.has(idOf(name).hostId)) throw new StokerError('server_down', 'Ollama is not running.')
  }
  const first = await begin(rig, 'A', 'a')
  await passes(rig, ms)
  return { rig, first }
}

it('a run that waits long for its host lets the next ones go, and comes before those that are still in line', async () => {
  const { rig, first } = await waitingRig(5_000)
  let letGo = (): void => {}
  const gate = new Promise<void>((resolve) => void (letGo = resolve))
  rig.models.answer = async (name, { prompt }) => {
    if (prompt === 'B item 1') await gate
    return `${name}(${prompt})`
  }
  const [second, third] = [await begin(rig, 'B', 'far'), await begin(rig, 'C', 'far')]
  await passes(rig, 5_000)
  // A server that is only restarted costs no place.
  expect(now(rig, second)).toEqual(['queued', 'Waiting for the run of A'])
  await passes(rig, 25_000)
  expect(now(rig, first)).toEqual(['running', 'Waiting for Host h to answer'])
  expect(now(rig, second)).toEqual(['running', 'One, item 1 of 2'])
  rig.world.away.delete('h')
  await passes(rig, 60_000)
  expect(now(rig, first)).toEqual(['running', 'Waiting for the run of B'])
  expect(rig.service.get(first).run.remainingMs).toBeNull()
  letGo()
  expect(await ended(rig, third)).toMatchObject({ status: 'done', items: { done: 2 } })
  expect(rig.service.get(first).run).toMatchObject({ status: 'done', items: { done: 2 } })
  const order = rig.models.calls.filter((call) => call.startsWith('ask ')).map((call) => call.split(' ')[2])
  expect(order).toEqual(['B', 'B', 'A', 'A', 'C', 'C'])
})

it('nobody else is there: it goes on as soon as its host answers', async () => {
  const { rig, first } = await waitingRig(60_000)
  rig.world.away.delete('h')
  expect(await ended(rig, first)).toMatchObject({ status: 'done', items: { done: 2 } })
})

it.each(['pause', 'cancel'] as const)('%s in line again: at once, and the others go on', async (verb) => {
  const { rig, first } = await waitingRig(40_000)
  let letGo = (): void => {}
  rig.models.answer = async () => {
    await new Promise<void>((resolve) => void (letGo = resolve))
    return 'good'
  }
  const second = await begin(rig, 'B', 'far')
  await passes(rig, 1_000)
  rig.world.away.delete('h')
  await passes(rig, 2_000)
  expect(now(rig, first)).toEqual(['running', 'Waiting for the run of B'])
  expect((await rig.service[verb](first, script)).status).toBe(verb === 'pause' ? 'paused' : 'cancelled')
  rig.models.answer = () => 'good'
  letGo()
  expect((await ended(rig, second)).status).toBe('done')
  expect((await ended(rig, first)).items.done).toBe(2)
})

it('a run that waits long for memory lets the next one go, which is no reason to lose its patience', async () => {
  const rig = createRunRig()
  rig.settings.runPatienceSeconds = 60
  let isFull = true
  rig.models.loading = (name) => {
    if (isFull && name === 'a') throw new StokerError('does_not_fit', 'Other programs use too much memory.')
  }
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
  rig.models.answer = async (name, { prompt }) => {
    if (name === 'b') await gate
    return prompt
  }
  const first = await begin(rig, 'A', 'a')
  await passes(rig, 5_000)
  const second = await begin(rig, 'B', 'b')
  await passes(rig, 40_000)
  expect([now(rig, first)[1], now(rig, second)[0]]).toEqual(['Waiting for the run of B', 'running'])
  await passes(rig, 300_000)
  letGo()
  expect((await ended(rig, second)).status).toBe('done')
  await passes(rig, 40_000)
  isFull = false
  expect(await ended(rig, first)).toMatchObject({ status: 'done', items: { done: 2, failed: 0 } })
})
