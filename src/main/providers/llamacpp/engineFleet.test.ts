/** Who may do what when: loads, unloads and deaths that cross each other, with sessions made for it. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { EngineExit } from './engineExit.ts'
import { createEngineFleet, type EngineFleet } from './engineFleet.ts'
import type { EngineSession } from './engineSession.ts'

const neverAborted = new AbortController().signal
const wish = async () => ({
  path: '/m.gguf',
  contextLength: 4096,
  threads: 1,
  cacheType: 'f16' as const,
  hasRepackedWeights: false,
  onProgress: () => {}
})
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code
  )

interface FakeSession extends EngineSession {
  /** The answers that are waited for end. */
  becomeIdle(): void
  die(exit?: Partial<EngineExit>): void
  pretend(wish: { isIdle: boolean; hears: boolean }): void
}

function createFakeSession(load: EngineSession['load']): FakeSession {
  const exited = Promise.withResolvers<EngineExit>()
  const idle = Promise.withResolvers<void>()
  let isIdle = true
  let hears = true
  const die = (exit: Partial<EngineExit> = {}): void =>
    exited.resolve({ code: 0, signal: null, output: '', memoryRanOut: null, wasHung: false, ...exit })
  return {
    pid: 1,
    facts: { buffers: [], device: 'CPU', contextLength: 4096, sharedBytes: 0 },
    exited: exited.promise,
    load,
    generate: () => Promise.reject(new Error('not asked here')),
    countTokens: () => Promise.reject(new Error('not asked here')),
    isIdle: () => isIdle,
    ping: async () => hears,
    async killHung() {
      die({ signal: 'SIGKILL', wasHung: true })
      await exited.promise
    },
    idle: () => idle.promise,
    async quit() {
      die()
      await exited.promise
    },
    async kill() {
      // A real one takes its time, too.
      setTimeout(die, 20)
      await exited.promise
    },
    becomeIdle: idle.resolve,
    pretend(wish) {
      isIdle = wish.isIdle
      hears = wish.hears
    },
    die
  }
}

function createRig(loadSession: EngineSession['load'] = async () => {}) {
  const sessions: FakeSession[] = []
  const clock = createFakeClock()
  const fleet: EngineFleet = createEngineFleet({
    startSession() {
      const session = createFakeSession(loadSession)
      sessions.push(session)
      return session
    },
    processMemory: async () => ({ anonBytes: 5, fileBytes: 5 }),
    clock,
    logger: silentLogger
  })
  const load = (contextLength: number | null = null) => fleet.load('m', contextLength, wish, neverAborted)
  return { fleet, sessions, clock, load }
}

test('two loads of one model at once start one process', async () => {
  const { load, sessions } = createRig()
  const results = await Promise.all([failure(load()), failure(load())])
  expect(results.sort()).toEqual(['model_busy', 'none'])
  expect(sessions).toHaveLength(1)
})

test('a loaded model tells the cache type that it was loaded with', async () => {
  const { fleet, load } = createRig()
  expect(await load()).toMatchObject({ cacheType: 'f16' })
  expect(await fleet.list()).toMatchObject([{ cacheType: 'f16' }])
})

test('a second unload waits with the first, and both see the model gone', async () => {
  const { fleet, sessions, load } = createRig()
  await load()
  const unloads = [1, 2].map(() => failure(fleet.unload('m', 10_000, neverAborted)))
  sessions[0]?.becomeIdle()
  expect(await Promise.all(unloads)).toEqual(['none', 'none'])
  expect(await fleet.list()).toEqual([])
})

test('where the first unload is given up, the second goes on', async () => {
  const { fleet, sessions, load, clock } = createRig()
  await load()
  const abort = new AbortController()
  const first = failure(fleet.unload('m', 10_000, abort.signal))
  const second = failure(fleet.unload('m', 10_000, neverAborted))
  abort.abort()
  expect(await first).toBe('aborted')
  await clock.advance(0)
  expect((await fleet.list())[0]?.isStopping).toBe(true)
  sessions[0]?.becomeIdle()
  expect(await second).toBe('none')
})

test('an unload that takes too long leaves a model that can be used', async () => {
  const { fleet, load, clock } = createRig()
  await load()
  const unload = failure(fleet.unload('m', 10_000, neverAborted))
  await clock.advance(10_000)
  expect(await unload).toBe('model_busy')
  expect((await fleet.list())[0]?.isStopping).toBe(false)
})

test('a load during an unload waits for its end, and starts anew', async () => {
  const { fleet, sessions, load } = createRig()
  await load()
  const unload = fleet.unload('m', 10_000, neverAborted)
  const again = load()
  sessions[0]?.becomeIdle()
  await Promise.all([unload, again])
  expect(sessions).toHaveLength(2)
  expect(await fleet.list()).toHaveLength(1)
})

test('asked again with the same context nothing is started; with another, the old one ends first', async () => {
  const { sessions, load } = createRig()
  // Asked for 4000 the engine gives 4096: neither is another context.
  await load(4000)
  await load(4000)
  await load(4096)
  await load()
  expect(sessions).toHaveLength(1)
  sessions[0]?.becomeIdle()
  await load(512)
  expect(sessions).toHaveLength(2)
})

test('a load after a cancelled one waits for the old process to be gone, which is not listed meanwhile', async () => {
  const { fleet, sessions } = createRig(() => Promise.reject(new Error('cancelled')))
  await expect(fleet.load('m', null, wish, neverAborted)).rejects.toThrow('cancelled')
  const again = failure(fleet.load('m', null, wish, neverAborted))
  expect(await fleet.list()).toEqual([])
  expect(sessions).toHaveLength(1)
  await again
  expect(sessions).toHaveLength(2)
})

test('only a death nobody asked for is told', async () => {
  const { fleet, sessions, load } = createRig()
  const lost: string[] = []
  fleet.onLost(({ name, error }) => lost.push(`${name} ${error.code}`))
  await load()
  sessions[0]?.becomeIdle()
  await fleet.unload('m', 10_000, neverAborted)
  await load()
  sessions[1]?.die({ signal: 'SIGKILL', memoryRanOut: true })
  await expect.poll(() => lost).toEqual(['m out_of_memory'])
})

test.each([
  ['one that hears', { isIdle: true, hears: true }, []],
  ['one that hears nothing', { isIdle: true, hears: false }, ['m']],
  ['one that hears nothing, but is waited for', { isIdle: false, hears: false }, []]
])('of the hung only what nobody waits for is ended, and its loss is told: %s', async (_what, wish, ended) => {
  const { fleet, sessions, load } = createRig()
  const lost: string[] = []
  fleet.onLost(({ name, error }) => lost.push(`${name} ${error.code}: ${error.message}`))
  expect(await fleet.endHung(neverAborted)).toEqual([])
  await load()
  sessions[0]?.pretend(wish)
  expect(await fleet.endHung(neverAborted)).toEqual(ended)
  expect(lost).toEqual(ended.map((name) => `${name} engine_crashed: The engine hung with ${name} and was ended.`))
  expect(await fleet.list()).toHaveLength(1 - ended.length)
})

test('after its end nothing is started any more', async () => {
  const { fleet, sessions, load } = createRig()
  await load()
  await fleet.dispose()
  expect(await failure(load())).toBe('aborted')
  expect(sessions).toHaveLength(1)
})
