/** Many at once: a hundred against a server that turns every third away, ten thousand of which half give up, and whatever else happens. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abortedError, StokerError } from '../../shared/errors.ts'
import type { GenerateResult } from '../../shared/model.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider } from '../providers/fakeProvider.ts'
import type { GenerateRequest, Provider } from '../providers/provider.ts'
import { createRequestPipeline, type RequestPipeline } from './requestPipeline.ts'
import { defaultSettings } from './requestRig.ts'
import type { RequestSettings } from './requestSettings.ts'
import { nothingMeasured } from './timeLimits.ts'

const result: GenerateResult = {
  text: 'x',
  promptTokens: 1,
  outputTokens: 1,
  firstTokenMs: 1,
  tokensPerSecond: 1,
  doneReason: 'stop'
}
const request: GenerateRequest = {
  prompt: 'x',
  options: {},
  contextLength: null,
  keepAliveSeconds: 60,
  onText: () => {}
}

function pipelineOf(
  provider: Provider,
  clock: Clock,
  settings: Partial<RequestSettings> = {},
  random = Math.random
): RequestPipeline {
  return createRequestPipeline(
    {
      host: { id: 'h', name: 'Host', isLocal: true },
      settings: () => ({ ...defaultSettings, ...settings }),
      measuredOf: () => nothingMeasured,
      checkSoon: () => {},
      onChanged: () => {},
      log: () => {},
      clock,
      random,
      logger: silentLogger
    },
    provider
  )
}

/** Each answer takes `answerMs`; which requests are turned away is up to `isRefused`. */
function busyProvider(clock: FakeClock, answerMs: number, isRefused: (count: number) => boolean) {
  let count = 0
  const seen = { running: 0, most: 0 }
  const provider: Provider = {
    ...createFakeProvider(['m'], true),
    generate: (_name, { onText }, signal) =>
      new Promise((resolve, reject) => {
        count += 1
        if (isRefused(count)) return reject(new StokerError('server_busy', 'The server is busy.'))
        seen.running += 1
        seen.most = Math.max(seen.most, seen.running)
        const end = (settle: () => void): void => {
          seen.running -= 1
          cancel()
          settle()
        }
        const cancel = clock.after(answerMs, () =>
          end(() => {
            onText('x')
            resolve(result)
          })
        )
        signal.addEventListener('abort', () => end(() => reject(abortedError())), { once: true })
      })
  }
  return { provider, seen }
}

/** Moves the clock until all are settled; how long that took. */
async function untilSettled(clock: FakeClock, work: Promise<unknown>[]): Promise<number> {
  const startedAt = clock.now()
  let isDone = false
  void Promise.allSettled(work).then(() => (isDone = true))
  while (!isDone) await clock.advance(50)
  return clock.now() - startedAt
}

describe('a burst of a hundred', () => {
  const answerMs = 1_000
  const idealMs = (100 * answerMs) / defaultSettings.maxConcurrency

  it('against a server that turns every third request away: each ends in an answer or in its third refusal, in 1.3 of the ideal time', async () => {
    const clock = createFakeClock()
    const { provider, seen } = busyProvider(clock, answerMs, (count) => count % 3 === 0)
    const pipeline = pipelineOf(provider, clock)
    const work = Array.from({ length: 100 }, () =>
      pipeline.provider.generate('m', request, new AbortController().signal)
    )
    const tookMs = await untilSettled(clock, work)
    const ended = await Promise.allSettled(work)
    const refused = ended.filter(
      (one) => one.status === 'rejected' && (one.reason as StokerError).code === 'server_busy'
    )
    const answered = ended.filter(({ status }) => status === 'fulfilled')
    expect(answered.length + refused.length).toBe(100)
    expect(answered.length).toBeGreaterThan(85)
    expect(seen.most).toBe(4)
    expect(tookMs / idealMs).toBeLessThan(1.3)
    expect(pipeline.state().queue).toMatchObject({ running: 0, waitingCount: 0 })
  })

  it('where chance turns a third away: each ends in an answer or an error with a name, in 1.3 of the ideal time as a rule', async () => {
    const ratios: number[] = []
    for (let seed = 1; seed <= 15; seed++) {
      const dice = createDice(seed)
      const clock = createFakeClock()
      const { provider } = busyProvider(clock, answerMs, () => dice() < 1 / 3)
      const { provider: guarded } = pipelineOf(provider, clock, {}, dice)
      const work = Array.from({ length: 100 }, () => guarded.generate('m', request, new AbortController().signal))
      ratios.push((await untilSettled(clock, work)) / idealMs)
      for (const one of await Promise.allSettled(work))
        if (one.status === 'rejected')
          expect(['server_busy', 'server_down']).toContain((one.reason as StokerError).code)
    }
    expect(ratios.toSorted((a, b) => a - b)[7]).toBeLessThan(1.3)
  })
})

describe('ten thousand', () => {
  it('of which half give up: none is lost, none is asked twice, never more than the limit at once', async () => {
    const asked = new Map<string, number>()
    let running = 0
    let most = 0
    const provider: Provider = {
      ...createFakeProvider([], true),
      async generate(_name, { prompt }, signal) {
        // Given up in the very moment of its turn.
        expect(signal.aborted).toBe(false)
        asked.set(prompt, (asked.get(prompt) ?? 0) + 1)
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        if (signal.aborted) throw abortedError()
        return result
      }
    }
    const pipeline = pipelineOf(provider, systemClock)
    const controllers = Array.from({ length: 10_000 }, () => new AbortController())
    const work = controllers.map(({ signal }, index) =>
      pipeline.provider.generate(
        `m${index % 3}`,
        { ...request, prompt: String(index), caller: `c${index % 7}` },
        signal
      )
    )
    const ended = Promise.allSettled(work)
    controllers.forEach((controller, index) => index % 2 === 1 && controller.abort())
    const all = await ended
    const answered = all.filter(({ status }) => status === 'fulfilled')
    const cancelled = all.filter((one) => one.status === 'rejected' && (one.reason as StokerError).code === 'aborted')
    expect([answered.length, cancelled.length]).toEqual([5_000, 5_000])
    expect(Math.max(...asked.values())).toBe(1)
    expect(most).toBeLessThanOrEqual(4)
    expect(pipeline.state().queue).toMatchObject({ running: 0, waitingCount: 0 })
  })
})

describe('whatever comes and goes', () => {
  interface Wish {
    caller: number
    model: number
    abortAfterMs: number | null
    answerMs: number
    failures: number
    startAfterMs: number
  }
  const wish: fc.Arbitrary<Wish> = fc.record({
    caller: fc.nat(3),
    model: fc.nat(2),
    abortAfterMs: fc.option(fc.nat(20_000)),
    answerMs: fc.nat(5_000),
    failures: fc.nat(4),
    startAfterMs: fc.nat(10_000)
  })

  it('each ends once, none runs beyond the limits, none is left counted, and all end in bounded time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 40 }), fc.boolean(), async (wishes, isOneEach) => {
        const clock = createFakeClock()
        const runningOf = new Map<string, number>()
        const failuresLeft = wishes.map(({ failures }) => failures)
        const provider: Provider = {
          ...createFakeProvider([], true),
          answersAtOnce: isOneEach ? 1 : null,
          async generate(name, { prompt }, signal) {
            runningOf.set(name, (runningOf.get(name) ?? 0) + 1)
            const running = [...runningOf.values()].reduce((sum, count) => sum + count, 0)
            expect(running).toBeLessThanOrEqual(4)
            if (isOneEach) expect(runningOf.get(name)).toBe(1)
            try {
              const index = Number(prompt)
              await new Promise<void>((resolve, reject) => {
                const cancel = clock.after(wishes[index]?.answerMs ?? 0, resolve)
                signal.addEventListener('abort', () => (cancel(), reject(abortedError())), { once: true })
              })
              failuresLeft[index] = (failuresLeft[index] ?? 0) - 1
              if ((failuresLeft[index] ?? 0) >= 0) throw new StokerError('server_busy', 'Busy.')
              return result
            } finally {
              runningOf.set(name, (runningOf.get(name) ?? 1) - 1)
            }
          }
        }
        const pipeline = pipelineOf(provider, clock, {}, () => 0.5)
        const work = wishes.map(async ({ caller, model, abortAfterMs, startAfterMs }, index) => {
          const controller = new AbortController()
          await new Promise<void>((resolve) => clock.after(startAfterMs, resolve))
          if (abortAfterMs !== null) clock.after(abortAfterMs, () => controller.abort())
          const asked = { ...request, prompt: String(index), caller: `c${caller}` }
          return pipeline.provider.generate(`m${model}`, asked, controller.signal)
        })
        const ended = Promise.allSettled(work)
        await clock.advance(1_800_000)
        for (const one of await ended)
          if (one.status === 'rejected')
            expect(['aborted', 'server_busy', 'server_down', 'timed_out']).toContain((one.reason as StokerError).code)
        expect(pipeline.state().queue).toMatchObject({ running: 0, waitingCount: 0 })
      }),
      { numRuns: 40 }
    )
  })
})

function createDice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
