/** A pipeline around a provider whose every step ends when the test says so, on a clock that the test moves. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { StokerError } from '../../shared/errors.ts'
import type { GenerateResult } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider, loadedModel, type FakeProvider } from '../providers/fakeProvider.ts'
import type { GenerateRequest, Provider, TransferProgress } from '../providers/provider.ts'
import type { ObservedCall } from './callContext.ts'
import { createRequestPipeline, type RequestPipeline } from './requestPipeline.ts'
import { defaultSettings } from './requestRig.ts'
import type { RequestSettings } from './requestSettings.ts'
import { nothingMeasured, type MeasuredModel } from './timeLimits.ts'

/** A download under way. */
export interface Pull {
  progress: (progress: Partial<TransferProgress>) => void
  finish: () => void
  fail: (error: StokerError) => void
}

export interface PipelineRig {
  clock: FakeClock
  fake: FakeProvider
  pulls: Pull[]
  settings: RequestSettings
  measured: MeasuredModel
  pipeline: RequestPipeline
  /** The guarded one. */
  provider: Provider
  log: NewActivityEvent[]
  calls: ObservedCall[]
  /** Wished checks of the host. */
  checks: number
  changes: number
  /** Texts that reached the caller, with the ends of answers: "hi", "done", "timed_out first_token". */
  ask(name?: string, change?: Partial<GenerateRequest>, signal?: AbortSignal): Asked
}

export interface Asked {
  ending: string | null
  error: StokerError | null
  texts: string[]
  places: (string | null)[]
  retries: { attempt: number; attempts: number; nextAt: number; reason: string }[]
  settled: Promise<void>
}

interface RigWish {
  settings?: Partial<RequestSettings>
  isLocal?: boolean
  /** As Ollama, which loads what it is asked for. */
  keepsTime?: boolean
  change?: (fake: FakeProvider) => void
}

export const never = new AbortController().signal

export function createPipelineRig({ settings, isLocal = true, keepsTime = true, change }: RigWish = {}): PipelineRig {
  const clock = createFakeClock()
  const fake = createFakeProvider(['m', 'n'], keepsTime)
  const pulls: Pull[] = []
  fake.pull = (_name, onProgress, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      const progress = (now: Partial<TransferProgress>): void =>
        onProgress({ status: 'pulling', completedBytes: null, totalBytes: 100, ...now })
      pulls.push({ progress, finish: resolve, fail: reject })
    })
  // Else a late answer would be taken for a load.
  for (const name of ['m', 'n']) fake.loaded.set(name, loadedModel(name))
  change?.(fake)
  const rig = {
    clock,
    fake,
    pulls,
    settings: { ...defaultSettings, ...settings },
    measured: nothingMeasured,
    log: [] as NewActivityEvent[],
    calls: [] as ObservedCall[],
    checks: 0,
    changes: 0
  }
  const pipeline = createRequestPipeline(
    {
      host: { id: 'ollama', name: 'Ollama', isLocal },
      settings: () => rig.settings,
      measuredOf: () => rig.measured,
      checkSoon: () => void (rig.checks += 1),
      onChanged: () => void (rig.changes += 1),
      log: (event) => rig.log.push(event),
      onCall: (call) => rig.calls.push(call),
      clock,
      random: () => 1,
      logger: silentLogger
    },
    fake
  )
  return Object.assign(rig, {
    pipeline,
    provider: pipeline.provider,
    ask: (name = 'm', more: Partial<GenerateRequest> = {}, signal: AbortSignal = never) =>
      ask(pipeline.provider, name, more, signal)
  })
}

function ask(provider: Provider, name: string, change: Partial<GenerateRequest>, signal: AbortSignal): Asked {
  const asked: Asked = { ending: null, error: null, texts: [], places: [], retries: [], settled: Promise.resolve() }
  const request: GenerateRequest = {
    prompt: 'hi',
    options: {},
    contextLength: null,
    keepAliveSeconds: 60,
    onText: (text) => asked.texts.push(text),
    onQueued: (place) => asked.places.push(place && `${place.position} of ${place.waiting}`),
    onRetry: (retry) => asked.retries.push(retry),
    ...change
  }
  const ended = (ending: string, error: StokerError | null): void => Object.assign(asked, { ending, error }) as never
  asked.settled = provider.generate(name, request, signal).then(
    (_result: GenerateResult) => ended('done', null),
    (error: StokerError) => ended([error.code, error.phase].filter(Boolean).join(' '), error)
  )
  return asked
}
