/** Would catch: a cancelled run that goes on, a pause that cuts an answer off, a resumed run that asks again what it has, a lost event. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Chain } from '../../shared/chain.ts'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/run.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig, script, type RunRig } from './run/runRig.ts'

const onA = { model: idOf('a') }
const onB = { model: idOf('b') }
const twoSteps = testChain([testStep('One', 'x {{input}}', onA), testStep('Two', 'y {{steps.One}}', onB)])
const asks = (rig: RunRig): string[] => rig.models.calls.filter((call) => call.startsWith('ask '))

/** Begun, and in the middle of the wished moment. */
async function inTheMiddle(
  rig: RunRig,
  moment: 'load' | 'answer' | 'write'
): Promise<{ run: RunSummary; ended: Promise<RunSummary>; letGo: () => void }> {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  if (moment === 'load') {
    rig.models.loading = (_, signal) => {
      reached.resolve()
      return new Promise((resolve, reject) => {
        void gate.promise.then(resolve)
        signal.addEventListener('abort', () => reject(new StokerError('aborted', 'Cancelled.')))
      })
    }
  } else if (moment === 'answer') {
    rig.models.answer = async (name, { prompt, onText }) => {
      if (prompt === 'x item 2') {
        onText?.('so far')
        reached.resolve()
        await gate.promise
      }
      return `${name}(${prompt})`
    }
  } else {
    const { record } = rig.store
    rig.store.record = (runId, steps, end) => {
      record(runId, steps, end)
      if (steps[0]?.item === 1) reached.resolve()
    }
    rig.models.answer = async (name, { prompt }) => {
      if (prompt === 'x item 3') await gate.promise
      return `${name}(${prompt})`
    }
  }
  const run = await rig.begin(twoSteps, 3, { wait: false })
  const ended = rig.until(rig.service.resume(run.id, {}, script))
  await rig.until(reached.promise)
  return { run, ended, letGo: gate.resolve }
}

it.each(['load', 'answer', 'write'] as const)(
  'cancelled in the middle of a %s: ends at once, puts away, goes on later',
  async (moment) => {
    const rig = createRunRig()
    const { run, ended, letGo } = await inTheMiddle(rig, moment)
    const cancelled = await rig.until(rig.service.cancel(run.id, { actor: 'you' }))
    expect(cancelled).toMatchObject({ status: 'cancelled', doing: null, items: { failed: 0 } })
    expect((await ended).status).toBe('cancelled')
    expect(rig.models.ready()).toEqual([])
    expect(rig.operations.list()).toEqual([])
    expect(rig.service.isBusy()).toBe(false)
    expect(rig.log.at(-1)).toMatchObject({ kind: 'run_cancelled', actor: 'you' })
    letGo()
    rig.models.loading = () => {}
    const before = rig.outputs(run.id, 'id-One').filter((text) => text !== null).length
    const asked = asks(rig).length
    const done = await rig.until(rig.service.resume(run.id, {}, script))
    expect(done).toMatchObject({ status: 'done', items: { done: 3 } })
    expect(asks(rig).length - asked).toBe(6 - before)
  }
)

it('operations.cancel is the same as cancelling the run', async () => {
  const rig = createRunRig()
  const { run, ended, letGo } = await inTheMiddle(rig, 'answer')
  expect(rig.operations.list()).toMatchObject([{ id: run.id, kind: 'run' }])
  rig.operations.cancel(run.id)
  letGo()
  expect((await ended).status).toBe('cancelled')
})

it('a pause lets the answers under way end, and no further one begins', async () => {
  const rig = createRunRig()
  const { run, ended, letGo } = await inTheMiddle(rig, 'answer')
  const pausing = rig.service.pause(run.id, { actor: 'you' })
  expect(rig.service.list({})[0]?.doing).toBe('Pausing')
  letGo()
  const paused = await rig.until(pausing)
  expect(paused).toMatchObject({ status: 'paused', endedAt: null })
  expect((await ended).status).toBe('paused')
  expect(rig.outputs(run.id, 'id-One')).toEqual(['a(x item 1)', 'a(x item 2)', null])
  expect(rig.service.keptBy(idOf('a'))).toBeNull()
  const { plan, nowMs } = rig.service.get(run.id).progress
  const toCome = plan?.actions.filter(({ endMs }) => endMs > nowMs).map(({ kind }) => kind)
  expect(toCome).toEqual(['run', 'unload', 'load', 'run', 'unload'])
  const { workedMs } = paused
  await rig.clock.advance(3_600_000)
  const done = await rig.until(rig.service.resume(run.id, {}, script))
  expect(done.items.done).toBe(3)
  expect(done.workedMs).toBeLessThan(workedMs + 3_600_000)
})

it('a pause ends a load', async () => {
  const rig = createRunRig()
  const { run } = await inTheMiddle(rig, 'load')
  expect((await rig.until(rig.service.pause(run.id, { actor: 'you' }))).status).toBe('paused')
})

const whoeverKeeps: [who: string, keep: (rig: RunRig) => unknown][] = [
  ['a person pinned it', (rig) => Object.assign(rig.models.all.get('a') ?? {}, { isPinned: true })],
  ['a rule keeps it', (rig) => rig.world.keptByRule.add('a')],
  ['it is answering', (rig) => Object.assign(rig.models.all.get('a') ?? {}, { active: 1 })],
  ['runs leave what they used', (rig) => (rig.settings.unloadAfterUse = 'off')]
]
const pausedWithA = async (prepare: (rig: RunRig) => unknown): Promise<{ rig: RunRig; runId: string }> => {
  const rig = createRunRig()
  prepare(rig)
  const { run, ended, letGo } = await inTheMiddle(rig, 'answer')
  void rig.service.pause(run.id, { actor: 'you' })
  letGo()
  await ended
  expect(rig.models.ready()).toEqual(['a'])
  return { rig, runId: run.id }
}

it('cancelled while it is paused: puts away what it has loaded, at once', async () => {
  const { rig, runId } = await pausedWithA(() => {})
  expect(await rig.service.cancel(runId, script)).toMatchObject({ status: 'cancelled' })
  expect(rig.models.ready()).toEqual([])
})

it.each(whoeverKeeps)('cancelled while it is paused: a model stays where %s', async (_, keep) => {
  const { rig, runId } = await pausedWithA(keep)
  await rig.service.cancel(runId, script)
  expect(rig.models.ready()).toEqual(['a'])
})

it('cancelled while it is paused: a model stays that was there before, or that another run uses', async () => {
  const before = await pausedWithA((rig) => rig.models.ensureLoaded(idOf('a'), { actor: 'you', reason: '' }))
  await before.rig.service.cancel(before.runId, script)
  expect(before.rig.models.ready()).toEqual(['a'])

  const { rig, runId } = await pausedWithA(() => {})
  const { ended, letGo } = await inTheMiddle(rig, 'answer')
  await rig.service.cancel(runId, script)
  expect(rig.models.calls).not.toContain('unload a')
  letGo()
  expect((await ended).items.done).toBe(3)
  expect(rig.models.ready()).toEqual([])
})

it('shows what is under way: the text so far, the step, the item', async () => {
  const rig = createRunRig()
  const { run, letGo, ended } = await inTheMiddle(rig, 'answer')
  const where = { runId: run.id, item: 1, stepId: 'id-One' }
  expect(rig.service.step(where)).toMatchObject({ status: 'running', text: 'so far', prompt: 'x item 2' })
  expect(rig.service.items({ runId: run.id, status: 'running' })).toMatchObject({
    total: 1,
    items: [{ item: 1, status: 'running', steps: [{ status: 'running' }, { status: 'waiting' }] }]
  })
  expect(rig.service.list({})[0]).toMatchObject({
    status: 'running',
    doing: 'One, item 2 of 3',
    items: { running: 1, done: 0 }
  })
  letGo()
  await ended
  expect(rig.service.step(where)).toMatchObject({ status: 'done', text: 'a(x item 2)' })
  const tokens = rig.events.filter(({ type }) => type === 'run.tokens').map(({ payload }) => payload)
  expect(tokens).toContainEqual({ runId: run.id, item: 1, stepId: 'id-One', text: 'so far' })
})

it('Stoker ends in the middle: interrupted, nothing is put away, and the next one goes on', async () => {
  const rig = createRunRig()
  const { run, letGo } = await inTheMiddle(rig, 'answer')
  await rig.until(rig.service.dispose())
  letGo()
  expect(rig.store.get(run.id)?.status).toBe('interrupted')
  expect(rig.models.ready()).toEqual(['a'])
  const next = createRunRig({ database: rig.database, clock: rig.clock })
  next.service.start()
  expect(await next.until(next.service.resume(run.id, {}, script))).toMatchObject({
    status: 'done',
    items: { done: 3 }
  })
})

it('what was at work when Stoker was killed is interrupted at its start; what was paused stays so', async () => {
  const rig = createRunRig()
  const run = await rig.begin(twoSteps, 1)
  rig.store.change(run.id, { status: 'running' })
  const paused = await rig.begin(twoSteps, 1)
  rig.store.change(paused.id, { status: 'paused' })
  const next = createRunRig({ database: rig.database })
  next.service.start()
  expect(
    next.service
      .list({})
      .map(({ status }) => status)
      .sort()
  ).toEqual(['interrupted', 'paused'])
  expect(next.log.map(({ kind }) => kind)).toEqual(['run_interrupted'])
})

it('failed items are tried again from the step that failed', async () => {
  const rig = createRunRig()
  let isBroken = true
  rig.models.answer = (name, { prompt }) => {
    if (isBroken && name === 'b' && prompt.includes('item 2')) throw new StokerError('server_failed', 'No.')
    return `${name}(${prompt})`
  }
  const run = await rig.begin(twoSteps, 3)
  expect(run.items).toMatchObject({ done: 2, failed: 1 })
  isBroken = false
  const asked = asks(rig).length
  const again = await rig.until(rig.service.retry(run.id, { items: [1] }, script))
  expect(again).toMatchObject({ status: 'done', items: { done: 3, failed: 0 } })
  expect(asks(rig).slice(asked)).toEqual(['ask b: y a(x item 2)'])
  await expect(rig.service.retry(run.id, {}, script)).rejects.toThrow('None of these items has failed.')
})

it('two runs in a queue: the second waits, says so, and comes after', async () => {
  const rig = createRunRig()
  const { ended, letGo } = await inTheMiddle(rig, 'answer')
  const second = await rig.begin(twoSteps, 2, { wait: false })
  expect(second.status).toBe('queued')
  await rig.clock.advance(0)
  expect(rig.service.list({})[0]).toMatchObject({ status: 'queued', doing: 'Waiting for the run of A chain' })
  letGo()
  expect((await ended).status).toBe('done')
  expect(await rig.until(rig.service.resume(second.id, {}, script))).toMatchObject({
    status: 'done',
    items: { done: 2 }
  })
})

it('tells every step that moved, and seldom', async () => {
  const rig = createRunRig()
  const run = await rig.begin(twoSteps, 50)
  const ofType = (type: string): unknown[] =>
    rig.events.filter((event) => event.type === type).map(({ payload }) => payload)
  const moved = ofType('run.moved') as { steps: { item: number; stepId: string; status: string }[] }[]
  const last = new Map(
    moved.flatMap(({ steps }) => steps).map(({ item, stepId, status }) => [`${item}/${stepId}`, status])
  )
  expect([...last.values()]).toEqual(Array(100).fill('done'))
  const seconds = run.workedMs / 1_000 + 1
  expect(moved.length).toBeLessThanOrEqual(5 * seconds + 2)
  expect(ofType('runs.changed').length).toBeLessThanOrEqual(4 * seconds + 8)
  expect(ofType('run.progressed').length).toBeLessThanOrEqual(2 * seconds + 4)
  expect((ofType('runs.changed').at(-1) as { runs: RunSummary[] }).runs[0]).toMatchObject({
    status: 'done',
    items: { done: 50 }
  })
})

it('killed after any number of writes, again and again: every item ends once, and only what was not written is asked again', async () => {
  const chain = testChain([
    testStep('One', 'x {{input}}', onA),
    testStep('Two', 'y {{steps.One}}', onB),
    testStep('Three', 'z {{steps.Two}} {{steps.One}}', onA)
  ])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 9 }), { maxLength: 6 }), fc.nat({ max: 3 }), async (kills, atOnce) => {
      let rig = createRunRig()
      const asked = new Map<string, number>()
      let runId = ''
      const work = async (lives: number): Promise<void> => {
        rig.settings.itemsAtOnce = atOnce + 1
        const { record } = rig.store
        const dead = Promise.withResolvers<void>()
        let left = lives
        // After a kill nothing that the old process does reaches the disk.
        const { store } = rig
        store.record = (...wish) => {
          if (left-- <= 0) {
            dead.resolve()
            throw new Error('killed')
          }
          record(...wish)
        }
        store.change = left < Infinity ? (id, fields) => void (left > 0 && change(id, fields)) : store.change
        rig.models.answer = (name, { prompt }) => {
          asked.set(prompt, (asked.get(prompt) ?? 0) + 1)
          return `${name}(${prompt})`
        }
        const going =
          runId === ''
            ? rig.begin(chain, 4, { operationId: 'run-to-kill' })
            : rig.until(rig.service.resume(runId, {}, script))
        runId = 'run-to-kill'
        await Promise.race([going, rig.until(dead.promise)])
      }
      const change = rig.store.change
      for (const lives of kills) {
        await work(lives)
        if (rig.store.get(runId)?.status === 'done') return
        rig = createRunRig({ database: rig.database, clock: rig.clock })
        rig.service.start()
      }
      await work(Infinity)
      expect(rig.service.get(runId).run).toMatchObject({ status: 'done', items: { done: 4 }, stepRunsDone: 12 })
      const expected = [1, 2, 3, 4].map((item) => `a(z b(y a(x item ${item})) a(x item ${item}))`)
      expect(rig.outputs(runId, 'id-Three')).toEqual(expected)
      const repeats = [...asked.values()].reduce((sum, times) => sum + times - 1, 0)
      expect(repeats).toBeLessThanOrEqual(kills.length * (atOnce + 1))
    }),
    { numRuns: 25 }
  )
})

it('runs that share: all end, none starves, whatever fits', async () => {
  const models = { a: 60, b: 60, c: 30, d: 30 }
  const names = Object.keys(models)
  const chains = fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 3
  })
  const made = (steps: readonly string[], number: number): Chain =>
    testChain(
      steps.map((name, at) =>
        testStep(`S${at}`, at === 0 ? '{{input}}' : `{{steps.S${at - 1}}}`, { model: idOf(name) })
      ),
      { id: `chain-${number}`, name: `Chain ${number}` }
    )
  await fc.assert(
    fc.asyncProperty(chains, fc.integer({ min: 1, max: 12 }), async (wished, count) => {
      const rig = createRunRig({ models, answerMs: 3_000 })
      rig.settings.runsTogether = 'share'
      const runs = await rig.until(
        Promise.all(
          wished.map((steps, number) =>
            rig.service.begin({ chain: made(steps, number), inputId: rig.batch(count) }, script)
          )
        )
      )
      for (const { error } of runs) expect(error).toBeNull()
      expect(runs.map(({ status, items }) => [status, items.done])).toEqual(runs.map(() => ['done', count]))
      expect(rig.models.peak).toBeLessThanOrEqual(100)
      expect(rig.models.ready()).toEqual([])
      expect(runs.reduce((sum, { loads }) => sum + loads, 0)).toBe(rig.models.loads())
      // Each turn is worth its loads: no swap for every item.
      expect(rig.models.loads()).toBeLessThanOrEqual(wished.flat().length * (2 + (count * 3) / 10))
    }),
    // The second finds b in memory, loses it, and loads it itself: then it is its to put away.
    {
      numRuns: 25,
      examples: [
        [
          [
            ['a', 'a', 'b'],
            ['b', 'd', 'b']
          ],
          6
        ]
      ]
    }
  )
})
