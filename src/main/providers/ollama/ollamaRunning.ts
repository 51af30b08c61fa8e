/** The models an Ollama server holds in memory, as /api/ps tells it. */
import type { Quality } from '../../../shared/model.ts'
import { delay, type Clock } from '../../lib/clock.ts'
import type { LoadedModel, ProviderTimeouts } from '../provider.ts'
import { sameModelName } from './modelNames.ts'
import { parsePs, type RunningModel } from './ollamaAnswers.ts'
import type { OllamaHttp } from './ollamaHttp.ts'

/** /api/ps can hang behind a load or an unload while the server is well: it gets a short limit, and "slow" is not "down". */
const psTimeoutMs = 4_000
/** The MLX engine holds /api/ps up for the whole of a load; a server that has nothing to load answers within milliseconds. */
const heldUpMs = 400
/** Between two looks at one model: every time that moves has moved by then. */
const secondLookMs = 50

export interface OllamaRunning {
  list(signal: AbortSignal): Promise<RunningModel[]>
  find(name: string, signal: AbortSignal): Promise<RunningModel | null>
  /** Of these the one whose engine the name is answered by, if any. */
  pick(name: string, running: readonly RunningModel[]): RunningModel | null
  /** `listsOnlyLoaded`: a model that is listed has been loaded. */
  isLoading(name: string, listsOnlyLoaded: boolean, signal: AbortSignal): Promise<boolean>
}

interface RunningDeps {
  http: OllamaHttp
  timeouts: () => ProviderTimeouts
  clock: Clock
  digestOf: (name: string) => string | null
  weightsPath: (name: string) => string | null
  /** Throws where the server does not answer at all. */
  health: (signal: AbortSignal) => Promise<unknown>
}

export function createOllamaRunning(deps: RunningDeps): OllamaRunning {
  const { http, timeouts, clock, digestOf, weightsPath, health } = deps

  async function list(signal: AbortSignal): Promise<RunningModel[]> {
    const timeoutMs = Math.min(psTimeoutMs, timeouts().apiTimeoutMs)
    return parsePs(await http.json('GET', '/api/ps', null, { signal, timeoutMs }), clock.now())
  }
  /** Names on the same weights share one engine, listed under the name it was loaded by. */
  function pick(name: string, running: readonly RunningModel[]): RunningModel | null {
    const [digest, path] = [digestOf(name), weightsPath(name)]
    return (
      running.find((model) => sameModelName(model.name, name)) ??
      running.find((model) => digest !== null && model.digest === digest) ??
      running.find((model) => path !== null && weightsPath(model.name) === path) ??
      null
    )
  }

  const find = async (name: string, signal: AbortSignal): Promise<RunningModel | null> => pick(name, await list(signal))

  return {
    list,
    find,
    pick,
    async isLoading(name, listsOnlyLoaded, signal) {
      const seen = await Promise.race([find(name, signal), delay(clock, heldUpMs, signal)])
      if (seen === undefined) {
        await health(signal)
        return true
      }
      if (seen === null || listsOnlyLoaded) return seen === null
      // Until a model was idle for the first time its end is made up anew for every look: it is loading, or at the very answer it was loaded for.
      await delay(clock, secondLookMs, signal)
      return (await find(name, signal))?.writtenExpiry !== seen.writtenExpiry
    }
  }
}

/**
 * `isInUse`: a request of ours runs on it, and no unload of ours waits for it. The server moves `expires_at` only when the model falls idle, so in a long answer
 * it lies in the past without anyone having asked the model to go.
 */
export function toLoadedModel(
  model: RunningModel,
  {
    now,
    quality,
    isInUse,
    weightsPath
  }: { now: number; quality: Quality; isInUse: boolean; weightsPath: string | null }
): LoadedModel {
  const isExpired = model.expiresAt !== null && model.expiresAt <= now
  return {
    name: model.name,
    heldBytes: model.heldBytes,
    gpuBytes: model.gpuBytes,
    countedBytes: null,
    heldQuality: quality,
    heldSource: 'Ollama',
    contextLength: model.contextLength,
    unloadsAt: isExpired || isInUse ? null : model.expiresAt,
    isStopping: isExpired && !isInUse,
    pid: null,
    weightsPath,
    allocated: null
  }
}
