/** Would catch: items that fail because their server was restarted, a run that waits for ever or not at all, a wait that cannot be ended. */
import { expect, it } from 'vitest'
import type { Step } from '../../shared/chain.ts'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig, script, type RunRig } from './run/runRig.ts'

const onA = { model: idOf('a') }
const onB = { model: idOf('b') }
const policy = (more: Partial<Step['onError']>): Pick<Step, 'onError'> => ({
  onError: { retries: 0, fallbackModel: null, then: 'stop', defaultText: '', ...more }
})
const words = 'Waiting for Host h to answer'
const twoSteps = testChain([testStep('One', 'x {{input}}', onA), testStep('Two', 'y {{steps.One}}', onB)])
const down = (): never => {
  throw new StokerError('server_down', 'Ollama is not running.')
}

/** The host goes away in the middle of the answer to this prompt, with all its models. */
function dyingRig(prompt: string, more: Parameters<typeof createRunRig>[0] = {}): RunRig {
  const rig = createRunRig({ models: { a: 60, b: 60, far: 60 }, budget: 200, ...more })
  const isAway = (name: string): boolean => rig.world.away.has(idOf(name).hostId)
  let hasDied = false
  rig.models.loading = (name) => void (isAway(name) && down())
  rig.models.answer = (name, wish) => {
    if (wish.prompt === prompt && !hasDied && name === 'a') {
      hasDied = true
      rig.world.away.add('h')
      for (const model of rig.models.all.values()) if (isAway(model.name)) model.state = 'unloaded'
    }
    return isAway(name) ? down() : `${name}(${wish.prompt})`
  }
  return rig
}
const comeBack = (rig: RunRig): void => void rig.world.away.delete('h')
const doing = (rig: RunRig, runId: string): string | null => rig.service.get(runId).run.doing
const passes = async (rig: RunRig, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 100) {
    await new Promise((resolve) => setImmediate(resolve))
    await rig.clock.advance(100)
  }
}
const questions = (rig: RunRig): string[] => rig.models.calls.filter((call) => call.startsWith('ask '))
async function beginWaiting(rig: RunRig, chain = twoSteps, count = 5): Promise<string> {
  const { id } = await rig.begin(chain, count, { wait: false })
  await passes(rig, 2_000)
  expect([rig.service.get(id).run.status, doing(rig, id)]).toEqual(['running', words])
  return id
}
const ended = (rig: RunRig, runId: string) => rig.until(rig.service.resume(runId, {}, script))

it.each([1, 3])('waits, and goes on with the step that was under way; %i at once', async (itemsAtOnce) => {
  const rig = dyingRig('x item 3')
  rig.settings.itemsAtOnce = itemsAtOnce
  const id = await beginWaiting(rig)
  await passes(rig, 200_000)
  expect(doing(rig, id)).toBe(words)
  expect(rig.service.get(id).run).toMatchObject({ items: { failed: 0 }, remainingMs: null })
  comeBack(rig)
  expect(await ended(rig, id)).toMatchObject({ status: 'done', items: { done: 5, failed: 0 }, stepRunsDone: 10 })
  expect(rig.outputs(id, 'id-Two')).toEqual([1, 2, 3, 4, 5].map((item) => `b(y a(x item ${item}))`))
  expect(rig.service.get(id).progress.replans).toEqual(['Host h did not answer'])
  // Whatever had been answered is not asked again.
  expect(questions(rig).filter((question) => question === 'ask a: x item 1')).toHaveLength(1)
  expect(rig.store.step(id, 2, 'id-One')).toMatchObject({ status: 'done', attempts: 1, error: null })
})

it('a load that finds its host away waits as well, whatever it may be tried again', async () => {
  const rig = dyingRig('none')
  rig.world.away.add('h')
  const chain = testChain([testStep('One', '{{input}}', { ...onA, ...policy({ retries: 3 }) })])
  const id = await beginWaiting(rig, chain, 2)
  expect(rig.models.loads()).toBe(1)
  comeBack(rig)
  expect(await ended(rig, id)).toMatchObject({ items: { done: 2 } })
})

it('so does a plan for models that nobody has heard of, for their host has been away from the start', async () => {
  const rig = dyingRig('none')
  let release = (): void => {}
  rig.models.loading = () => new Promise<void>((resolve) => void (release = resolve))
  const { id } = await rig.begin(testChain([testStep('One', '{{input}}', onA)]), 2, { wait: false })
  await passes(rig, 500)
  const paused = rig.service.pause(id, script)
  release()
  await rig.until(paused)
  // Stoker began anew meanwhile, while the host was away.
  const model = rig.models.all.get('a')
  rig.models.all.delete('a')
  rig.world.missing.add('a')
  rig.world.away.add('h')
  void rig.service.resume(id, { wait: false }, script)
  await passes(rig, 2_000)
  expect(doing(rig, id)).toBe(words)
  rig.models.loading = () => {}
  if (model) rig.models.all.set('a', model)
  rig.world.missing.clear()
  comeBack(rig)
  expect(await ended(rig, id)).toMatchObject({ items: { done: 2, failed: 0 } })
})

it('patience has an end: then every step goes by its own policy, at once, and nobody waits a second time', async () => {
  const rig = dyingRig('x item 2')
  const chain = testChain([
    testStep('One', 'x {{input}}', { ...onA, ...policy({ then: 'default', defaultText: 'none' }) }),
    testStep('Two', 'y {{steps.One}}', onB)
  ])
  const id = await beginWaiting(rig, chain)
  await passes(rig, 297_000)
  expect(doing(rig, id)).toBe(words)
  await passes(rig, 10_000)
  const { run } = rig.service.get(id)
  expect(run).toMatchObject({ status: 'done', items: { failed: 5 } })
  expect(rig.store.step(id, 1, 'id-One')).toMatchObject({ status: 'defaulted', error: { code: 'server_down' } })
  expect(rig.store.end(id, 0)?.error?.code).toBe('server_down')
})

it('a patience of 0 does not wait', async () => {
  const rig = dyingRig('x item 2')
  rig.settings.runPatienceSeconds = 0
  expect(await rig.begin(twoSteps, 3)).toMatchObject({ status: 'done', items: { done: 0, failed: 3 } })
})

it('an answer makes it patient anew', async () => {
  const rig = dyingRig('x item 2')
  const id = await beginWaiting(rig)
  await passes(rig, 250_000)
  comeBack(rig)
  await rig.until(
    new Promise<void>((resolve) => {
      rig.models.answer = (_, { prompt }) => {
        if (prompt !== 'x item 4') return prompt
        rig.world.away.add('h')
        resolve()
        return down()
      }
    })
  )
  await passes(rig, 250_000)
  expect([doing(rig, id), rig.service.get(id).run.items.failed]).toEqual([words, 0])
})

it('a host that says it is well and yet answers no question is asked ever more seldom, and given up in the end', async () => {
  const rig = createRunRig()
  const askedAt: number[] = []
  rig.models.answer = (_, { prompt }) => {
    if (prompt === 'item 1') return prompt
    askedAt.push(rig.clock.now())
    return down()
  }
  const run = await rig.begin(testChain([testStep('One', '{{input}}', onA)]), 30)
  expect(run).toMatchObject({ status: 'done', items: { done: 1, failed: 29 } })
  const [first = 0] = askedAt
  expect(askedAt.filter((at) => at - first < 30_000).length).toBeLessThan(8)
  expect(askedAt.filter((at) => at - first < 300_000).length).toBeLessThan(16)
  expect((askedAt.at(-1) ?? 0) - first).toBeGreaterThan(250_000)
})

it('a fallback on another host that answers is taken at once; one on the same host, or one that is away too, is waited before', async () => {
  const fallback = (name: string) =>
    testChain([testStep('One', '{{input}}', { ...onA, ...policy({ fallbackModel: idOf(name) }) })])
  const elsewhere = dyingRig('item 2')
  const beganAt = elsewhere.clock.now()
  const run = await elsewhere.begin(fallback('far'), 3)
  expect(run).toMatchObject({ status: 'done', items: { done: 3 } })
  expect(elsewhere.outputs(run.id, 'id-One')).toEqual(['a(item 1)', 'far(item 2)', 'far(item 3)'])
  expect(elsewhere.clock.now() - beganAt).toBeLessThan(10_000)

  const beside = dyingRig('item 2')
  const id = await beginWaiting(beside, fallback('b'), 3)
  comeBack(beside)
  expect(await ended(beside, id)).toMatchObject({ items: { done: 3 } })
  expect(beside.outputs(id, 'id-One')).toEqual(['a(item 1)', 'a(item 2)', 'a(item 3)'])

  const both = dyingRig('item 2')
  both.world.away.add('g')
  await beginWaiting(both, fallback('far'), 3)
})

it('a fallback on the same host does not count, also before the host is known to be away', async () => {
  const rig = createRunRig()
  let failures = 1
  rig.models.answer = (name, { prompt }) => (prompt === 'item 2' && failures-- > 0 ? down() : `${name}(${prompt})`)
  const one = testStep('One', '{{input}}', { ...onA, ...policy({ fallbackModel: idOf('b') }) })
  const run = await rig.begin(testChain([one]), 3)
  expect(rig.outputs(run.id, 'id-One')).toEqual(['a(item 1)', 'a(item 2)', 'a(item 3)'])
})

it('paused, cancelled and killed in the wait: at once, and nothing is lost', async () => {
  const rig = dyingRig('x item 3')
  const id = await beginWaiting(rig)
  // Not a moment of the clock passes.
  expect((await rig.service.pause(id, script)).status).toBe('paused')
  void rig.service.resume(id, { wait: false }, script)
  await passes(rig, 5_000)
  expect(doing(rig, id)).toBe(words)
  expect((await rig.service.cancel(id, script)).status).toBe('cancelled')
  void rig.service.resume(id, { wait: false }, script)
  await passes(rig, 5_000)

  // The process is gone; another begins on what is on disk.
  const { database, inputs } = rig
  const next = createRunRig({ budget: 200, database })
  next.service.start()
  expect(inputs.get(rig.store.get(id)?.inputId ?? '')?.itemCount).toBe(5)
  expect(next.service.get(id).run).toMatchObject({ status: 'interrupted', items: { failed: 0 } })
  expect(await ended(next, id)).toMatchObject({ status: 'done', items: { done: 5 } })
  expect(questions(next).filter((question) => question.startsWith('ask a'))).toHaveLength(3)
})

it('a run that waits lets others use the models meanwhile', async () => {
  const rig = dyingRig('x item 2', { budget: 100 })
  rig.settings.runsTogether = 'share'
  const id = await beginWaiting(rig, testChain([testStep('One', 'x {{input}}', onA)]))
  const other = testChain([testStep('Other', '{{input}}', { model: idOf('far') })])
  expect(await rig.begin(other, 2)).toMatchObject({ items: { done: 2 } })
  expect(doing(rig, id)).toBe(words)
})
