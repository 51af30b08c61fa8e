/** Estimates by a child that is thrown away: right ones, one at a time, and an end of every child whatever it does. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { systemClock } from '../../lib/clock.ts'
import type { CacheType } from '../../../shared/need.ts'
import type { EngineProcess } from './engineProcess.ts'
import type { ToEngine } from './engineProtocol.ts'
import { createForkLauncher } from './forkEngine.ts'
import { writeBadFile, writeTinyModel } from './gguf/testFiles.ts'
import { createNeedEstimator, type EngineEstimate, type EstimateRequest } from './needEstimator.ts'
import { createTestEngine, engineChildPath, isAlive, neverAborted } from './testEngine.ts'

const request: EstimateRequest = { path: '/models/a.gguf', contextLengths: [512], cacheType: 'f16', parallel: 1 }
const estimate: EngineEstimate = { weightsBytes: 10, contexts: [{ contextLength: 512, bytes: 5 }] }

interface FakeChild extends EngineProcess {
  sent: ToEngine[]
  say(message: unknown): void
  leave(exit: { code: number | null; signal: string | null }, stderr?: string): void
  isKilled: boolean
}

function createFakeChild(): FakeChild {
  const onMessage: ((message: unknown) => void)[] = []
  const onStderr: ((text: string) => void)[] = []
  const onExit: ((exit: { code: number | null; signal: string | null }) => void)[] = []
  const child: FakeChild = {
    pid: 1,
    sent: [],
    isKilled: false,
    send: (message) => void child.sent.push(message),
    onMessage: (listener) => void onMessage.push(listener),
    onStderr: (listener) => void onStderr.push(listener),
    onExit: (listener) => void onExit.push(listener),
    kill() {
      if (child.isKilled) return
      child.isKilled = true
      queueMicrotask(() => child.leave({ code: null, signal: 'SIGKILL' }))
    },
    say: (message) => onMessage.forEach((listener) => listener(message)),
    leave(exit, stderr = '') {
      onStderr.forEach((listener) => listener(stderr))
      onExit.forEach((listener) => listener(exit))
    }
  }
  return child
}

function createRig() {
  const clock = createFakeClock()
  const children: FakeChild[] = []
  const launched: (() => void)[] = []
  const estimator = createNeedEstimator({
    launchEngine() {
      const child = createFakeChild()
      children.push(child)
      launched.shift()?.()
      return child
    },
    clock
  })
  /** The child that is started next. */
  const nextChild = async (): Promise<FakeChild> => {
    await new Promise<void>((resolve) => launched.push(resolve))
    return children.at(-1) ?? createFakeChild()
  }
  return { estimator, clock, children, nextChild }
}

describe('a child', () => {
  test('is asked once it is there, and gone when it has answered', async () => {
    const { estimator, nextChild } = createRig()
    const next = nextChild()
    const answer = estimator.estimate(request, neverAborted)
    const child = await next
    child.say({ type: 'hello' })
    expect(child.sent).toEqual([{ type: 'estimate', ...request, threads: 1 }])
    child.say({ type: 'estimated', estimate })
    expect(await answer).toEqual(estimate)
    expect(child.isKilled).toBe(true)
  })

  test('is the only one: the second request waits for the first', async () => {
    const { estimator, children, nextChild } = createRig()
    const first = nextChild()
    const answers = [estimator.estimate(request, neverAborted), estimator.estimate(request, neverAborted)]
    const child = await first
    const second = nextChild()
    expect(children).toHaveLength(1)
    child.say({ type: 'estimated', estimate })
    await answers[0]
    ;(await second).say({ type: 'estimated', estimate })
    expect(await answers[1]).toEqual(estimate)
  })

  test('that says nonsense is not believed, and ended at its time', async () => {
    const { estimator, clock, nextChild } = createRig()
    const next = nextChild()
    const answer = estimator.estimate(request, neverAborted)
    const failed = expect(answer).rejects.toMatchObject({ code: 'timed_out' })
    const child = await next
    child.say({ type: 'estimated', estimate: { weightsBytes: Number.NaN, contexts: [] } })
    child.say({ type: 'estimated', estimate: { weightsBytes: -5, contexts: [] } })
    await clock.advance(29_999)
    expect(child.isKilled).toBe(false)
    await clock.advance(1)
    await failed
    expect(child.isKilled).toBe(true)
  })

  test('that aborts tells what is wrong with the file', async () => {
    const { estimator, nextChild } = createRig()
    const next = nextChild()
    const answer = estimator.estimate(request, neverAborted)
    ;(await next).leave({ code: null, signal: 'SIGABRT' })
    await expect(answer).rejects.toMatchObject({ code: 'bad_model_file', message: expect.stringContaining('a.gguf') })
  })

  test('is killed when nobody waits any more, and what waits behind it comes next', async () => {
    const { estimator, nextChild } = createRig()
    const abort = new AbortController()
    const next = nextChild()
    const answer = estimator.estimate(request, abort.signal)
    const failed = expect(answer).rejects.toMatchObject({ code: 'aborted' })
    const child = await next
    const second = nextChild()
    const behind = estimator.estimate(request, neverAborted)
    abort.abort()
    await failed
    expect(child.isKilled).toBe(true)
    ;(await second).say({ type: 'estimated', estimate })
    expect(await behind).toEqual(estimate)
  })

  test('is not started for one who left while waiting, nor after the end', async () => {
    const { estimator, children, nextChild } = createRig()
    const abort = new AbortController()
    const next = nextChild()
    const first = estimator.estimate(request, neverAborted)
    const failedFirst = expect(first).rejects.toMatchObject({ code: 'aborted' })
    const waiting = expect(estimator.estimate(request, abort.signal)).rejects.toMatchObject({ code: 'aborted' })
    const child = await next
    abort.abort()
    await waiting
    await estimator.dispose()
    await failedFirst
    expect(child.isKilled).toBe(true)
    await expect(estimator.estimate(request, neverAborted)).rejects.toMatchObject({ code: 'aborted' })
    expect(children).toHaveLength(1)
  })
})

describe('the real engine', () => {
  let directory: string
  const children: EngineProcess[] = []
  const estimator = createNeedEstimator({
    launchEngine() {
      const child = createForkLauncher(engineChildPath)()
      children.push(child)
      return child
    },
    clock: systemClock
  })
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stoker-estimates-'))
  })
  afterAll(async () => {
    await estimator.dispose()
    await rm(directory, { recursive: true, force: true })
  })

  test.each<[string, 'f16' | 'q8_0' | 'q4_0', boolean, CacheType]>([
    ['plain', 'f16', false, 'f16'],
    ['quantised cache', 'q8_0', false, 'q8_0'],
    ['repacked', 'q4_0', false, 'q4_0'],
    ['repacked and tied', 'q4_0', true, 'f16']
  ])(
    'says what a load then allocates: %s',
    async (_what, weights, isTied, cacheType) => {
      const engine = await createTestEngine({ cacheType: () => cacheType })
      const path = await writeTinyModel(engine.directory, 'tiny', { shape: { weights, isTied } })
      const contextLengths = [512, 2048]
      const { weightsBytes, contexts } = await estimator.estimate(
        { path, contextLengths, cacheType, parallel: 1 },
        neverAborted
      )
      expect(contexts.map(({ contextLength }) => contextLength)).toEqual(contextLengths)
      const [first, last] = contexts
      expect(first?.bytes).toBeLessThan(last?.bytes ?? 0)
      const loaded = await engine.provider.load('tiny', { contextLength: 2_048, keepAliveSeconds: 600 }, neverAborted)
      const allocated = loaded.allocated?.reduce((total, part) => total + part.bytes, 0) ?? 0
      // The log rounds each buffer to a hundredth of a mebibyte.
      expect(Math.abs(weightsBytes + (last?.bytes ?? 0) - allocated)).toBeLessThan(40_000)
      await engine.dispose()
    },
    60_000
  )

  test('is not asked for contexts whose bookkeeping alone would take a gigabyte of this machine', async () => {
    const path = await writeTinyModel(directory, 'long', { shape: { contextLength: 2 ** 20 } })
    const contextLengths = [512, 2 ** 18, 2 ** 20]
    const { contexts } = await estimator.estimate({ ...request, path, contextLengths, parallel: 16 }, neverAborted)
    expect(contexts.map(({ contextLength }) => contextLength)).toEqual([512, 2 ** 18])
  }, 60_000)

  test.each(['missingKey', 'missingTensor', 'unknownArchitecture', 'html', 'hugeCount'] as const)(
    'refuses a bad file: %s',
    async (kind) => {
      const path = await writeBadFile(directory, kind)
      await expect(estimator.estimate({ ...request, path }, neverAborted)).rejects.toMatchObject({
        code: expect.stringMatching(/^(bad_model_file|missing_tensor|unknown_architecture)$/)
      })
    }
  )

  test('leaves no process behind', async () => {
    expect(children.length).toBeGreaterThan(5)
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([])
  })
})
