/** The states the screens are looked at in. */
import type { MemorySample } from '../../src/shared/memory.ts'
import type { Model } from '../../src/shared/model.ts'
import type { RuleState } from '../../src/shared/schedule.ts'
import { demoZone } from '../demoClock.ts'
import { chainStates } from './chainStates.ts'
import { eventfulDay } from './eventful.ts'
import { details, everyday, failed, many, smallFive } from './modelLists.ts'
import {
  activity,
  card,
  configuredSettings,
  engineHost,
  gb,
  history,
  memoryPool,
  minute,
  model,
  ollamaHost,
  sample,
  settings
} from './parts.ts'

import { busyRequests, engineRequests, limits, ollamaRequests, pausedRequests, savings } from './requests.ts'
import { demoChecksOf, diagnosticsStates } from './diagnosticsStates.ts'
import { modelsFileStates } from './modelsFileStates.ts'
import { runStates } from './runStates.ts'
import { scheduleStates } from './scheduleStates.ts'
import type { DemoState } from './state.ts'

const dataDirectory = '/Users/ada/Library/Application Support/Stoker'

function stateOf(models: Model[], changes: Partial<DemoState> = {}): DemoState {
  return {
    info: {
      version: '0.1.0',
      platform: 'darwin',
      dataDirectory,
      modelsDirectory: `${dataDirectory}/models`,
      startedAt: Date.now() - 3 * 60 * minute,
      problems: []
    },
    hosts: [ollamaHost(), engineHost()],
    models,
    sample: sample(models),
    points: history(models),
    events: activity(models),
    settings: settings(),
    operations: [],
    requests: [ollamaRequests(), engineRequests()],
    savings: savings(models),
    limits: limits(models),
    rules: [],
    timeZone: demoZone,
    previewFailure: null,
    scheduleFailure: null,
    diagnostics: { bench: [], checks: null },
    demoChecks: demoChecksOf(),
    modelsFile: { path: `${dataDirectory}/models.yaml`, exists: false, models: [], aliases: [], problems: [] },
    chains: [],
    chainSamples: [],
    chainFailure: null,
    runs: [],
    inputs: [],
    runPieceMs: 60,
    isHeld: false,
    waits: [],
    waitMs: 1_500,
    details: {},
    needSource: null,
    isRefusing: false,
    isUnloadSeen: true,
    isLive: false,
    isSilent: false,
    loadMs: 3_000,
    ...changes
  }
}

function withCards(models: Model[], cards: ReturnType<typeof card>[]): MemorySample {
  const pools = cards.map(({ pool }) => pool)
  const sum = (part: 'limitBytes' | 'reserveBytes' | 'budgetBytes') =>
    pools.reduce((total, pool) => total + pool[part], 0)
  return sample(models, {
    gpus: cards.map(({ gpu }) => gpu),
    pools: [...pools, memoryPool(64 * gb, 4 * gb, { source: 'RAM' })],
    machine: 'Ryzen 9, 64 GB',
    totalBytes: 64 * gb,
    availableBytes: 51.2 * gb,
    limitBytes: sum('limitBytes'),
    reserveBytes: sum('reserveBytes'),
    budgetBytes: sum('budgetBytes')
  })
}

/** As STOKER_SIMULATE_MEMORY_GB=16 and STOKER_SIMULATE_CHIP="Apple M4" would show it. */
function simulatedSample(models: Model[]): MemorySample {
  const mib = 2 ** 20
  const pool = memoryPool(12_124 * mib, 4_096 * mib, { quality: 'estimated' })
  return sample(models, {
    machine: 'Apple M4, 16 GB',
    simulated: '16 GB, Apple M4',
    totalBytes: 16_384 * mib,
    otherBytes: 5.1 * gb,
    limitBytes: pool.limitBytes,
    reserveBytes: pool.reserveBytes,
    budgetBytes: pool.budgetBytes,
    budgetQuality: 'estimated',
    pools: [pool]
  })
}

export const demoStates: Record<string, () => DemoState> = {
  everyday: () => stateOf(everyday(), { details }),
  empty: () =>
    stateOf([], {
      hosts: [
        ollamaHost({ status: 'down', version: null, error: noAnswer, nextCheckAt: Date.now() + 24_500 }),
        engineHost()
      ]
    }),
  five: () => stateOf(smallFive()),
  failed: () => stateOf(failed()),
  forty: () => stateOf(many(40)),
  twoHundred: () => stateOf(many(200), { isLive: true }),
  hostDown: () =>
    stateOf(
      everyday().map((each) =>
        each.state === 'unloaded' ? each : { ...each, state: 'unloaded', heldBytes: null, activeRequests: 0 }
      ),
      {
        hosts: [ollamaHost({ status: 'down', error: noAnswer, nextCheckAt: Date.now() + 24_500 }), engineHost()],
        sample: sample([], { pressure: 'warn' })
      }
    ),
  stale: () => {
    const models = everyday()
    return stateOf(models, {
      sample: sample(models, { isStale: true, sampledAt: Date.now() - 12_500, pressure: null })
    })
  },
  unknown: () => {
    const models = everyday()
    const unknown = { otherBytes: null, availableBytes: null, usedBytes: null, budgetBytes: null, pressure: null }
    return stateOf(models, { sample: sample(models, unknown) })
  },
  transfers: () => {
    const id = { hostId: 'ollama', name: 'qwen3-coder:30b' }
    const progress = {
      kind: 'transfer' as const,
      status: 'pulling 1194192cf2a1',
      completedBytes: 8.1 * gb,
      totalBytes: 18.6 * gb,
      bytesPerSecond: 41_000_000,
      remainingMs: 256_000
    }
    const startedAt = Date.now() - 200_000
    return stateOf(smallFive(), {
      operations: [{ id: 'pull-00000001', kind: 'pull', modelId: id, actor: 'you', ruleId: null, startedAt, progress }]
    })
  },
  card: () => {
    const models = everyday().map((each) => (each.id.name === 'gemma3:1b' ? { ...each, gpuBytes: 0 } : each))
    return stateOf(models, { sample: withCards(models, [card('0', 'RTX 4090', 13.9 * gb)]) })
  },
  cards: () => {
    const models = everyday()
    const two = [card('0', 'RTX 3090', 15.1 * gb), card('1', 'RTX 3090', 3.2 * gb)]
    return stateOf(models, { sample: withCards(models, two) })
  },
  pressure: () => {
    const models = everyday()
    return stateOf(models, { sample: sample(models, { pressure: 'warn', otherBytes: 14.9 * gb }), isUnloadSeen: false })
  },
  simulated: () => {
    const models = smallFive()
    models.push(model('phi4:14b', { parameters: '14.7B', sizeBytes: 9.1 * gb }))
    models.push(model('llama3.3:70b', { parameters: '70.6B', sizeBytes: 42.5 * gb }))
    return stateOf(models, { sample: simulatedSample(models) })
  },
  refusing: () => stateOf(smallFive(), { isRefusing: true }),
  rough: () => stateOf(everyday(), { needSource: 'file_size' }),
  /** Other programs leave little, the numbers do not add up, and one context is long. */
  tight: () => {
    const models = everyday().filter(({ state }) => state !== 'loading')
    const warning = 'Models and other programs together are 1.2 GB more than is used in all.'
    return stateOf(models, { sample: sample(models, { otherBytes: 18.4 * gb, warning }) })
  },
  /** One answers, and others wait for their turn. */
  busy: () => {
    const models = everyday()
    const id = { hostId: 'ollama', name: 'qwen3:8b' }
    const queued = { kind: 'queued' as const, position: 2, waiting: 5, elapsedMs: 14_000 }
    const nextAt = Date.now() + 2_000
    const retrying = { kind: 'retrying' as const, attempt: 2, attempts: 3, nextAt, reason: 'Ollama is busy.' }
    const startedAt = Date.now() - 15_000
    return stateOf(models, {
      details,
      requests: [busyRequests(), engineRequests()],
      operations: [
        {
          id: 'answer-00000001',
          kind: 'generate',
          modelId: id,
          actor: 'you',
          ruleId: null,
          startedAt,
          progress: queued
        }
      ],
      waits: [queued, { ...queued, position: 1 }, retrying]
    })
  },
  /** Ollama is there, but what it is asked fails. */
  paused: () => stateOf(everyday(), { requests: [pausedRequests(), engineRequests()] }),
  /** One load takes longer than its limit, one model is kept by a rule, and another program meddled with a third. */
  late: () => {
    const noticedAt = Date.now() - 6 * minute
    const models = everyday().map((each) => {
      const { name } = each.id
      if (name === 'phi4-mini:3.8b') return { ...each, isLoadLate: true, stateSinceAt: Date.now() - 310_400 }
      const keptBy = { kind: 'rule' as const, name: 'Office hours' }
      if (name === 'qwen3:8b') return { ...each, keptBy, unloadsAt: null, keepAliveSeconds: -1 }
      if (name !== 'gemma3:1b') return each
      return { ...each, keepAliveSeconds: 3_600, keepAliveOverride: { seconds: 300, noticedAt } }
    })
    return stateOf(models, { details, rules: [officeHours(models)] })
  },
  configured: () => stateOf(everyday(), { settings: configuredSettings() }),
  eventful: () => stateOf(everyday(), { events: eventfulDay() }),
  firstMoment: () => stateOf([], { isSilent: true }),
  working: () => stateOf(smallFive(), { isLive: true }),
  ...Object.fromEntries(
    Object.entries({ ...scheduleStates, ...diagnosticsStates, ...modelsFileStates, ...chainStates, ...runStates }).map(
      ([name, made]) => [name, () => made(stateOf(everyday(), { details }))]
    )
  )
}

function officeHours(models: readonly Model[]): RuleState {
  const ids = models.slice(0, 2).map(({ id }) => ({ id, contextLength: null }))
  const when = { kind: 'window' as const, time: '08:30', days: [1, 2, 3, 4, 5, 6, 7], minutes: 600 }
  return {
    rule: { id: 'office', name: 'Office hours', isEnabled: true, models: ids, when },
    isActive: true,
    isRunning: false,
    untilAt: null,
    nextAt: null,
    lastRun: null,
    note: null
  }
}

const noAnswer = {
  code: 'server_down' as const,
  message: 'Ollama does not answer at 127.0.0.1:11434.',
  hint: 'Start Ollama, or install it from ollama.com.'
}
