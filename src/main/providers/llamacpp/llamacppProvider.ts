/** The embedded llama.cpp as a provider: models from a folder of GGUF files, one child process for each that is loaded. */
import { totalmem } from 'node:os'
import { StokerError } from '../../../shared/errors.ts'
import type { GenerateOptions } from '../../../shared/model.ts'
import type { FileModel } from '../../../shared/modelsFile.ts'
import type { CacheType } from '../../../shared/need.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { LoadRequest, Provider, ProviderTimeouts } from '../provider.ts'
import { usableCacheType } from './cacheType.ts'
import { lostCode } from './engineExit.ts'
import { createEngineFleet } from './engineFleet.ts'
import { memoryParts, type ProcessBytes } from './engineMemory.ts'
import type { LaunchEngine } from './engineProcess.ts'
import { createEngineSession, type SessionLoad } from './engineSession.ts'
import { createModelFolder, type FolderModel } from './gguf/modelFolder.ts'
import { isRepackedOnCpu } from './gguf/repackedTypes.ts'
import { fileDetails, installedModel } from './modelFacts.ts'
import { createModelStore } from './modelStore.ts'
import { createNeedDescription } from './needDescription.ts'
import { defaultThreads } from './physicalCores.ts'

export interface LlamacppDeps {
  modelsDirectory: string
  launchEngine: LaunchEngine
  /** 0: one less than the physical cores. */
  threads: () => number
  /** Of the elements of the context cache; left out: f16. */
  cacheType?: () => CacheType
  /** Entries of models.yaml, paths absolute; left out: none. */
  fileModels?: () => readonly FileModel[]
  timeouts: () => ProviderTimeouts
  /** Null where the system does not tell (macOS). */
  processMemory: (pid: number) => Promise<ProcessBytes | null>
  /** What the machine has in all; a larger model is not even tried. */
  totalMemoryBytes?: () => number
  clock: Clock
  logger: Logger
}

export { engineOverheadBytes } from './engineMemory.ts'
export const engineVersion = 'llama.cpp (node-llama-cpp 3.21.1)'
const defaultContextLength = 4_096

export function createLlamacppProvider(deps: LlamacppDeps): Provider {
  const { modelsDirectory, fileModels = () => [], totalMemoryBytes = totalmem } = deps
  const folder = createModelFolder(modelsDirectory, fileModels)
  const needs = createNeedDescription({
    folder,
    fileModels,
    defaultContextLength,
    cacheType: () => deps.cacheType?.() ?? 'f16',
    // What it computes on is told by the first load only; where that changes, the next load measures anew.
    engineVersion: `${engineVersion}, ${process.platform} ${process.arch}`,
    clock: deps.clock
  })
  const store = createModelStore(modelsDirectory)
  const fleet = createEngineFleet({ ...deps, startSession: (name) => createEngineSession({ ...deps, name }) })

  /** A file that can be loaded and how, or the reason why it cannot. */
  async function prepare(name: string, request: LoadRequest, signal: AbortSignal): Promise<SessionLoad> {
    const model = await folder.find(name, signal)
    if (model.problem) throw model.problem
    ensureFits(model, totalMemoryBytes())
    const { header, entry } = model
    const wanted = request.contextLength ?? entry?.contextLength ?? defaultContextLength
    return {
      path: model.path,
      contextLength: Math.min(wanted, header?.contextLength ?? Infinity),
      threads: deps.threads() || defaultThreads(),
      cacheType: usableCacheType(header?.metadata ?? new Map(), deps.cacheType?.() ?? 'f16'),
      hasRepackedWeights: [...(header?.tensors.bytesByType.keys() ?? [])].some((type) => isRepackedOnCpu(type)),
      onProgress: request.onProgress ?? (() => {})
    }
  }

  /** What models.yaml gives its answers; a request's own options go before. */
  const ownOptions = (name: string): GenerateOptions => fileModels().find((entry) => entry.name === name)?.options ?? {}

  async function unloaded(name: string, signal: AbortSignal): Promise<FolderModel> {
    if (fleet.has(name)) throw new StokerError('model_busy', `${name} is loaded.`, 'Unload it first.')
    return folder.find(name, signal)
  }

  return {
    kind: 'llamacpp',
    capabilities: { pull: false, copy: true, remove: true, createSample: true },
    keepsTime: false,
    loadsWhenAsked: false,
    answersAtOnce: 1,
    health: async () => ({ version: engineVersion, device: fleet.device() }),
    list: async (signal) => (await needs.list(signal)).map(installedModel),
    async inspect(name, signal) {
      const buffers = fleet.buffers(name)
      return {
        id: { hostId: 'built-in', name },
        system: null,
        parametersText: null,
        ...fileDetails(await folder.find(name, signal)),
        memoryParts: buffers && memoryParts(buffers)
      }
    },
    describeNeed: needs.describe,
    listLoaded: fleet.list,
    load: (name, request, signal) =>
      fleet.load(name, request.contextLength ?? null, () => prepare(name, request, signal), signal),
    unload: fleet.unload,
    generate: (name, request, signal) =>
      fleet.generate(name, { ...request, options: { ...ownOptions(name), ...request.options } }, signal),
    countTokens: fleet.countTokens,
    remove: async (name, signal) => store.remove(await unloaded(name, signal)),
    copy: async (name, newName, signal) => store.copy(await folder.find(name, signal), newName, signal),
    createSample: store.createSample,
    onLost: (listener) =>
      fleet.onLost(({ name, error }) =>
        listener(name, { code: lostCode(error), message: error.message, hint: error.hint })
      ),
    async heal(signal) {
      const ended = await fleet.endHung(signal)
      if (ended.length === 0) return null
      return `Ended the engine of ${ended.join(' and of ')}: it did not answer any more.`
    },
    dispose: fleet.dispose
  }
}

function ensureFits({ name, sizeBytes }: FolderModel, totalBytes: number): void {
  if (sizeBytes === null || sizeBytes <= totalBytes) return
  throw new StokerError(
    'out_of_memory',
    `${name} does not fit: it is ${gigabytes(sizeBytes)}, and this machine has ${gigabytes(totalBytes)} of memory.`,
    'Choose a smaller model, or a smaller quantisation of this one.'
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
