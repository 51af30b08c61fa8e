/** Ollama behind the provider port. Nothing here queues, retries or decides: it asks the server, and reads what comes back. */
import type { DeleteRequest } from 'ollama'
import { StokerError } from '../../../shared/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { LoadedModel, Provider, ProviderTimeouts } from '../provider.ts'
import type { ServerTraits } from './contextDefaults.ts'
import { canonicalName, sameModelName } from './modelNames.ts'
import { parseVersion, type RunningModel } from './ollamaAnswers.ts'
import { generateOnOllama } from './ollamaGenerate.ts'
import { createOllamaHttp } from './ollamaHttp.ts'
import { createLoadedNames } from './loadedNames.ts'
import { createOllamaLibrary } from './ollamaLibrary.ts'
import { createOllamaLoads } from './ollamaLoads.ts'
import { createOllamaNeeds } from './ollamaNeeds.ts'
import { pullFromLibrary } from './ollamaPull.ts'
import { createOllamaRunning, toLoadedModel } from './ollamaRunning.ts'
import { listsOnlyLoaded, sizeQuality } from './serverVersion.ts'

/** A model that is deleted while loaded would stay in memory without a name: it is unloaded first, or the delete refused. */
const unloadBeforeRemoveMs = 10_000

export interface OllamaProviderDeps {
  /** Base address, as parseOllamaHost answers it. */
  url: string
  /** It runs on this machine: its files are files here. */
  isLocal: boolean
  /** Stoker's own, which a server on this machine is taken to share. */
  environment: Record<string, string | undefined>
  /** Of all graphics cards, or the part of a Mac's memory that its GPU may use; null without one, and where it is not known. */
  gpuMemoryBytes: () => number | null
  timeouts: () => ProviderTimeouts
  clock: Clock
  logger: Logger
}

export function createOllamaProvider(deps: OllamaProviderDeps): Provider {
  const { url, isLocal, timeouts, clock, logger } = deps
  const http = createOllamaHttp({ url, connectTimeoutMs: () => timeouts().connectTimeoutMs, clock })
  const library = createOllamaLibrary({ http, timeouts, logger })
  const { weightsPath } = library
  const digestOf = (name: string): string | null => library.tagged(name)?.digest ?? null
  const running = createOllamaRunning({ http, timeouts, clock, digestOf, weightsPath, health: askVersion })
  const loads = createOllamaLoads({ http, running, timeouts, clock })
  const answering = createCounts()
  const names = createLoadedNames(running)
  const describeNeed = createOllamaNeeds({ ...library, isLocal, url, server: serverTraits })
  let version: string | null = null
  let hasSaidVersion = false
  let seenContextLength: number | null = null

  const withinApiLimit = (signal: AbortSignal) => ({ signal, timeoutMs: timeouts().apiTimeoutMs })
  // Busy with an answer of ours that nobody asked to be the last one.
  const isInUse = (name: string): boolean => answering.has(canonicalName(name)) && !loads.isLeaving(name)
  const toLoaded = (model: RunningModel): LoadedModel =>
    toLoadedModel(model, {
      now: clock.now(),
      quality: sizeQuality(version),
      isInUse: names.of(model).some(isInUse),
      weightsPath: isLocal ? weightsPath(model.name) : null
    })

  async function askVersion(signal: AbortSignal): Promise<string | null> {
    version = parseVersion(await http.json('GET', '/api/version', null, withinApiLimit(signal)))
    hasSaidVersion = true
    return version
  }

  async function serverTraits(signal: AbortSignal): Promise<ServerTraits> {
    return {
      environment: isLocal ? deps.environment : {},
      version: hasSaidVersion ? version : await askVersion(signal),
      gpuMemoryBytes: isLocal ? deps.gpuMemoryBytes() : null,
      seenContextLength
    }
  }

  /** What the server gives when nothing is asked of it; a model that goes no further does not tell. */
  async function noteDefault(name: string, contextLength: number | null): Promise<void> {
    const { contextParameter, maxContextLength } = await library.describe(name, new AbortController().signal)
    if (contextLength === null || contextParameter !== null || maxContextLength === null) return
    if (contextLength < maxContextLength) seenContextLength = contextLength
  }

  async function canThink(name: string, signal: AbortSignal): Promise<boolean> {
    try {
      return (await library.capabilitiesOf(name, signal))?.includes('thinking') ?? false
    } catch (error) {
      // The answer itself will say what is wrong; without a description it is only asked for plainly.
      if (error instanceof StokerError && error.code === 'aborted') throw error
      return false
    }
  }

  return {
    kind: 'ollama',
    capabilities: { pull: true, copy: true, remove: true, createSample: false },
    keepsTime: true,
    loadsWhenAsked: true,
    answersAtOnce: null,

    health: async (signal) => ({ version: await askVersion(signal), device: null }),

    list: library.list,

    async inspect(name, signal) {
      const { template, system, license, parametersText, metadata, path } = await library.show(name, signal)
      // The manager knows the host; a provider does not.
      return { id: { hostId: '', name }, template, system, license, parametersText, metadata, path, memoryParts: null }
    },

    describeNeed,

    async listLoaded(signal) {
      return (await names.list(signal)).map(({ name, model }) => shownAs(name, model, toLoaded(model)))
    },

    async load(name, request, signal) {
      const model = await loads.load(name, request, signal)
      names.loaded(name)
      if (!model) return { ...toLoaded(unknownNumbers(name)), name }
      // Not waited for: a description that does not come must not hold a load that is done.
      if (request.contextLength === undefined) noteDefault(name, model.contextLength).catch(() => {})
      return shownAs(name, model, toLoaded(model))
    },

    async unload(name, limitMs, signal) {
      await loads.unload(name, limitMs, signal)
      names.unloaded(name)
    },
    setKeepAlive: loads.setKeepAlive,

    async generate(name, request, signal) {
      const prepared = {
        ...request,
        name,
        contextLength: request.contextLength ?? loads.askedContext(name),
        canThink: await canThink(name, signal)
      }
      return answering.during(canonicalName(name), () => generateOnOllama({ http, clock }, prepared, signal))
    },

    isLoading: (name, signal) => running.isLoading(name, listsOnlyLoaded(version), signal),

    pull: (name, onProgress, signal) => pullFromLibrary(http, name, onProgress, signal),
    copy: library.copy,

    async remove(name, signal) {
      // By its own name only: another name on the same weights may stay loaded.
      const isLoaded = (await running.list(signal)).some((model) => sameModelName(model.name, name))
      if (isLoaded) await loads.unload(name, unloadBeforeRemoveMs, signal)
      const body: DeleteRequest = { model: name }
      await http.json('DELETE', '/api/delete', body, withinApiLimit(signal))
    },

    // Ollama runs its own engines: what becomes of them is seen in listLoaded and in the answers.
    onLost: () => () => {},

    heal: async () => (http.renew() ? 'Fresh connections from now on.' : null),

    async dispose() {
      library.dispose()
      await http.dispose()
    }
  }
}

/** Under a second name on the same engine it holds nothing more, and nothing twice. */
function shownAs(name: string, { name: listedName }: RunningModel, model: LoadedModel): LoadedModel {
  if (sameModelName(name, listedName)) return { ...model, name }
  const nothing = { heldBytes: 0, gpuBytes: 0, countedBytes: 0, weightsPath: null }
  return { ...model, ...nothing, name, heldSource: `shares memory with ${listedName}` }
}

function unknownNumbers(name: string): RunningModel {
  return {
    name,
    digest: null,
    heldBytes: null,
    gpuBytes: null,
    contextLength: null,
    expiresAt: null,
    writtenExpiry: null
  }
}

/** How many answers run on each model. */
function createCounts() {
  const counts = new Map<string, number>()
  return {
    has: (key: string): boolean => (counts.get(key) ?? 0) > 0,
    async during<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      try {
        return await work()
      } finally {
        counts.set(key, (counts.get(key) ?? 1) - 1)
      }
    }
  }
}
