/** Ollama behind the provider port. Nothing here queues, retries or decides: it asks the server, and reads what comes back. */
import type { DeleteRequest } from 'ollama'
import { StokerError } from '../../../shared/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { LoadedModel, Provider, ProviderTimeouts } from '../provider.ts'
import { canonicalName, sameModelName } from './modelNames.ts'
import { parseVersion, type RunningModel } from './ollamaAnswers.ts'
import { generateOnOllama } from './ollamaGenerate.ts'
import { createOllamaHttp } from './ollamaHttp.ts'
import { createOllamaLibrary } from './ollamaLibrary.ts'
import { createOllamaLoads } from './ollamaLoads.ts'
import { pullFromLibrary } from './ollamaPull.ts'
import { createOllamaRunning, toLoadedModel } from './ollamaRunning.ts'
import { sizeQuality } from './serverVersion.ts'

/** A model that is deleted while loaded would stay in memory without a name: it is unloaded first, or the delete refused. */
const unloadBeforeRemoveMs = 10_000

interface OllamaProviderDeps {
  /** Base address, as parseOllamaHost answers it. */
  url: string
  timeouts: () => ProviderTimeouts
  clock: Clock
  logger: Logger
}

export function createOllamaProvider({ url, timeouts, clock, logger }: OllamaProviderDeps): Provider {
  const http = createOllamaHttp({ url, clock })
  const library = createOllamaLibrary({ http, timeouts, logger })
  const running = createOllamaRunning({ http, timeouts, clock, digestOf: library.digestOf })
  const loads = createOllamaLoads({ http, running, timeouts, clock })
  const answering = createCounts()
  let version: string | null = null

  const withinApiLimit = (signal: AbortSignal) => ({ signal, timeoutMs: timeouts().apiTimeoutMs })
  // Busy with an answer of ours that nobody asked to be the last one.
  const isInUse = (name: string): boolean => answering.has(canonicalName(name)) && !loads.isLeaving(name)
  const toLoaded = (model: RunningModel): LoadedModel =>
    toLoadedModel(model, clock.now(), sizeQuality(version), isInUse(model.name))

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

    async health(signal) {
      version = parseVersion(await http.json('GET', '/api/version', null, withinApiLimit(signal)))
      return { version, device: null }
    },

    list: library.list,

    async inspect(name, signal) {
      const { template, system, license, parametersText, metadata, path } = await library.show(name, signal)
      // The manager knows the host; a provider does not.
      return { id: { hostId: '', name }, template, system, license, parametersText, metadata, path, memoryParts: null }
    },

    describeNeed: async () => {
      throw new StokerError('not_supported', 'This is being built.')
    },

    async listLoaded(signal) {
      return (await running.list(signal)).map(toLoaded)
    },

    async load(name, request, signal) {
      const model = await loads.load(name, request, signal)
      return { ...toLoaded(model ?? unknownNumbers(name)), name }
    },

    unload: loads.unload,
    setKeepAlive: loads.setKeepAlive,

    async generate(name, request, signal) {
      const prepared = {
        ...request,
        name,
        contextLength: request.contextLength ?? loads.askedContext(name),
        canThink: await canThink(name, signal)
      }
      return answering.during(canonicalName(name), () => generateOnOllama({ http, timeouts, clock }, prepared, signal))
    },

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

    async dispose() {
      library.dispose()
      await http.dispose()
    }
  }
}

function unknownNumbers(name: string): RunningModel {
  return { name, digest: null, heldBytes: null, gpuBytes: null, contextLength: null, expiresAt: null }
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
