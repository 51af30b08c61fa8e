/** Diagnostics for tests: a made-up model manager with a limit of loaded models, hosts, disks, and a clock moved by hand. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { UnloadResult } from '../../shared/contract.ts'
import { abortedError, StokerError } from '../../shared/errors.ts'
import type { Prediction } from '../../shared/fit.ts'
import type { GenerateResult, Host, Model, ModelId, TimeLimit } from '../../shared/model.ts'
import { modelKey, sameModel } from '../../shared/modelKey.ts'
import type { Operation, OperationProgress } from '../../shared/operation.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createOperationRegistry } from '../operations/operationRegistry.ts'
import { createDiagnosticsStore } from '../storage/diagnosticsStore.ts'
import { openDatabase } from '../storage/database.ts'
import { createDiagnostics } from './diagnostics.ts'

const engineId = 'built-in'
export const id = (name: string, hostId = engineId): ModelId => ({ hostId, name })
export const you = { actor: 'you' as const, reason: null }

export function testModel(name: string, changes: Partial<Model> = {}): Model {
  return {
    id: id(name),
    providerKind: 'llamacpp',
    state: 'unloaded',
    stateSinceAt: 0,
    sizeBytes: 50e6,
    heldBytes: null,
    heldQuality: 'measured',
    gpuBytes: null,
    contextLength: null,
    maxContextLength: 4_096,
    parameters: null,
    quantization: null,
    architecture: 'llama',
    capabilities: ['completion'],
    digest: null,
    isSample: false,
    isPinned: false,
    keepAliveSeconds: 600,
    keptBy: null,
    keepAliveOverride: null,
    unloadsAt: null,
    activeRequests: 0,
    tokensPerSecond: null,
    loadProgress: null,
    isLoadLate: false,
    loadedAt: null,
    loadedBy: null,
    lastLoadMs: null,
    lastUsedAt: null,
    operationId: null,
    error: null,
    ...changes
  }
}

export function testHost(hostId: string, changes: Partial<Host> = {}): Host {
  const kind = hostId === engineId ? 'llamacpp' : 'ollama'
  return {
    id: hostId,
    kind,
    name: kind === 'llamacpp' ? 'Built-in engine' : 'Ollama',
    url: kind === 'llamacpp' ? null : 'http://127.0.0.1:11434',
    isBuiltIn: kind === 'llamacpp',
    isLocal: true,
    status: 'ok',
    version: '1.0',
    device: 'CPU',
    checkedAt: 0,
    nextCheckAt: 0,
    error: null,
    capabilities: { pull: false, copy: kind === 'llamacpp', remove: true, createSample: kind === 'llamacpp' },
    ...changes
  }
}

/** How a model behaves, by name; what is left out is well. */
export interface Manner {
  loadMs?: number
  loadError?: StokerError
  answer?: Partial<GenerateResult>
  answerMs?: number
  answerError?: StokerError
  unload?: Partial<UnloadResult>
  unloadError?: StokerError
  isStubborn?: boolean
  prediction?: Partial<Prediction>
}

const fine: GenerateResult = {
  text: 'Red, green, blue.',
  promptTokens: 5,
  outputTokens: 6,
  firstTokenMs: 40,
  tokensPerSecond: 31,
  doneReason: 'stop'
}

export function createDiagnosticsRig(given: Model[] = [], hosts: Host[] = [testHost(engineId)]) {
  const clock = createFakeClock()
  const manners = new Map<string, Manner>()
  const state = {
    models: given,
    hosts,
    maxLoadedModels: 2,
    limits: [] as TimeLimit[],
    freeBytes: { models: 100e9, data: 100e9 } as Record<string, number>,
    calls: [] as string[],
    log: [] as NewActivityEvent[],
    progress: [] as OperationProgress[],
    changes: 0,
    unexpected: new Set<string>()
  }
  const manner = (which: ModelId): Manner => manners.get(which.name) ?? {}
  const operations = createOperationRegistry({
    now: clock.now,
    onProgress: (_, progress) => state.progress.push(progress),
    onListChanged: () => {}
  })
  const find = (which: ModelId): Model => {
    const model = state.models.find((each) => sameModel(each.id, which))
    if (!model) throw new StokerError('model_not_found', `${which.name} is not there.`)
    return model
  }
  const change = (which: ModelId, changes: Partial<Model>): Model => {
    state.models = state.models.map((each) => (sameModel(each.id, which) ? { ...each, ...changes } : each))
    return find(which)
  }
  const log = (event: NewActivityEvent): void => {
    state.log.push(event)
    diagnostics.noteActivity(event)
  }
  const lasting = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(abortedError()), { once: true })
      clock.after(ms, resolve)
    })
  function gone(which: ModelId, actor: NewActivityEvent['actor']): void {
    const { heldBytes } = find(which)
    change(which, { state: 'unloaded', heldBytes: null, contextLength: null })
    log({
      kind: 'unloaded',
      actor,
      modelId: which,
      hostId: which.hostId,
      reason: null,
      durationMs: 1,
      bytes: heldBytes,
      error: null
    })
  }
  const loaded = (): Model[] => state.models.filter((model) => model.state === 'ready')

  const diagnostics = createDiagnostics({
    models: {
      list: () => state.models,
      async ensureLoaded(which, wish) {
        const { loadMs = 1_000, loadError } = manner(which)
        if (find(which).state === 'ready') return find(which)
        state.calls.push(`load ${which.name}`)
        return operations.run('load', which, wish, async ({ signal }) => {
          change(which, { state: 'loading' })
          try {
            const limit = diagnostics.loadedLimit() ?? state.maxLoadedModels
            for (const victim of loaded().slice(0, Math.max(0, loaded().length + 1 - limit)))
              if (!manner(victim.id).isStubborn) gone(victim.id, 'limit')
            await lasting(loadMs, signal)
            if (loadError) throw loadError
          } catch (error) {
            change(which, { state: 'unloaded' })
            throw error
          }
          return change(which, { state: 'ready', heldBytes: 100e6, contextLength: wish.contextLength ?? 2_048 })
        })
      },
      async generate(which, wish) {
        const { answer, answerMs = 500, answerError } = manner(which)
        state.calls.push(`ask ${which.name}`)
        return operations.run('generate', which, wish, async ({ signal }) => {
          await lasting(answerMs, signal)
          if (answerError) throw answerError
          return { ...fine, ...answer }
        })
      },
      async unload(which, wish) {
        const { unload, unloadError } = manner(which)
        state.calls.push(`unload ${which.name}`)
        if (unloadError) throw unloadError
        const { heldBytes } = find(which)
        const durationMs = find(which).state === 'unloaded' ? 0 : 20
        if (find(which).state === 'ready') gone(which, wish.actor)
        const evidence = durationMs === 0 ? null : 'its process is gone'
        return { bytesReturned: heldBytes ?? 0, durationMs, verified: true, evidence, ...unload }
      }
    },
    limitsOf: () => state.limits,
    hosts: {
      list: () => state.hosts,
      async check(hostId) {
        const host = state.hosts.find((each) => each.id === hostId)
        if (!host) throw new StokerError('host_not_found', 'gone')
        return host
      }
    },
    isExpected: (host) => !state.unexpected.has(host.id),
    folders: { data: '/data', models: '/models' },
    async readDisk(path) {
      return { freeBytes: state.freeBytes[path.slice(1)] ?? 0, device: path === '/models' ? 1 : 2 }
    },
    async predict(which) {
      const { prediction } = manner(which)
      const limit = state.maxLoadedModels
      const unload = loaded()
        .slice(0, Math.max(0, loaded().length + 1 - limit))
        .map((model) => model.id)
      return { verdict: 'fits', isAllowed: true, unload, ...prediction }
    },
    sampleHostId: engineId,
    library: {
      async createSample(_hostId, size) {
        state.calls.push(`create ${size} sample`)
        const model = testModel(`stoker-sample-${size}`, { isSample: true })
        state.models = [...state.models, model]
        return model
      },
      async copy(which, newName) {
        state.calls.push(`copy ${which.name} to ${newName}`)
        state.models = [...state.models, { ...find(which), id: { ...which, name: newName }, state: 'unloaded' }]
      },
      async remove(which) {
        state.calls.push(`remove ${which.name}`)
        state.models = state.models.filter((each) => !sameModel(each.id, which))
      }
    },
    store: createDiagnosticsStore({ database: openDatabase(':memory:').database, logger: silentLogger }),
    operations,
    about: () => ({ version: '0.1.0', machine: 'test machine', platform: 'linux' }),
    log,
    onChanged: () => (state.changes += 1),
    clock,
    logger: silentLogger
  })

  return {
    state,
    clock,
    diagnostics,
    operations,
    manners,
    find,
    change,
    /** A person loads it. */
    arrives(name: string): void {
      change(id(name), { state: 'ready', contextLength: 2_048 })
      const [kind, actor, modelId] = ['loaded', 'you', id(name)] as const
      log({ kind, actor, modelId, hostId: engineId, reason: null, durationMs: 1, bytes: null, error: null })
    },
    loadedKeys: () => loaded().map((model) => modelKey(model.id)),
    running: (): Operation[] => operations.list(),
    /** Lets a run go on to its end. */
    async finish<Result>(run: Promise<Result>): Promise<Result> {
      let isDone = false
      run.then(
        () => (isDone = true),
        () => (isDone = true)
      )
      for (let step = 0; step < 200 && !isDone; step++) {
        await clock.advance(500)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return run
    }
  }
}
