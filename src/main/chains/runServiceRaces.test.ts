/** Would catch: a run that is lost, stuck or begun twice because two things were asked in the same moment, or a kill came between two writes. */
import { expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { newStoredRun } from './run/newStoredRun.ts'
import { createRunRig, script, type RunRig } from './run/runRig.ts'

const chain = testChain([testStep('One', 'x {{input}}', { model: idOf('a') })])

/** Its first answer is under way. */
async function answering(rig: RunRig): Promise<{ runId: string; letGo: () => void }> {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  rig.models.answer = async () => {
    reached.resolve()
    await gate.promise
    return 'good'
  }
  const { id } = await rig.begin(chain, 2, { wait: false })
  await rig.until(reached.promise)
  return { runId: id, letGo: gate.resolve }
}

it('a disk that fails as a run ends keeps nobody waiting for it', async () => {
  const rig = createRunRig()
  const { runId, letGo } = await answering(rig)
  const { counts } = rig.store
  rig.store.counts = () => {
    throw new StokerError('storage_failed', 'The disk is gone.')
  }
  rig.service.pause(runId, script).catch(() => undefined)
  letGo()
  // Its operation is what everybody sees of it who waits.
  await rig.until(hasEnded(rig))
  rig.store.counts = counts
  expect(rig.service.get(runId).run.status).toBe('paused')
})

async function hasEnded(rig: RunRig): Promise<void> {
  while (rig.operations.list().length > 0) await new Promise((resolve) => setImmediate(resolve))
}

it('resumed while it still pauses: it goes on, once, from whichever window', async () => {
  const rig = createRunRig()
  const { runId, letGo } = await answering(rig)
  const paused = rig.service.pause(runId, script)
  const resumed = Promise.all([rig.service.resume(runId, {}, script), rig.service.resume(runId, {}, script)])
  letGo()
  expect(await rig.until(resumed)).toMatchObject([{ status: 'done' }, { status: 'done' }])
  await paused
  expect(rig.models.calls.filter((call) => call.startsWith('ask'))).toEqual(['ask a: x item 1', 'ask a: x item 2'])
})

it.each([
  ['pause', 'cancel'],
  ['cancel', 'pause'],
  ['pause', 'resume', 'cancel'],
  ['cancel', 'resume', 'pause']
] as const)('%s, %s %s in one moment: whoever cancels has it cancelled', async (...asked) => {
  const rig = createRunRig()
  const { runId, letGo } = await answering(rig)
  const ends = asked.map((verb) =>
    verb === 'resume' ? rig.service.resume(runId, {}, script) : rig.service[verb](runId, script)
  )
  letGo()
  await rig.until(Promise.all(ends))
  expect(rig.store.get(runId)?.status).toBe('cancelled')
  expect(rig.service.isBusy()).toBe(false)
})

it('cancelled as it pauses, after its last answer', async () => {
  const rig = createRunRig()
  const { runId, letGo } = await answering(rig)
  const { change } = rig.store
  let cancelled: Promise<unknown> | null = null
  rig.store.change = (id, fields) => {
    if (fields.status === 'paused') cancelled = rig.service.cancel(runId, script)
    change(id, fields)
  }
  const paused = rig.service.pause(runId, script)
  letGo()
  await rig.until(paused)
  await cancelled
  expect(rig.store.get(runId)?.status).toBe('cancelled')
})

it('killed as failed items are to be retried: they fail as before, or wait in a run that can be resumed', async () => {
  const rig = createRunRig()
  rig.models.answer = () => {
    throw new StokerError('invalid_input', 'No.')
  }
  const { id } = await rig.begin(chain, 2)
  const { change, forgetFailures } = rig.store
  rig.store.change = () => {
    throw new StokerError('storage_failed', 'Killed.')
  }
  await rig.service.retry(id, { wait: false }, script).catch(() => {})
  Object.assign(rig.store, { change, forgetFailures })
  const next = createRunRig({ database: rig.database, clock: rig.clock })
  next.service.start()
  const { status, items } = next.service.get(id).run
  expect([status, items.waiting]).toEqual(['interrupted', 2])
  expect(await next.until(next.service.resume(id, {}, script))).toMatchObject({ items: { done: 2 } })
})

it('begun twice under one id: the second is refused in words, and the first goes on', async () => {
  const rig = createRunRig()
  const wish = { chain, inputId: rig.batch(1), operationId: 'the-same-id' }
  const [first, second] = await rig.until(
    Promise.allSettled([rig.service.begin(wish, script), rig.service.begin(wish, script)])
  )
  expect(first).toMatchObject({ status: 'fulfilled', value: { status: 'done' } })
  expect(second).toMatchObject({ reason: { code: 'invalid_input', message: 'There is a run "the-same-id" already.' } })
})

it('its batch goes as it is about to begin: refused, not a run of nothing but failures', async () => {
  const rig = createRunRig()
  const inputId = rig.batch(2)
  const first = await rig.until(rig.service.begin({ chain, inputId }, script))
  const begun = rig.service.begin({ chain, inputId }, script)
  rig.service.remove(first.id)
  await expect(rig.until(begun)).rejects.toThrow('There is nothing to run the chain on.')
  expect(rig.service.list({})).toEqual([])
})

it('a kill leaves none at work, however many runs there were after it', async () => {
  const rig = createRunRig()
  const inputId = rig.batch(1)
  for (let at = 0; at < 510; at++) {
    const beginning = { chain, inputId, inputWords: '', itemCount: 1, order: 'fewest_loads', autoUnload: true } as const
    const run = newStoredRun({ id: `run-${at}-0000`, createdAt: at, ...beginning })
    rig.store.add({ ...run, status: at === 0 ? 'running' : at === 1 ? 'queued' : 'done' })
  }
  rig.service.start()
  expect([0, 1, 2].map((at) => rig.store.get(`run-${at}-0000`)?.status)).toEqual(['interrupted', 'interrupted', 'done'])
})

it('the disk refuses for a moment, right after a load: the run ends with that, and no item is given up', async () => {
  const rig = createRunRig()
  const { change } = rig.store
  rig.models.loading = () => {
    rig.store.change = () => {
      rig.store.change = change
      throw new StokerError('storage_failed', 'Locked.')
    }
  }
  const run = await rig.begin(chain, 3)
  expect(run).toMatchObject({ status: 'failed', error: { code: 'storage_failed' }, items: { waiting: 3, failed: 0 } })
  rig.models.loading = () => {}
  expect(await rig.until(rig.service.resume(run.id, {}, script))).toMatchObject({ status: 'done', items: { done: 3 } })
})

it('its input cannot be read for a moment: the run ends with that, and no item is given up', async () => {
  const rig = createRunRig()
  const { row } = rig.inputs
  rig.inputs.row = () => {
    throw new StokerError('storage_failed', 'The batch could not be read.')
  }
  const run = await rig.begin(chain, 3)
  expect(run).toMatchObject({ status: 'failed', error: { code: 'storage_failed' }, items: { waiting: 3, failed: 0 } })
  rig.inputs.row = row
  expect(await rig.until(rig.service.resume(run.id, {}, script))).toMatchObject({ status: 'done', items: { done: 3 } })
})

it('a disk that is full again and again: each time it says so, and in the end every item is done, with its own texts', async () => {
  const rig = createRunRig()
  const twice = testChain([
    testStep('One', 'x {{input}}', { model: idOf('a') }),
    testStep('Two', 'y {{input}}', { model: idOf('b') })
  ])
  rig.models.answer = (name, { prompt }) => `${name}(${prompt})`.padEnd(20_000)
  const pages = Number(rig.database.prepare('PRAGMA page_count').get()?.['page_count'])
  const setRoom = (more: number): void => rig.database.exec(`PRAGMA max_page_count = ${pages + more}`)
  setRoom(60)
  let run = await rig.begin(twice, 20)
  for (let room = 90, refusals = 0; run.status !== 'done'; room += 30) {
    expect(run).toMatchObject({ status: 'failed', items: { failed: 0 } })
    expect(run.error?.message).toBe('The run could not be saved: the disk is full.')
    expect((refusals += 1)).toBeLessThan(40)
    setRoom(room)
    // What could not be written of its end is written now.
    await rig.clock.advance(2_000)
    run = await rig.until(rig.service.resume(run.id, {}, script))
  }
  expect(run).toMatchObject({ items: { done: 20 }, stepRunsDone: 40 })
  const expected = (name: string): string[] =>
    Array.from({ length: 20 }, (_, item) => `${name} item ${item + 1})`.padEnd(20_000))
  expect(rig.outputs(run.id, 'id-One')).toEqual(expected('a(x'))
  expect(rig.outputs(run.id, 'id-Two')).toEqual(expected('b(y'))
})

it('a disk that refuses at the start keeps nobody from starting: what was at work is interrupted all the same', async () => {
  const rig = createRunRig()
  const { id } = await rig.begin(chain, 1)
  rig.store.change(id, { status: 'running' })
  rig.database.exec('PRAGMA query_only = ON')
  const next = createRunRig({ database: rig.database, clock: rig.clock })
  next.service.start()
  expect(next.service.get(id).run.status).toBe('interrupted')
  rig.database.exec('PRAGMA query_only = OFF')
  await rig.clock.advance(2_000)
  expect(next.store.get(id)?.status).toBe('interrupted')
})

it('other programs take the memory for a minute: the run waits for it, and no item is given up', async () => {
  const rig = createRunRig()
  const freeAt = rig.clock.now() + 60_000
  const said = new Set<string | null>()
  rig.models.loading = () => {
    if (rig.clock.now() < freeAt) throw new StokerError('does_not_fit', 'Other programs use too much memory.')
  }
  const { id } = await rig.begin(chain, 2, { wait: false })
  await rig.clock.advance(5_000)
  said.add(rig.service.list({})[0]?.doing ?? null)
  const run = await rig.until(rig.service.resume(id, {}, script))
  expect([...said]).toEqual(['a waits for memory that other programs use'])
  expect(run).toMatchObject({ status: 'done', items: { done: 2, failed: 0 } })
})

it('other programs never give the memory back: patience ends, and the policy says what follows', async () => {
  const rig = createRunRig()
  rig.settings.runPatienceSeconds = 60
  const beganAt = rig.clock.now()
  rig.models.loading = () => {
    throw new StokerError('does_not_fit', 'Other programs use too much memory.')
  }
  const run = await rig.begin(chain, 2)
  expect(run).toMatchObject({ status: 'done', items: { failed: 2 } })
  expect(rig.clock.now() - beganAt).toBeGreaterThanOrEqual(60_000)
})
