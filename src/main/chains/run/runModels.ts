/** The models of one run: loaded through the manager, counted truthfully, kept while they are needed, and put away at the end. */
import type { ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import { toErrorInfo } from '../../../shared/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ModelManager } from '../../models/modelManager.ts'
import type { GenerateWish } from '../../models/modelRequests.ts'
import type { StepSetup } from '../outlook/outlook.ts'

export type ManagedModels = Pick<
  ModelManager,
  'get' | 'ensureLoaded' | 'generate' | 'unloadIfIdle' | 'keptChanged' | 'residents' | 'countTokens'
>

export interface RunModelsDeps {
  models: ManagedModels
  /** What this run had loaded and not put away when it last worked. */
  left: readonly ModelId[]
  /** As the event log says it: "for the run of Summaries". */
  reason: string
  /** By a person or by a rule, or another run needs it: it stays. */
  isKeptElsewhere: (id: ModelId) => boolean
  /** Another run at work has loaded it: that one puts it away, or whoever it hands it over to. */
  isOfAnotherRun: (id: ModelId) => boolean
  /** Another run uses it, and puts it away in its turn. */
  handOver: (id: ModelId) => boolean
  onLoad: (loads: { id: ModelId; loadMs: number }) => void
  /** Whenever what models hold may have changed. */
  onHeld: (bytes: number | null) => void
  logger: Logger
}

export interface RunModels {
  /** Ready, with the context that the step wants. */
  isReady(setup: StepSetup): boolean
  isLoading(id: ModelId): boolean
  /** Throws why it could not be loaded. */
  load(setup: StepSetup, signal: AbortSignal): Promise<void>
  /** What every request of this run says. */
  wish(setup: StepSetup): Pick<GenerateWish, 'actor' | 'reason' | 'minContextLength' | 'onLoad'>
  /** What the loads took since somebody last asked: the first step after a load waited for it. */
  takeLoadMs(id: ModelId): number
  heldBytes(id: ModelId): number | null
  /** What it has loaded, by modelKey. */
  loaded(): ReadonlySet<string>
  /** It was in memory before this run asked for it. */
  isTheirs(key: string): boolean
  look(): void
  keeps(key: string): boolean
  keep(id: ModelId): void
  /** No step needs it any more: it gets its own time back. */
  letGo(id: ModelId): void
  letAllGo(): void
  /** Null: it stays, for it is pinned or in use. */
  unload(id: ModelId): Promise<void>
  /** Loaded by a run that has ended before this one: its to put away. */
  inherit(id: ModelId): void
  /** Unloads what this run has loaded. */
  cleanUp(): Promise<void>
}

export function createRunModels(deps: RunModelsDeps): RunModels {
  const { models, reason, logger } = deps
  /** By modelKey: when the load that was ours ended. */
  const ours = new Map<string, { id: ModelId; loadedAt: number | null }>()
  /** In memory before this run asked for it: it stays afterwards, also where the run loads it with a longer context. */
  const theirs = new Set<string>()
  const kept = new Map<string, ModelId>()
  const waited = new Map<string, number>()
  const left = new Map(deps.left.map((id) => [modelKey(id), id]))

  /** Left by this run before a pause or a kill, and nobody else's since: a server lists it a while after the start. */
  function takeBack(): void {
    for (const [key, id] of left) {
      const model = modelOrNull(models, id)
      if (model?.state !== 'ready') continue
      left.delete(key)
      if (loaders.has(model.loadedBy)) ours.set(key, { id, loadedAt: model.loadedAt })
    }
  }

  function noteLoad(id: ModelId, { loadMs, isShared }: { loadMs: number; isShared: boolean }): void {
    const key = modelKey(id)
    waited.set(key, (waited.get(key) ?? 0) + loadMs)
    // Somebody else's load, which we waited for as well, is theirs.
    if (isShared) return
    if (!theirs.has(key)) ours.set(key, { id, loadedAt: models.get(id).loadedAt })
    deps.onLoad({ id, loadMs })
    look()
  }

  const wish: RunModels['wish'] = ({ modelId, contextLength }) => {
    const key = modelKey(modelId)
    takeBack()
    const isReady = modelOrNull(models, modelId)?.state === 'ready'
    if (isReady && !ours.has(key) && !deps.isOfAnotherRun(modelId)) theirs.add(key)
    return {
      actor: 'chain',
      reason,
      minContextLength: contextLength ?? undefined,
      onLoad: (load) => noteLoad(modelId, load)
    }
  }

  function look(): void {
    const engines = new Map<string, number | null>()
    for (const { engine, heldBytes, isLocal, isLoading } of models.residents(null)) {
      if (!isLocal || isLoading) continue
      // Two names on one engine hold it once.
      const known = engines.get(engine) ?? null
      engines.set(engine, known === null ? heldBytes : Math.max(known, heldBytes ?? 0))
    }
    const each = [...engines.values()]
    deps.onHeld(each.includes(null) ? null : each.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0))
  }

  async function unload(id: ModelId): Promise<void> {
    try {
      await models.unloadIfIdle(id, { actor: 'chain', reason })
    } catch (error) {
      logger.warn('a model could not be unloaded after its use by a run', toErrorInfo(error))
    }
    look()
  }

  return {
    isReady(setup) {
      const model = modelOrNull(models, setup.modelId)
      if (model?.state !== 'ready') return false
      const { contextLength, loadedAt } = model
      // Asked for as much and given less: the model can no more.
      if (ours.get(modelKey(setup.modelId))?.loadedAt === loadedAt) return true
      return setup.contextLength === null || contextLength === null || contextLength >= setup.contextLength
    },
    isLoading: (id) => modelOrNull(models, id)?.state === 'loading',
    async load(setup, signal) {
      await models.ensureLoaded(setup.modelId, { ...wish(setup), signal })
    },
    wish,
    takeLoadMs(id) {
      const ms = waited.get(modelKey(id)) ?? 0
      waited.delete(modelKey(id))
      return ms
    },
    heldBytes: (id) => modelOrNull(models, id)?.heldBytes ?? null,
    loaded() {
      takeBack()
      return new Set(ours.keys())
    },
    isTheirs: (key) => theirs.has(key),
    look,
    keeps: (key) => kept.has(key),
    keep(id) {
      const key = modelKey(id)
      if (kept.has(key)) return
      kept.set(key, id)
      models.keptChanged([id])
    },
    letGo(id) {
      if (kept.delete(modelKey(id))) models.keptChanged([id])
    },
    letAllGo() {
      const ids = [...kept.values()]
      kept.clear()
      if (ids.length > 0) models.keptChanged(ids)
    },
    unload,
    inherit(id) {
      theirs.delete(modelKey(id))
      ours.set(modelKey(id), { id, loadedAt: models.get(id).loadedAt })
    },
    async cleanUp() {
      takeBack()
      for (const [key, { id, loadedAt }] of ours) {
        const model = modelOrNull(models, id)
        // Gone, or loaded anew by somebody since.
        if (model?.state !== 'ready' || model.loadedAt !== loadedAt) continue
        if (deps.handOver(id) || model.isPinned || deps.isKeptElsewhere(id)) continue
        kept.delete(key)
        await unload(id)
        // Still there: in use by others. It gets its own time back.
        if (modelOrNull(models, id)?.state === 'ready') models.keptChanged([id])
      }
    }
  }
}

/** As the model manager says who loaded what a run did, of before a restart too. */
const loaders: ReadonlySet<string | null> = new Set([null, 'a chain', 'before Stoker started'])

function modelOrNull(models: Pick<ModelManager, 'get'>, id: ModelId): ReturnType<ModelManager['get']> | null {
  try {
    return models.get(id)
  } catch {
    return null
  }
}
