// Would catch: runs that hang, lose items or take others' models when servers die, people act, settings change or disks refuse.
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { testChain } from '../shared/chainRig.ts'
import type { Step } from '../shared/chain.ts'
import { big, bigAndMiddle, createChainsRig, idOf, middle, stepOn, tiny, type ChainsRig } from './core/coreChainsRig.ts'

const items = 5
let rig: ChainsRig
const start = async (...given: Parameters<typeof createChainsRig>): Promise<void> => {
  rig = await createChainsRig(...given)
}
afterEach(() => rig.close())

const names = async (): Promise<string[]> => (await rig.held()).map(({ name }) => name)
const onError = (more: Partial<Step['onError']> = {}): Step['onError'] => ({
  retries: 0,
  fallbackModel: null,
  then: 'stop',
  defaultText: '',
  ...more
})
/** The run is at its first answer, which does not end by itself. */
async function beginHeld(chain = bigAndMiddle(), more: Parameters<ChainsRig['begin']>[2] = {}) {
  rig.fake.script(middle, { hangs: 'stream' })
  const { id } = await rig.begin(chain, items, more)
  await expect.poll(() => rig.questions().length).toBe(1)
  return id
}
const letGo = (): void => rig.fake.script(middle, { hangs: null })
async function expectAllDone(runId: string): Promise<void> {
  const run = await rig.ended(runId)
  const { replans } = (await rig.detail(runId)).progress
  expect([run.status, run.items.done, run.error, replans]).toEqual(['done', items, null, expect.anything()])
  const each = (await rig.items(runId)).map(({ finalOutput }) => finalOutput)
  expect(each).toEqual(
    Array.from({ length: items }, (_, item) => `[${middle}] three [${big}] two [${middle}] one item-${item}`)
  )
  await expect.poll(names).toEqual([])
}

describe('a server', () => {
  it('that dies in the middle of an answer and comes back: the answer is asked for again', async () => {
    await start()
    const id = await beginHeld()
    letGo()
    await rig.fake.restart()
    await expectAllDone(id)
  })

  it('that dies in the middle of a load and comes back', async () => {
    await start()
    rig.fake.script(middle, { hangs: 'load' })
    const { id } = await rig.begin(bigAndMiddle(), items)
    await expect
      .poll(() => rig.fake.requests.filter(({ path, status }) => path === '/api/generate' && status === null).length)
      .toBe(1)
    rig.fake.script(middle, { hangs: null })
    await rig.fake.restart()
    await expectAllDone(id)
  })

  it('that is away in the middle of a batch: waited for, no item fails, and no step is answered twice', async () => {
    await start()
    const count = 60
    let hasDied = false
    rig.fake.script(middle, {
      answer({ prompt }) {
        if (!hasDied && prompt === 'one item-30') rig.fake.script(middle, { hangs: 'stream' })
        return `[${middle}] ${prompt}`
      }
    })
    const { id } = await rig.begin(bigAndMiddle(), count)
    await rig.until(id, ({ stepRunsDone }) => stepRunsDone === 30)
    await expect.poll(() => rig.questions().length).toBe(31)
    hasDied = true
    await rig.fake.stop()
    letGo()
    const waiting = await rig.until(id, ({ doing }) => doing === 'Waiting for Ollama to answer')
    expect([waiting.status, waiting.items.failed]).toEqual(['running', 0])
    await rig.fake.restart()
    const run = await rig.ended(id)
    expect([run.status, run.items, run.stepRunsDone]).toMatchObject(['done', { done: count, failed: 0 }, 3 * count])
    const each = await rig.items(id)
    expect(each.map(({ finalOutput }) => finalOutput)).toEqual(
      Array.from({ length: count }, (_, item) => `[${middle}] three [${big}] two [${middle}] one item-${item}`)
    )
    // One question was under way when the server died; the others were asked once.
    expect(rig.questions()).toHaveLength(3 * count + 1)
    expect(each.flatMap(({ steps }) => steps.map(({ attempts }) => attempts))).toEqual(Array(3 * count).fill(1))
    const { replans } = (await rig.detail(id)).progress
    expect(replans.filter((words) => words === 'Ollama did not answer')).toHaveLength(1)
  })

  it('that is away from the start of Stoker: a run that is gone on with waits for it', async () => {
    await start()
    const id = await beginHeld()
    await rig.fake.stop()
    letGo()
    await rig.until(id, ({ doing }) => doing === 'Waiting for Ollama to answer')
    await rig.restart()
    expect((await rig.detail(id)).run).toMatchObject({ status: 'interrupted', items: { failed: 0 } })
    await rig.data('runs.resume', { runId: id, wait: false })
    await rig.until(id, ({ doing }) => doing === 'Waiting for Ollama to answer')
    await rig.fake.restart()
    await expectAllDone(id)
  })

  it('that stays away: every item ends by its policy, and the error has its name', async () => {
    await start({ settings: { maxLoadedModels: 1, runPatienceSeconds: 0 } })
    const id = await beginHeld(
      testChain([
        stepOn(middle, 'One', '{{input}}', { onError: onError({ then: 'default', defaultText: 'nothing' }) }),
        stepOn(big, 'Two', 'two {{steps.One}}')
      ])
    )
    await rig.fake.stop()
    const run = await rig.ended(id)
    expect([run.status, run.items.failed]).toEqual(['done', items])
    for (const item of await rig.items(id)) {
      expect(item.steps.map(({ status }) => status)).toEqual(['defaulted', 'failed'])
      expect(item.error?.code).toMatch(/^(server_down|model_not_found)$/)
    }
    // Back again: what failed is tried once more, and nothing else.
    letGo()
    await rig.fake.restart()
    await rig.data('hosts.check', { hostId: 'ollama' })
    // The host is left alone for a moment, and whoever asks too soon is told so.
    await expect
      .poll(async () => (await rig.data('runs.retry', { runId: id })).run.items.done, {
        timeout: 40_000,
        interval: 500
      })
      .toBe(items)
  })
})

describe('a person', () => {
  it('unloads its model in the middle: it is loaded again', async () => {
    await start()
    const id = await beginHeld()
    const unloaded = rig.data('models.unload', { id: idOf(middle), force: true })
    letGo()
    await unloaded
    await expectAllDone(id)
  })

  it('asks another large model in the middle: both get their answers', async () => {
    await start()
    const id = await beginHeld()
    letGo()
    // Refused while the run answers; between two items it has its turn.
    await expect
      .poll(() => rig.ask('models.generate', { id: idOf(big), prompt: 'mine' }), { interval: 1 })
      .toMatchObject({ ok: true, data: { text: `[${big}] mine` } })
    await expectAllDone(id)
  })

  it('pins its model in the middle: it stays, and the run says that the other has no room', async () => {
    await start()
    const id = await beginHeld()
    await rig.data('models.pin', { id: idOf(middle), isPinned: true })
    letGo()
    const run = await rig.ended(id)
    expect([run.status, run.items.failed]).toEqual(['done', items])
    const [item] = await rig.items(id)
    expect(item?.error).toMatchObject({ code: expect.stringMatching(/^(does_not_fit|limit_reached)$/) as unknown })
    expect(await names()).toEqual([middle])
    await rig.data('models.pin', { id: idOf(middle), isPinned: false })
    await rig.data('runs.retry', { runId: id })
    await expectAllDone(id)
  })

  it('removes a model that it needs later: its items fail with its name; put back, they are retried', async () => {
    await start()
    const id = await beginHeld()
    await rig.data('models.remove', { id: idOf(big) })
    letGo()
    const run = await rig.ended(id)
    expect([run.status, run.items.failed]).toEqual(['done', items])
    expect((await rig.items(id))[0]?.error).toMatchObject({ code: 'model_not_found' })
    rig.fake.addModel(big, { heldBytes: 46_000_000, answer: 'echo' })
    await rig.data('models.list', { refresh: true })
    await rig.data('runs.retry', { runId: id })
    await expectAllDone(id)
  })

  it('changes how many may be loaded and how runs share, in the middle', async () => {
    await start({ memoryBytes: null, maxLoadedModels: 3 })
    const first = await beginHeld()
    const { id: second } = await rig.begin(bigAndMiddle(), items)
    await rig.set({ maxLoadedModels: 2, runsTogether: 'share', itemsAtOnce: 3 })
    letGo()
    await expectAllDone(first)
    await expectAllDone(second)
  })
})

describe('cancelled', () => {
  it('in a load, an answer, between, and in the queue: at once, and nothing is left', async () => {
    await start()
    for (const hangs of ['load', 'prompt', 'stream'] as const) {
      rig.fake.script(middle, { hangs })
      const { id } = await rig.begin(bigAndMiddle(), items)
      const { id: queued } = await rig.begin(bigAndMiddle(), items)
      await expect
        .poll(() => rig.fake.requests.some(({ status, path }) => status === null && path !== '/api/ps'))
        .toBe(true)
      expect((await rig.data('runs.cancel', { runId: queued })).run.status).toBe('cancelled')
      await rig.data('operations.cancel', { operationId: id })
      expect((await rig.ended(id)).status).toBe('cancelled')
      rig.fake.script(middle, { hangs: null })
      await expect.poll(names).toEqual([])
      expect((await rig.data('operations.list', {})).operations).toEqual([])
      // It can be gone on with.
      await rig.data('runs.resume', { runId: id })
      await expectAllDone(id)
    }
  })

  it('while it waits for the room of somebody’s answer', async () => {
    await start()
    rig.fake.script(big, { hangs: 'stream' })
    const mine = rig.ask('models.generate', { id: idOf(big), prompt: 'mine', operationId: 'mine-12345678' })
    await expect.poll(() => rig.questions().length).toBe(1)
    const { id } = await rig.begin(bigAndMiddle(), items)
    await rig.until(id, ({ doing }) => doing?.includes('waits for the room') ?? false)
    expect((await rig.data('runs.cancel', { runId: id })).run.status).toBe('cancelled')
    await rig.data('operations.cancel', { operationId: 'mine-12345678' })
    expect(await mine).toMatchObject({ ok: false, error: { code: 'aborted' } })
  })
})

describe('the end of Stoker', () => {
  it.each(['load', 'stream'] as const)(
    'in the middle of a %s: at once, interrupted, and gone on with',
    async (hangs) => {
      await start()
      rig.fake.script(middle, { hangs })
      const { id } = await rig.begin(bigAndMiddle(), items)
      await expect
        .poll(() => rig.fake.requests.some(({ status, path }) => status === null && path === '/api/generate'))
        .toBe(true)
      const beganAt = performance.now()
      await rig.restart()
      expect(performance.now() - beganAt).toBeLessThan(10_000)
      expect((await rig.detail(id)).run.status).toBe('interrupted')
      rig.fake.script(middle, { hangs: null })
      await rig.data('runs.resume', { runId: id })
      await expectAllDone(id)
    }
  )

  it('after a pause: it goes on from there, and nothing is asked twice', async () => {
    await start()
    const id = await beginHeld()
    const paused = rig.data('runs.pause', { runId: id })
    letGo()
    expect((await paused).run.status).toBe('paused')
    await rig.restart()
    await rig.data('runs.resume', { runId: id })
    await expectAllDone(id)
    expect(rig.questions()).toHaveLength(3 * items)
  })
})

describe('a disk', () => {
  it('that refuses in the middle ends the run with that error; once it takes again, the run goes on', async () => {
    await start()
    const id = await beginHeld()
    const other = new DatabaseSync(join(rig.directory, 'stoker.db'))
    other.exec('BEGIN IMMEDIATE')
    letGo()
    const run = await rig.ended(id)
    other.exec('ROLLBACK')
    other.close()
    expect([run.status, run.error?.code]).toEqual(['failed', 'storage_failed'])
    await rig.data('runs.resume', { runId: id })
    await expectAllDone(id)
  })
})

describe('two runs', () => {
  it.each(['queue', 'share'] as const)('%s: both end, nobody’s model is taken away', async (runsTogether) => {
    await start({ settings: { maxLoadedModels: 1, runsTogether } })
    const [one, two] = [await rig.begin(bigAndMiddle(), items), await rig.begin(bigAndMiddle(), items)]
    await expectAllDone(one.id)
    await expectAllDone(two.id)
    expect(rig.fake.loads()).toBeLessThanOrEqual(6)
  })

  it('of one id are refused, as are chains, runs and batches that are not there', async () => {
    await start()
    const operationId = 'my-run-12345678'
    await rig.run(testChain([stepOn(tiny, 'One', '{{input}}')]), 1, { operationId })
    const refused = { ok: false, error: { code: 'invalid_input' } }
    expect(
      await rig.ask('chains.run', { chain: bigAndMiddle(), input: { kind: 'text', text: 'x' }, operationId })
    ).toMatchObject(refused)
    expect(
      await rig.ask('chains.run', { chain: bigAndMiddle(), input: { kind: 'lines', text: '\n \n' } })
    ).toMatchObject(refused)
    expect(await rig.ask('chains.run', { chain: bigAndMiddle(), inputId: 'not-there-1' })).toMatchObject(refused)
    expect(await rig.ask('chains.run', { chainId: 'not-there', input: { kind: 'text', text: 'x' } })).toMatchObject(
      refused
    )
    for (const route of [
      'runs.get',
      'runs.cancel',
      'runs.pause',
      'runs.resume',
      'runs.retry',
      'runs.remove'
    ] as const) {
      expect([route, await rig.ask(route, { runId: 'not-there-1' })]).toMatchObject([route, refused])
    }
    expect(await rig.ask('runs.export', { runId: 'not-there-1', format: 'csv' })).toMatchObject(refused)
    expect(await rig.ask('runs.step', { runId: operationId, item: 7, stepId: 'id-One' })).toMatchObject(refused)
  })
})

it('a pattern that would never end, and an answer of megabytes, do not hold up the rest', async () => {
  await start({
    models: { [tiny]: { answer: ({ prompt }) => (prompt.endsWith('0') ? 'a'.repeat(3_000_000) : 'short') } }
  })
  const stopConditions: Step['stopConditions'] = [
    { kind: 'matches', pattern: '^(a+)+$b', ignoreCase: false, reason: 'odd', finalOutput: null }
  ]
  const run = await rig.run(testChain([stepOn(tiny, 'One', '{{input}}', { stopConditions })]), 2)
  expect(run.status).toBe('done')
  const each = await rig.items(run.id)
  expect(each.map(({ status }) => status)).toEqual(['failed', 'done'])
  expect(each[0]?.error?.message).toMatch(/took longer/)
})
