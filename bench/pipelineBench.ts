/** The request pipeline: what it costs a call, ten thousand that wait of which half give up, and a burst against a busy server. */
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startFakeOllama } from '../e2e/fakeOllama.ts'
import { systemClock } from '../src/main/lib/clock.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import { createFakeProvider } from '../src/main/providers/fakeProvider.ts'
import { createOllamaProvider } from '../src/main/providers/ollama/ollamaProvider.ts'
import type { GenerateRequest, Provider } from '../src/main/providers/provider.ts'
import { createRequestPipeline, type RequestPipeline } from '../src/main/requests/requestPipeline.ts'
import { defaultSettings } from '../src/main/requests/requestRig.ts'
import { nothingMeasured } from '../src/main/requests/timeLimits.ts'
import { abortedError, toErrorInfo } from '../src/shared/errors.ts'
import type { GenerateResult } from '../src/shared/model.ts'
import type { Row } from './row.ts'
import { spread } from './statistics.ts'

const promisedOverheadMs = 0.2
const promisedHeapBytes = 2e6
const promisedRatio = 1.3

const never = new AbortController().signal
const result: GenerateResult = {
  text: 'x',
  promptTokens: 1,
  outputTokens: 1,
  firstTokenMs: 1,
  tokensPerSecond: 1,
  doneReason: 'stop'
}
const request: GenerateRequest = {
  prompt: 'Say something.',
  options: {},
  contextLength: null,
  keepAliveSeconds: 60,
  onText: () => {}
}

export async function runPipelineBench(): Promise<Row[]> {
  return [await overheadPerCall(), ...(await manyWaiting()), ...(await burst())]
}

function pipelineAround(provider: Provider): RequestPipeline {
  return createRequestPipeline(
    {
      host: { id: 'bench', name: 'Ollama', isLocal: true },
      settings: () => defaultSettings,
      measuredOf: () => nothingMeasured,
      checkSoon: () => {},
      onChanged: () => {},
      log: () => {},
      clock: systemClock,
      random: Math.random,
      logger: silentLogger
    },
    provider
  )
}

/** A provider that answers at once, with one piece of text. */
function instantProvider(): Provider {
  return {
    ...createFakeProvider(['m'], true),
    async generate(_name, { onText }) {
      onText('x')
      return result
    }
  }
}

async function overheadPerCall(): Promise<Row> {
  const bare = instantProvider()
  const guarded = pipelineAround(bare).provider
  const calls = 2_000
  const msPerCall = async (provider: Provider): Promise<number> => {
    const startedAt = performance.now()
    for (let count = 0; count < calls; count++) await provider.generate('m', request, never)
    return (performance.now() - startedAt) / calls
  }
  await msPerCall(guarded)
  const rounds: number[] = []
  for (let round = 0; round < 9; round++) rounds.push((await msPerCall(guarded)) - (await msPerCall(bare)))
  const { median, max } = spread(rounds)
  return {
    what: 'Request pipeline around a call with nothing to do',
    figure: `${median.toFixed(3)} ms (slowest round ${max.toFixed(3)})`,
    target: `under ${promisedOverheadMs} ms`,
    isMet: median < promisedOverheadMs
  }
}

/** At the next turn of the loop, or as soon as it is cancelled. */
function soon(signal: AbortSignal, onEnd: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const immediate = setImmediate(() => {
      signal.removeEventListener('abort', onAbort)
      onEnd()
      resolve()
    })
    const onAbort = (): void => {
      clearImmediate(immediate)
      onEnd()
      reject(abortedError())
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

async function manyWaiting(): Promise<Row[]> {
  const count = 10_000
  const asked = new Map<number, number>()
  let running = 0
  let most = 0
  const provider: Provider = {
    ...createFakeProvider(['m'], true),
    async generate(_name, { prompt }, signal) {
      const index = Number(prompt)
      asked.set(index, (asked.get(index) ?? 0) + 1)
      most = Math.max(most, ++running)
      await soon(signal, () => (running -= 1))
      return result
    }
  }
  const pipeline = pipelineAround(provider)
  const round = async (): Promise<{ answered: number; cancelled: number; tookMs: number }> => {
    asked.clear()
    const startedAt = performance.now()
    const controllers = Array.from({ length: count }, () => new AbortController())
    const ended = Promise.allSettled(
      controllers.map(({ signal }, index) =>
        pipeline.provider.generate('m', { ...request, prompt: String(index), caller: `caller ${index % 5}` }, signal)
      )
    )
    controllers.forEach((controller, index) => index % 2 === 0 && controller.abort())
    const all = await ended
    const cancelled = all.filter((one) => one.status === 'rejected' && toErrorInfo(one.reason).code === 'aborted')
    const answered = all.filter(({ status }) => status === 'fulfilled')
    return { answered: answered.length, cancelled: cancelled.length, tookMs: performance.now() - startedAt }
  }
  // The first round fills what is then kept for ever: compiled code, the figures of the last minutes.
  await round()
  const before = await settledHeapBytes()
  const { answered, cancelled, tookMs } = await round()
  const twice = [...asked.values()].filter((times) => times > 1).length
  const grown = (await settledHeapBytes()) - before
  const { queue } = pipeline.state()
  const isWhole = answered + cancelled === count && answered === count / 2 && twice === 0 && queue.running === 0
  return [
    {
      what: '10,000 queued calls, half of them aborted',
      figure: `${answered} answered, ${cancelled} cancelled, ${twice} asked twice, at most ${most} at once, ${tookMs.toFixed(0)} ms`,
      target: 'none lost, none twice',
      isMet: isWhole && queue.waitingCount === 0
    },
    {
      what: 'Heap after them, collected, over before',
      figure: `${(grown / 1e6).toFixed(1)} MB`,
      target: `under ${promisedHeapBytes / 1e6} MB`,
      isMet: grown < promisedHeapBytes
    }
  ]
}

/** After a collection: without one, what is no longer needed lies about for as long as the engine sees fit. */
async function settledHeapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await pause(300)
  collect()
  return process.memoryUsage().heapUsed
}

async function burst(): Promise<Row[]> {
  const tokens = Array.from({ length: 16 }, () => ' word')
  const fake = await startFakeOllama({ models: { m: { tokens, tokenMs: 40, promptMs: 40 } }, parallel: 4 })
  const provider = createOllamaProvider({
    url: fake.url,
    isLocal: true,
    environment: {},
    gpuMemoryBytes: () => null,
    timeouts: () => defaultSettings,
    clock: systemClock,
    logger: silentLogger
  })
  try {
    const alone: number[] = []
    for (let count = 0; count < 4; count++) alone.push(await timeOf(() => provider.generate('m', request, never)))
    const { median: answerMs } = spread(alone.slice(1))
    fake.fault('/api/generate', { kind: 'busy', every: 3 })
    const { provider: guarded } = pipelineAround(provider)
    let ended: PromiseSettledResult<GenerateResult>[] = []
    const tookMs = await timeOf(async () => {
      ended = await Promise.allSettled(Array.from({ length: 100 }, () => guarded.generate('m', request, never)))
    })
    return [burstRow(ended, tookMs, (100 * answerMs) / defaultSettings.maxConcurrency)]
  } finally {
    await provider.dispose()
    await fake.close()
  }
}

function burstRow(ended: readonly PromiseSettledResult<GenerateResult>[], tookMs: number, idealMs: number): Row {
  const answered = ended.filter(({ status }) => status === 'fulfilled').length
  const codes = ended.flatMap((one) => (one.status === 'rejected' ? [toErrorInfo(one.reason).code] : []))
  const named = codes.filter((code) => code !== 'internal').length
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
  return {
    what: 'Burst of 100 against an Ollama that answers 503 to every third',
    figure:
      `${answered} answered, ${named} ended in a named error (${[...new Set(codes)].join(', ') || 'none'}); ` +
      `${seconds(tookMs)} s, ${(tookMs / idealMs).toFixed(2)} of the ideal ${seconds(idealMs)} s`,
    target: `all end, within ${promisedRatio} of the ideal (4 at once, nothing turned away)`,
    isMet: answered + named === 100 && tookMs / idealMs < promisedRatio
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
