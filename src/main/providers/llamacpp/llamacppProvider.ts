/** The embedded llama.cpp as a provider: models from a folder of GGUF files, one child process for each that is loaded. */
import { totalmem } from 'node:os'
import { abortedError, StokerError } from '../../../shared/errors.ts'
import { createEmitter } from '../../lib/emitter.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { LoadedModel, LoadRequest, Provider, ProviderTimeouts } from '../provider.ts'
import { createEngineSession, type EngineSession } from './engineSession.ts'
import { explainExit, lostCode } from './engineExit.ts'
import { heldMemory, memoryParts, type ProcessBytes } from './engineMemory.ts'
import type { LaunchEngine } from './engineProcess.ts'
import { createModelFolder, type FolderModel } from './gguf/modelFolder.ts'
import { fileDetails, installedModel } from './modelFacts.ts'
import { createModelStore } from './modelStore.ts'
import { defaultThreads } from './physicalCores.ts'

export interface LlamacppDeps {
  modelsDirectory: string
  launchEngine: LaunchEngine
  /** 0: one less than the physical cores. */
  threads: () => number
  timeouts: () => ProviderTimeouts
  /** Null where the system does not tell (macOS). */
  processMemory: (pid: number) => Promise<ProcessBytes | null>
  /** What the machine has in all; a larger model is not even tried. */
  totalMemoryBytes?: () => number
  clock: Clock
  logger: Logger
}

interface Engine {
  session: EngineSession
  state: 'loading' | 'ready' | 'stopping'
  /** Ends its load. */
  cancelLoad: AbortController
}

type Lost = { name: string; error: StokerError }

const engineVersion = 'llama.cpp (node-llama-cpp 3.21.1)'
const defaultContextLength = 4_096

export function createLlamacppProvider(deps: LlamacppDeps): Provider {
  const { modelsDirectory, logger, clock } = deps
  const folder = createModelFolder(modelsDirectory)
  const store = createModelStore(modelsDirectory)
  const engines = new Map<string, Engine>()
  /** Being looked at, before there is a process. */
  const starting = new Set<string>()
  const lost = createEmitter<Lost>((error) => logger.error('a listener of lost models failed', error))
  let device: string | null = null
  let isDisposed = false

  function ready(name: string): Engine {
    const engine = engines.get(name)
    if (engine?.state === 'ready') return engine
    if (engine?.state === 'stopping')
      throw new StokerError('model_busy', `${name} is being unloaded.`, 'Load it again.')
    throw new StokerError('model_not_found', `${name} is not loaded.`, 'Load it first.')
  }

  async function describe(name: string, { session, state }: Engine): Promise<LoadedModel> {
    const process = session.pid === undefined ? null : await deps.processMemory(session.pid)
    const { sharedBytes, buffers, contextLength } = session.facts
    return {
      name,
      ...heldMemory(process, sharedBytes, buffers),
      contextLength,
      unloadsAt: null,
      isStopping: state === 'stopping'
    }
  }

  function start(name: string): Engine {
    const session = createEngineSession({ ...deps, name })
    const engine: Engine = { session, state: 'loading', cancelLoad: new AbortController() }
    engines.set(name, engine)
    void session.exited.then((exit) => {
      engines.delete(name)
      if (engine.state !== 'ready') return
      logger.warn(`the engine of ${name} was lost`, exit)
      lost.emit({ name, error: explainExit(name, exit) })
    })
    return engine
  }

  /** A file that can be loaded, or the reason why it cannot. */
  async function usable(name: string, signal: AbortSignal): Promise<FolderModel> {
    const model = await folder.find(name, signal)
    if (model.problem) throw model.problem
    ensureFits(model, (deps.totalMemoryBytes ?? totalmem)())
    return model
  }

  async function load(name: string, request: LoadRequest, signal: AbortSignal): Promise<LoadedModel> {
    if (signal.aborted) throw abortedError()
    if (engines.has(name) || starting.has(name))
      throw new StokerError('model_busy', `${name} is loaded or loading already.`, null)
    starting.add(name)
    const model = await usable(name, signal).finally(() => starting.delete(name))
    if (signal.aborted || isDisposed) throw abortedError()
    const engine = start(name)
    const { session, cancelLoad } = engine
    await session.load(
      {
        path: model.path,
        contextLength: Math.min(request.contextLength ?? defaultContextLength, model.header?.contextLength ?? Infinity),
        threads: deps.threads() || defaultThreads(),
        onProgress: request.onProgress ?? (() => {})
      },
      AbortSignal.any([signal, cancelLoad.signal])
    )
    engine.state = 'ready'
    device = session.facts.device
    return describe(name, engine)
  }

  async function unload(name: string, limitMs: number, signal: AbortSignal): Promise<void> {
    const engine = engines.get(name)
    if (!engine) return
    const { session, state, cancelLoad } = engine
    engine.state = 'stopping'
    if (state === 'loading') {
      cancelLoad.abort()
      await session.exited
      return
    }
    try {
      await within(clock, limitMs, signal, Promise.race([session.idle(), session.exited]), () => answering(name))
    } catch (error) {
      engine.state = 'ready'
      throw error
    }
    await session.quit()
  }

  return {
    kind: 'llamacpp',
    capabilities: { pull: false, copy: true, remove: true, createSample: true },
    keepsTime: false,
    health: async () => ({ version: engineVersion, device }),
    list: async (signal) => (await folder.list(signal)).map(installedModel),
    async inspect(name, signal) {
      const model = await folder.find(name, signal)
      const buffers = engines.get(name)?.session.facts.buffers ?? []
      return {
        id: { hostId: 'built-in', name },
        system: null,
        parametersText: null,
        ...fileDetails(model),
        memoryParts: buffers.length === 0 ? null : memoryParts(buffers)
      }
    },
    listLoaded() {
      const held = [...engines].filter(([, { state }]) => state !== 'loading')
      return Promise.all(held.map(([name, engine]) => describe(name, engine)))
    },
    load,
    unload,
    generate: async (name, request, signal) => ready(name).session.generate(request, signal),
    async remove(name, signal) {
      if (engines.has(name)) throw new StokerError('model_busy', `${name} is loaded.`, 'Unload it first.')
      await store.remove(await folder.find(name, signal))
    },
    copy: async (name, newName, signal) => store.copy(await folder.find(name, signal), newName, signal),
    createSample: store.createSample,
    onLost: (listener) =>
      lost.subscribe(({ name, error }) =>
        listener(name, { code: lostCode(error), message: error.message, hint: error.hint })
      ),
    async dispose() {
      isDisposed = true
      const ending = [...engines.values()].map((engine) => {
        engine.state = 'stopping'
        engine.cancelLoad.abort()
        return engine.session.kill()
      })
      await Promise.all(ending)
    }
  }
}

function ensureFits({ name, sizeBytes }: FolderModel, totalBytes: number): void {
  if (sizeBytes <= totalBytes) return
  throw new StokerError(
    'out_of_memory',
    `${name} does not fit: it is ${gigabytes(sizeBytes)}, and this machine has ${gigabytes(totalBytes)} of memory.`,
    'Choose a smaller model, or a smaller quantisation of this one.'
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function answering(name: string): StokerError {
  return new StokerError('model_busy', `${name} is still answering.`, 'Wait for the answer, or stop it, then unload.')
}

/** Waits for `work`, but no longer than the limit and not past an abort. */
function within(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: Promise<unknown>,
  onLimit: () => StokerError
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      cancel()
      signal.removeEventListener('abort', onAbort)
      end()
    }
    const onAbort = (): void => settle(() => reject(abortedError()))
    const cancel = clock.after(limitMs, () => settle(() => reject(onLimit())))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    void work.then(() => settle(resolve))
  })
}
