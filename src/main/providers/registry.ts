/** The provider kinds Stoker knows: a new one is one folder and one line here. */
import { toErrorInfo } from '../../shared/errors.ts'
import type { HostConfig, ProviderKind } from '../../shared/model.ts'
import type { FileModel } from '../../shared/modelsFile.ts'
import type { CacheType } from '../../shared/need.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { isLocalAddress } from './isLocalAddress.ts'
import type { LaunchEngine } from './llamacpp/engineProcess.ts'
import { createLlamacppProvider } from './llamacpp/llamacppProvider.ts'
import { parseOllamaHost } from './ollama/ollamaHost.ts'
import { createOllamaProvider } from './ollama/ollamaProvider.ts'
import type { Provider, ProviderTimeouts } from './provider.ts'

export interface ProviderDeps {
  modelsDirectory: string
  launchEngine: LaunchEngine
  /** 0: the provider chooses. */
  threads: () => number
  /** Of the built-in engine's context cache; left out: f16. */
  cacheType?: () => CacheType
  /** Stoker's own; left out: empty. */
  environment?: Record<string, string | undefined>
  /** Of all graphics cards, or the part of a Mac's memory that its GPU may use; null, or left out: not known. */
  gpuMemoryBytes?: () => number | null
  /** Entries of models.yaml for the built-in engine, paths absolute; asked for with every list. Left out: none. */
  fileModels?: () => readonly FileModel[]
  timeouts: () => ProviderTimeouts
  processMemory: (pid: number) => Promise<{ anonBytes: number; fileBytes: number } | null>
  clock: Clock
  logger: Logger
}

export const embeddedHostId = 'built-in'

const factories: Record<ProviderKind, (config: HostConfig, deps: ProviderDeps) => Provider> = {
  ollama({ url: written }, deps) {
    const url = parseOllamaHost(written ?? undefined)
    const { environment = {}, gpuMemoryBytes = () => null } = deps
    return createOllamaProvider({ ...deps, url, isLocal: isLocalAddress(url), environment, gpuMemoryBytes })
  },
  llamacpp: (_config, deps) => createLlamacppProvider(deps)
}

/** Throws `invalid_input` when the host's address makes no sense. */
export function createProvider(config: HostConfig, deps: ProviderDeps): Provider {
  return factories[config.kind](config, deps)
}

/**
 * What is there before the user changes anything: Ollama where OLLAMA_HOST says (or its usual place), and the built-in engine. An
 * address that makes no sense is told to `onProblem`, and the usual place is taken instead: it must not keep Stoker from starting.
 */
export function defaultHosts(
  environment: Record<string, string | undefined>,
  onProblem: (problem: string) => void
): HostConfig[] {
  return [
    { id: 'ollama', kind: 'ollama', name: 'Ollama', url: ollamaAddress(environment['OLLAMA_HOST'], onProblem) },
    { id: embeddedHostId, kind: 'llamacpp', name: 'Built-in engine', url: null }
  ]
}

function ollamaAddress(text: string | undefined, onProblem: (problem: string) => void): string {
  try {
    return parseOllamaHost(text)
  } catch (error) {
    onProblem(`OLLAMA_HOST is ignored: ${toErrorInfo(error).message}`)
    return parseOllamaHost(undefined)
  }
}
