/** Would catch: a step asked twice or never, an output that did not reach the next prompt, a load too many, a model left behind. */
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
const twoSteps = testChain([testStep('One', 'x {{input}}', onA), testStep('Two', 'y {{steps.One}}', onB)])
const asks = (rig: RunRig, name: string): string[] => rig.models.calls.filter((call) => call.startsWith(`ask ${name}:`))
const boom = (): never => {
  throw new StokerError('server_failed', 'It broke.')
}

it('goes step by step over all items, with a load for each model, and leaves nothing loaded', async () => {
  const rig = createRunRig()
  const run = await rig.begin(twoSteps, 3)
  expect(run).toMatchObject({ status: 'done', loads: 2, plannedLoads: 2, stepRunsDone: 6, items: { done: 3 } })
  expect(rig.outputs(run.id, 'id-Two')).toEqual([1, 2, 3].map((item) => `b(y a(x item ${item}))`))
  expect(rig.models.loads()).toBe(2)
  expect(rig.models.ready()).toEqual([])
  expect(rig.models.peak).toBe(60)
  expect(run.peakBytes).toBe(60)
  expect(rig.log.map(({ kind }) => kind)).toEqual(['run_started', 'run_ended'])
  const { progress } = rig.service.get(run.id)
  expect(progress.done.map(({ kind }) => kind)).toEqual(['load', 'run', 'unload', 'load', 'run', 'unload'])
})

it('says what it does: the load, then the step and the item', async () => {
  const rig = createRunRig()
  const said: (string | null)[] = []
  const say = (): void => void said.push(rig.service.list({})[0]?.doing ?? null)
  rig.models.loading = say
  rig.models.answer = () => {
    say()
    return ''
  }
  await rig.begin(twoSteps, 2)
  expect(said).toEqual([
    'Loading a',
    'One, item 1 of 2',
    'One, item 2 of 2',
    'Loading b',
    'Two, item 1 of 2',
    'Two, item 2 of 2'
  ])
})

it('retries a step as often as it may, and counts the attempts', async () => {
  const rig = createRunRig()
  let failures = 2
  rig.models.answer = (_, { prompt }) => (failures-- > 0 ? boom() : prompt)
  const run = await rig.begin(testChain([testStep('One', '{{input}}', { ...onA, ...policy({ retries: 2 }) })]), 1)
  expect(run.items).toMatchObject({ done: 1, failed: 0 })
  expect(rig.store.step(run.id, 0, 'id-One')).toMatchObject({ status: 'done', attempts: 3, error: null })
})

it('asks the fallback for the items that failed, after the others, with one load', async () => {
  const rig = createRunRig()
  rig.models.answer = (name, { prompt }) => (name === 'a' && /[24]/.test(prompt) ? boom() : `${name}:${prompt}`)
  const chain = testChain([testStep('One', '{{input}}', { ...onA, ...policy({ fallbackModel: idOf('b') }) })])
  const run = await rig.begin(chain, 4)
  expect(rig.outputs(run.id, 'id-One')).toEqual(['a:item 1', 'b:item 2', 'a:item 3', 'b:item 4'])
  expect(run).toMatchObject({ loads: 2, items: { done: 4 } })
  expect(rig.store.step(run.id, 1, 'id-One')).toMatchObject({ isFallback: true, modelId: idOf('b') })
})

it('keeps what a fallback needs loaded until it has been asked', async () => {
  const rig = createRunRig()
  rig.models.answer = (name, { prompt }) => (name === 'a' && prompt === 'item 2' ? boom() : `${name}:${prompt}`)
  const one = testStep('One', '{{input}}', { ...onA, ...policy({ fallbackModel: idOf('b') }) })
  const run = await rig.begin(testChain([one, testStep('Two', '{{steps.One}}', onB)]), 3)
  expect(run).toMatchObject({ loads: 2, items: { done: 3 } })
})

it.each([
  { then: 'stop', items: { done: 1, failed: 1 }, statuses: ['failed', 'skipped', 'skipped'], final: null },
  {
    then: 'skip',
    items: { done: 2, failed: 0 },
    statuses: ['skipped', 'skipped', 'done'],
    final: '## Free\n\nfree item 2'
  },
  { then: 'default', items: { done: 2, failed: 0 }, statuses: ['defaulted', 'done', 'done'], final: 'None' }
] as const)('policy $then: this item alone', async ({ then, items, statuses, final }) => {
  const rig = createRunRig()
  rig.models.answer = (_, { prompt }) => (prompt === 'x item 2' ? boom() : prompt)
  const chain = testChain([
    testStep('One', 'x {{input}}', { ...onA, ...policy({ then, defaultText: 'None' }) }),
    testStep('Two', '{{steps.One}}', onA),
    testStep('Free', 'free {{input}}', onA)
  ])
  const run = await rig.begin(chain, 2)
  expect(run.items).toMatchObject(items)
  expect(chain.steps.map(({ id }) => rig.store.step(run.id, 1, id)?.status)).toEqual(statuses)
  const end = rig.store.end(run.id, 1)
  expect(end?.finalOutput ?? null).toEqual(final === 'None' ? '## Two\n\nNone\n\n## Free\n\nfree item 2' : final)
  if (then === 'stop') expect(end?.error?.message).toBe('It broke.')
})

it('a policy that leaves nothing over is an item that failed, with the first error', async () => {
  const rig = createRunRig()
  rig.models.answer = boom
  const run = await rig.begin(testChain([testStep('One', '{{input}}', { ...onA, ...policy({ then: 'skip' }) })]), 1)
  expect(rig.store.end(run.id, 0)).toMatchObject({ status: 'failed', error: { code: 'server_failed' } })
  expect(run).toMatchObject({ status: 'done', items: { failed: 1 } })
})

it('checks JSON and its schema, and asks again', async () => {
  const rig = createRunRig()
  const answers = ['no', '```json\n{"score": "high"}\n```', 'Here: {"score": 7}']
  rig.models.answer = (_, { format }) => {
    expect(format?.format).toBe('json')
    return answers.shift() ?? ''
  }
  const schema = { type: 'object', properties: { score: { type: 'number' } }, required: ['score'] }
  const step = testStep('One', '{{input}}', { ...onA, output: { format: 'json', schema }, ...policy({ retries: 2 }) })
  const run = await rig.begin(testChain([step]), 1)
  expect(rig.store.step(run.id, 0, 'id-One')).toMatchObject({ attempts: 3, text: '{"score": 7}', status: 'done' })
  rig.models.answer = () => 'never'
  const again = await rig.begin(testChain([step]), 1)
  expect(rig.store.end(again.id, 0)?.error?.code).toBe('bad_answer')
  expect(rig.store.step(again.id, 0, 'id-One')?.attempts).toBe(3)
})

it('an error that no retry can mend is not retried', async () => {
  const rig = createRunRig()
  rig.models.answer = () => {
    throw new StokerError('context_exceeded', 'Too long.')
  }
  await rig.begin(testChain([testStep('One', '{{input}}', { ...onA, ...policy({ retries: 5 }) })]), 1)
  expect(asks(rig, 'a')).toHaveLength(1)
})

it('a stop condition ends the item with its reason and final output', async () => {
  const rig = createRunRig()
  const stop = {
    kind: 'contains' as const,
    text: 'item 2',
    ignoreCase: false,
    reason: 'seen',
    finalOutput: 'Final: {{steps.One}}'
  }
  const chain = testChain([
    testStep('One', '{{input}}', { ...onA, stopConditions: [stop] }),
    testStep('Two', '{{steps.One}}', onB)
  ])
  const run = await rig.begin(chain, 3)
  expect(run.items).toMatchObject({ done: 2, stopped: 1 })
  expect(rig.store.end(run.id, 1)).toMatchObject({
    status: 'stopped',
    reason: 'seen',
    finalOutput: 'Final: a(item 2)'
  })
  expect(rig.store.step(run.id, 1, 'id-Two')?.status).toBe('skipped')
  expect(asks(rig, 'b')).toHaveLength(2)
})

it('does not load a model that no item needs any more', async () => {
  const rig = createRunRig()
  const always = { kind: 'step_number' as const, number: 1, reason: '', finalOutput: null }
  const chain = testChain([
    testStep('One', '{{input}}', { ...onA, stopConditions: [always] }),
    testStep('Two', '{{steps.One}}', onB)
  ])
  const run = await rig.begin(chain, 2)
  expect(run).toMatchObject({ loads: 1, plannedLoads: 2, items: { stopped: 2 } })
})

it('a model that cannot be loaded costs its steps their policy once, not once an item', async () => {
  const rig = createRunRig()
  rig.models.loading = (name) => {
    if (name === 'b') throw new StokerError('bad_model_file', 'Broken.')
  }
  const run = await rig.begin(twoSteps, 5)
  expect(rig.models.calls.filter((call) => call === 'load b')).toHaveLength(1)
  expect(run).toMatchObject({ status: 'done', items: { failed: 5 }, loads: 1 })
  expect(rig.store.end(run.id, 4)?.error).toMatchObject({ code: 'bad_model_file', message: 'Broken.' })
})

it('loads the fallback of a model that cannot be loaded, for every item', async () => {
  const rig = createRunRig({ models: { a: 60, b: 60, c: 60 } })
  rig.models.loading = (name) => {
    if (name === 'b') throw new StokerError('out_of_memory', 'Too big.')
  }
  const two = testStep('Two', 'y {{steps.One}}', { ...onB, ...policy({ fallbackModel: idOf('c') }) })
  const run = await rig.begin(testChain([testStep('One', 'x {{input}}', onA), two]), 2)
  expect(rig.outputs(run.id, 'id-Two')).toEqual(['c(y a(x item 1))', 'c(y a(x item 2))'])
  expect(rig.service.get(run.id).progress.replans.at(-1)).toContain('Too big.')
})

it('loads a model again that others took, says why, and counts it', async () => {
  const rig = createRunRig()
  const { record } = rig.store
  rig.store.record = (runId, steps, end) => {
    record(runId, steps, end)
    if (steps[0]?.item === 1 && rig.models.loads() === 1) rig.models.take('a')
  }
  const run = await rig.begin(twoSteps, 4)
  expect(run).toMatchObject({ items: { done: 4 }, loads: 3 })
  expect(rig.service.get(run.id).progress.replans.join()).toContain('a was')
})

it('an answer that was cut off by an unload is asked again, whatever the policy', async () => {
  const rig = createRunRig()
  let cuts = 1
  rig.models.answer = (name, { prompt }) => {
    if (prompt !== 'x item 2' || cuts-- <= 0) return `${name}(${prompt})`
    rig.models.take('a')
    throw new StokerError('aborted', 'Stopped, because the model was unloaded.')
  }
  const run = await rig.begin(twoSteps, 3)
  expect(run).toMatchObject({ items: { done: 3, failed: 0 }, loads: 3 })
})

it('plans anew when a model holds more than was expected', async () => {
  const rig = createRunRig({ models: { a: 60, b: 30 } })
  rig.world.needs.set('a', 50)
  const run = await rig.begin(twoSteps, 2)
  expect(run.items.done).toBe(2)
  expect(rig.service.get(run.id).progress.replans[0]).toContain('a holds')
})

it('counts into its peak what a model grows by while it answers', async () => {
  const rig = createRunRig()
  rig.models.answer = (name) => {
    const model = rig.models.all.get(name)
    if (model && name === 'b') model.bytes = 62
    return 'grown'
  }
  const run = await rig.begin(twoSteps, 2)
  expect(run).toMatchObject({ items: { done: 2 }, peakBytes: 62 })
  expect(Math.max(...rig.service.get(run.id).progress.held.map(({ bytes }) => bytes))).toBe(62)
})

it('puts away what it loaded, and not what was there, is pinned or kept', async () => {
  const rig = createRunRig({ models: { a: 10, b: 10, c: 10, d: 10 }, budget: 100 })
  await rig.models.ensureLoaded(idOf('c'), { actor: 'you', reason: null })
  const chain = testChain(['a', 'b', 'c', 'd'].map((name) => testStep(name, '{{input}}', { model: idOf(name) })))
  rig.world.keptByRule.add('d')
  rig.models.answer = (name) => {
    const model = rig.models.all.get('b')
    if (name === 'b' && model) model.isPinned = true
    return name
  }
  const run = await rig.begin(chain, 2)
  expect(run.items.done).toBe(2)
  expect(rig.models.ready()).toEqual(['b', 'c', 'd'])
})

it('keeps its models between steps, also those that are not kept after an answer', async () => {
  const rig = createRunRig()
  for (const model of rig.models.all.values()) model.keepAliveSeconds = 0
  const run = await rig.begin(twoSteps, 5)
  expect(run).toMatchObject({ loads: 2, items: { done: 5 } })
  expect(rig.service.keptBy(idOf('a'))).toBeNull()
})

it('asks several items side by side', async () => {
  const rig = createRunRig()
  rig.settings.itemsAtOnce = 3
  let [now, most] = [0, 0]
  rig.models.answer = async (name, { prompt }) => {
    most = Math.max(most, (now += 1))
    await new Promise((resolve) => setImmediate(resolve))
    now -= 1
    return `${name}(${prompt})`
  }
  const run = await rig.begin(twoSteps, 7)
  expect(run).toMatchObject({ items: { done: 7 }, loads: 2 })
  expect(most).toBe(3)
})

it('ends as failed when nothing can be written, with what was recorded kept', async () => {
  const rig = createRunRig()
  const { record } = rig.store
  let left = 2
  rig.store.record = (...wish) => {
    if (left-- <= 0) throw new StokerError('storage_failed', 'The disk is full.')
    record(...wish)
  }
  const run = await rig.begin(twoSteps, 4)
  expect(run).toMatchObject({ status: 'failed', error: { code: 'storage_failed' } })
  expect(rig.outputs(run.id, 'id-One').filter((text) => text !== null)).toHaveLength(2)
  rig.store.record = record
  const again = await rig.until(rig.service.resume(run.id, {}, script))
  expect(again).toMatchObject({ status: 'done', items: { done: 4 } })
})

it('waits for the room of what answers somebody else, instead of failing every item', async () => {
  const rig = createRunRig({ models: { a: 60, other: 60 } })
  const { promise, resolve } = Promise.withResolvers<string>()
  rig.models.answer = (name, { prompt }) => (name === 'other' ? promise : prompt)
  const chat = rig.models.generate(idOf('other'), { actor: 'you', reason: null, prompt: 'hi' })
  await rig.clock.advance(50)
  const running = rig.begin(testChain([testStep('One', '{{input}}', onA)]), 2)
  const [run] = await rig.until(
    (async () => {
      while (!rig.service.list({})[0]?.doing?.includes('waits for the room of other')) {
        await new Promise((next) => setImmediate(next))
      }
      resolve('done')
      return Promise.all([running, chat])
    })()
  )
  expect(run.items).toMatchObject({ done: 2, failed: 0 })
})

it('refuses a chain whose model is not there, naming the step', async () => {
  const rig = createRunRig()
  const chain = testChain([testStep('Judge', '{{input}}', { model: idOf('gone') })])
  await expect(rig.begin(chain, 1)).rejects.toThrow('the model of Judge is not there')
  expect(rig.service.list({})).toEqual([])
})

it('a thousand items through three steps: fewest loads, and no texts kept', async () => {
  const rig = createRunRig({ answerMs: 1 })
  const text = 'long '.repeat(200)
  rig.models.answer = (name) => `${name} ${text}`
  const three = testStep('Three', 'z {{steps.Two}}', onA)
  const run = await rig.begin(testChain([...twoSteps.steps, three]), 1_000)
  expect(run).toMatchObject({ loads: 3, stepRunsDone: 3_000, items: { done: 1_000 } })
  const { progress } = rig.service.get(run.id)
  expect(JSON.stringify(progress).length).toBeLessThan(100_000)
  expect(progress.done.filter(({ kind }) => kind === 'run')).toHaveLength(3)
  expect(rig.service.items({ runId: run.id, fromItem: 990, limit: 20 })).toMatchObject({
    total: 1_000,
    items: { length: 10 }
  })
})

it('the first result soonest: the first item goes through alone', async () => {
  const rig = createRunRig()
  const inputId = rig.batch(3)
  const run = await rig.until(rig.service.begin({ chain: twoSteps, inputId, order: 'first_result' }, script))
  expect(run.items.done).toBe(3)
  expect(rig.models.calls.filter((call) => call.startsWith('ask')).slice(0, 2)).toEqual([
    'ask a: x item 1',
    'ask b: y a(x item 1)'
  ])
})

it('plans anew when memory is short, and goes on when a model it no longer needs is deleted', async () => {
  const rig = createRunRig()
  const { record } = rig.store
  rig.store.record = (runId, steps, end) => {
    record(runId, steps, end)
    if (steps[0]?.stepId === 'id-Two' && steps[0].item === 0) {
      rig.models.all.delete('a')
      rig.world.missing.add('a')
      rig.service.pressureChanged(true)
      rig.service.pressureChanged(true)
    }
  }
  const run = await rig.begin(twoSteps, 3)
  expect(run).toMatchObject({ status: 'done', items: { done: 3 } })
  expect(rig.service.get(run.id).progress.replans).toEqual(['memory pressure changed'])
})

it('a model that vanishes fails what still needs it, and nothing else', async () => {
  const rig = createRunRig()
  const { record } = rig.store
  rig.store.record = (runId, steps, end) => {
    record(runId, steps, end)
    if (steps[0]?.stepId === 'id-One' && steps[0].item === 2) {
      rig.models.all.delete('b')
      rig.world.missing.add('b')
    }
  }
  const run = await rig.begin(twoSteps, 3)
  expect(run).toMatchObject({ status: 'done', items: { failed: 3 } })
  expect(rig.store.end(run.id, 0)?.error?.code).toBe('model_not_found')
})
