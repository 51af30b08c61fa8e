/** What a prediction needs to know of a model in the folder; the folder is looked through once for many of them. */
import type { FileModel } from '../../../shared/modelsFile.ts'
import type { CacheType } from '../../../shared/need.ts'
import { hasPassed, type Clock } from '../../lib/clock.ts'
import type { NeedFacts } from '../provider.ts'
import { usableCacheType } from './cacheType.ts'
import type { FolderModel, ModelFolder } from './gguf/modelFolder.ts'

export interface NeedDescription {
  /** As the folder's own, and remembered for a moment. */
  list(signal: AbortSignal): Promise<FolderModel[]>
  describe(name: string, signal: AbortSignal): Promise<NeedFacts>
}

interface DescriptionDeps {
  folder: ModelFolder
  /** Entries of models.yaml. */
  fileModels?: () => readonly FileModel[]
  defaultContextLength: number
  cacheType: () => CacheType
  /** Of the engine, and of what it computes on as far as that is known before anything is loaded. */
  engineVersion: string
  clock: Pick<Clock, 'now'>
}

const freshMs = 1_000

export function createNeedDescription({
  folder,
  fileModels = () => [],
  clock,
  ...options
}: DescriptionDeps): NeedDescription {
  let recent: { models: FolderModel[]; at: number; entries: string } | null = null
  const entries = (): string => JSON.stringify(fileModels())

  async function list(signal: AbortSignal): Promise<FolderModel[]> {
    const before = entries()
    const models = await folder.list(signal)
    recent = { models, at: clock.now(), entries: before }
    return models
  }

  return {
    list,
    async describe(name, signal) {
      const isFresh = recent && !hasPassed(clock, recent.at, freshMs) && recent.entries === entries()
      const known = recent && isFresh ? recent.models : await list(signal)
      const model = known.find((candidate) => candidate.name === name) ?? (await folder.find(name, signal))
      return needFactsOf(model, options)
    }
  }
}

function needFactsOf(
  { path, sizeBytes, header, problem, entry }: FolderModel,
  { defaultContextLength, cacheType, engineVersion }: Omit<DescriptionDeps, 'folder' | 'fileModels' | 'clock'>
): NeedFacts {
  // What cannot be loaded needs nothing.
  if (problem || !header) throw problem ?? new Error(`${path} has no header`)
  const { fingerprint, metadata, tensors, contextLength } = header
  return {
    fingerprint,
    path,
    weightsBytes: sizeBytes,
    // This engine reads no pictures.
    projectorBytes: 0,
    metadata,
    tensors,
    defaultContextLength: Math.min(entry?.contextLength ?? defaultContextLength, contextLength ?? Infinity),
    maxContextLength: contextLength,
    parallel: 1,
    cacheType: usableCacheType(metadata, cacheType()),
    engineVersion
  }
}
