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

interface Loaded {
  session: EngineSession
  state: 'loading' | 'ready' | 'stopping'
}

type Lost = { name: string; error: StokerError }

const engineVersion = 'llama.cpp (node-llama-cpp 3.21.1)'
const defaultContextLength = 4_096

export function createLlamacppProvider(deps: LlamacppDeps): Provider {
  const { modelsDirectory, logger, clock } = deps
  const folder = createModelFolder(modelsDirectory)
  const store = createModelStore(modelsDirectory)
  const engines = new Map<string, Loaded>()
  const lost = createEmitter<Lost>((error) => logger.error('a listener of lost models failed', error))
  let device: string | null = null

  function ready(name: string): Loaded {
    const loaded = engines.get(name)
    if (!loaded || loaded.state === 'loading')
      throw new StokerError('model_not_found', `${name} is not loaded.`, 'Load it first.')
    return loaded
  }

  async function describe(name: string, { session, state }: Loaded): Promise<LoadedModel> {
    const process = session.pid === undefined ? null : await deps.processMemory(session.pid)
    return {
      name,
      ...heldMemory(process, session.sharedBytes, session.buffers),
      contextLength: session.contextLength,
      unloadsAt: null,
      isStopping: state === 'stopping'
    }
  }

  async function load(name: string, request: LoadRequest, signal: AbortSignal): Promise<LoadedModel> {
    if (signal.aborted) throw abortedError()
    const current = engines.get(name)
    if (current)
      throw new StokerError(
        'model_busy',
        `${name} is ${current.state === 'ready' ? 'loaded' : current.state} already.`,
        null
      )
    const model = await folder.find(name, signal)
    if (model.problem) throw model.problem
    ensureFits(model, (deps.totalMemoryBytes ?? totalmem)())
    const session = createEngineSession({ ...deps, name })
    const loaded: Loaded = { session, state: 'loading' }
    engines.set(name, loaded)
    void session.exited.then((exit) => {
      engines.delete(name)
      if (loaded.state !== 'ready') return
      const error = explainExit(name, exit)
      logger.warn(`${name} was lost`, { ...exit, code: exit.code })
      lost.emit({ name, error })
    })
    await session.load(
      {
        path: model.path,
        contextLength: Math.min(request.contextLength ?? defaultContextLength, model.header?.contextLength ?? Infinity),
        threads: deps.threads() || defaultThreads(),
        onProgress: request.onProgress ?? (() => {})
      },
      signal
    )
    loaded.state = 'ready'
    device = session.device
    return describe(name, loaded)
  }

  async function unload(name: string, limitMs: number, signal: AbortSignal): Promise<void> {
    const loaded = engines.get(name)
    if (!loaded) return
    loaded.state = 'stopping'
    try {
      await within(clock, limitMs, signal, Promise.race([loaded.session.idle(), loaded.session.exited]), () =>
        answering(name)
      )
    } catch (error) {
      loaded.state = 'ready'
      throw error
    }
    await loaded.session.quit()
  }

  return {
    kind: 'llamacpp',
    capabilities: { pull: false, copy: true, remove: true, createSample: true },
    keepsTime: false,
    health: async () => ({ version: engineVersion, device }),
    list: async (signal) => (await folder.list(signal)).map(installedModel),
    async inspect(name, signal) {
      const model = await folder.find(name, signal)
      const buffers = engines.get(name)?.session.buffers ?? []
      return {
        id: { hostId: 'built-in', name },
        system: null,
        parametersText: null,
        ...fileDetails(model),
        memoryParts: buffers.length === 0 ? null : memoryParts(buffers)
      }
    },
    listLoaded: () =>
      Promise.all(
        [...engines].filter(([, { state }]) => state !== 'loading').map(([name, loaded]) => describe(name, loaded))
      ),
    load,
    unload,
    async generate(name, request, signal) {
      const { session, state } = ready(name)
      if (state === 'stopping') throw new StokerError('model_busy', `${name} is being unloaded.`, 'Load it again.')
      return session.generate(request, signal)
    },
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
      for (const loaded of engines.values()) loaded.state = 'stopping'
      await Promise.all([...engines.values()].map(({ session }) => session.kill()))
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
