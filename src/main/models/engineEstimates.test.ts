/** One engine at a time, for whoever waits first; and no way to keep an app, or a prediction, waiting for it. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { abortedError, StokerError } from '../../shared/errors.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { needFacts } from '../providers/fakeProvider.ts'
import type { EngineEstimate, EstimateRequest } from '../providers/llamacpp/needEstimator.ts'
import type { NeedFacts } from '../providers/provider.ts'
import { openDatabase } from '../storage/database.ts'
import { createNeedStore, type NeedStore } from '../storage/needStore.ts'
import { createEngineEstimates, type EngineEstimates } from './engineEstimates.ts'

const facts = (name: string, change: Partial<NeedFacts> = {}): NeedFacts =>
  needFacts(name, { path: `/models/${name}.gguf`, ...change })
const curve: EngineEstimate = { weightsBytes: 900, contexts: [{ contextLength: 512, bytes: 50 }] }
const [a, b, c] = [facts('a'), facts('b'), facts('c')]

let clock: FakeClock
let asked: (EstimateRequest & {
  finish(estimate?: EngineEstimate): void
  fail(error: Error): void
  signal: AbortSignal
})[]
let told: string[]
let store: NeedStore
const warn = vi.fn<(message: string) => void>()
const endChild = vi.fn(async () => {})
let estimates: EngineEstimates

function create(): EngineEstimates {
  return createEngineEstimates({
    estimator: {
      estimate: (request, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(abortedError()), { once: true })
          asked.push({ ...request, signal, finish: (estimate = curve) => resolve(estimate), fail: reject })
        }),
      dispose: endChild
    },
    estimatorVersion: 'engine 1',
    store,
    onEstimate: (fingerprint) => told.push(fingerprint),
    clock,
    logger: { ...silentLogger, warn }
  })
}
const paths = (): string[] => asked.map(({ path }) => path.slice(8, -5))
const last = () => {
  const request = asked.at(-1)
  if (!request) throw new Error('nothing was asked')
  return request
}
const isSettled = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false
  void promise.then(() => (settled = true))
  await clock.advance(0)
  return settled
}

beforeEach(() => {
  vi.clearAllMocks()
  clock = createFakeClock()
  asked = []
  told = []
  store = createNeedStore({ database: openDatabase(':memory:').database, now: () => 1, logger: silentLogger })
  estimates = create()
})

describe('in the background', () => {
  it('begins after the start of the app, one after the other, the newest first', async () => {
    for (const of of [a, b, c]) estimates.wish(of, false)
    await clock.advance(1_000)
    expect(asked).toEqual([])
    await clock.advance(1_000)
    expect(paths()).toEqual(['c'])
    expect(last()).toMatchObject({ contextLengths: [512, 1_024, 2_048, 4_096], cacheType: 'f16', parallel: 1 })
    for (let count = 0; count < 3; count++) {
      last().finish()
      await clock.advance(0)
    }
    expect(paths()).toEqual(['c', 'b', 'a'])
    expect(told).toEqual(['weights of c', 'weights of b', 'weights of a'])
    expect(estimates.get(a)).toEqual(curve)
  })

  it('asks once for what two names share, and never for what an earlier start has learned', async () => {
    estimates.wish(a, false)
    estimates.wish({ ...a }, false)
    await clock.advance(2_000)
    estimates.wish(a, false)
    last().finish()
    await clock.advance(0)
    expect(asked).toHaveLength(1)
    const second = create()
    second.wish(a, true)
    await clock.advance(10_000)
    expect(asked).toHaveLength(1)
    expect(second.get(a)).toEqual(curve)
    expect(second.get(facts('a', { cacheType: 'q8_0' }))).toBeNull()
  })

  it('leaves alone what no file of this machine is behind', async () => {
    estimates.wish(needFacts('remote'), true)
    await clock.advance(10_000)
    expect(asked).toEqual([])
  })
})

describe('when somebody waits', () => {
  it('goes before all others, at once, and the waiting ends with it', async () => {
    for (const of of [a, b, c]) estimates.wish(of, false)
    estimates.wish(a, true)
    expect(paths()).toEqual(['a'])
    const waiting = estimates.settled(a)
    expect(await isSettled(waiting)).toBe(false)
    last().finish()
    expect(await isSettled(waiting)).toBe(true)
    // The others still leave the start of the app alone.
    expect(asked).toHaveLength(1)
  })

  it('there is nothing to wait for where nothing was wished, it failed, or all is paused', async () => {
    expect(await isSettled(estimates.settled(a))).toBe(true)
    estimates.wish(a, true)
    last().fail(new StokerError('bad_model_file', 'no', null))
    expect(await isSettled(estimates.settled(a))).toBe(true)
    estimates.setPaused(true)
    estimates.wish(b, true)
    expect(await isSettled(estimates.settled(b))).toBe(true)
    expect(asked).toHaveLength(1)
  })
})

describe('under memory pressure', () => {
  it('starts no engine, lets go whoever waits, and goes on afterwards', async () => {
    estimates.wish(a, true)
    estimates.wish(b, true)
    const waiting = estimates.settled(b)
    estimates.setPaused(true)
    expect(await isSettled(waiting)).toBe(true)
    last().finish()
    await clock.advance(10_000)
    expect(paths()).toEqual(['a'])
    estimates.setPaused(false)
    expect(paths()).toEqual(['a', 'b'])
  })
})

describe('what the engine cannot estimate', () => {
  it('is said once and not tried again, until it is another file', async () => {
    estimates.wish(a, true)
    last().fail(new StokerError('bad_model_file', 'The file is broken.', null))
    await clock.advance(0)
    estimates.wish(a, true)
    await clock.advance(10_000)
    expect(asked).toHaveLength(1)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toContain('The file is broken.')
    estimates.wish({ ...a, fingerprint: 'other weights' }, true)
    expect(asked).toHaveLength(2)
  })

  it('the next one has its turn', async () => {
    estimates.wish(a, true)
    estimates.wish(b, true)
    last().fail(new StokerError('timed_out', 'The engine did not say.', null))
    await clock.advance(0)
    expect(paths()).toEqual(['a', 'b'])
  })

  it.each([
    ['no weights', { ...curve, weightsBytes: 0 }],
    ['no points', { ...curve, contexts: [] }],
    ['negative bytes', { ...curve, contexts: [{ contextLength: 512, bytes: -1 }] }],
    ['no number', { ...curve, weightsBytes: NaN }],
    ['a curve that goes back', { ...curve, contexts: [...curve.contexts, { contextLength: 8, bytes: 1 }] }]
  ])('an answer with %s is none', async (_, answer) => {
    estimates.wish(a, true)
    last().finish(answer)
    await clock.advance(0)
    expect(estimates.get(a)).toBeNull()
    expect(told).toEqual([])
  })
})

describe('a model that went', () => {
  it('is not estimated any more, and is no failure: it may come back', async () => {
    estimates.wish(a, true)
    estimates.wish(b, false)
    estimates.keepOnly([])
    await clock.advance(10_000)
    expect(paths()).toEqual(['a'])
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(warn).not.toHaveBeenCalled()
    estimates.wish(a, true)
    expect(paths()).toEqual(['a', 'a'])
  })
})

describe('the end', () => {
  it('ends the child, lets go whoever waits, and nothing is begun or kept after it', async () => {
    estimates.wish(a, true)
    estimates.wish(b, true)
    const waiting = estimates.settled(b)
    await estimates.dispose()
    expect(await isSettled(waiting)).toBe(true)
    expect(endChild).toHaveBeenCalledTimes(1)
    expect(asked[0]?.signal.aborted).toBe(true)
    estimates.wish(c, true)
    await clock.advance(60_000)
    expect(asked).toHaveLength(1)
    expect(warn).not.toHaveBeenCalled()
  })
})
