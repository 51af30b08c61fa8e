/** The one owner of every model's life: whoever wants a model loaded, unloaded or answering asks here. */
import type { UnloadResult } from '../../shared/contract.ts'
import { toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { ModelMemory } from '../../shared/memory.ts'
import { formatSpan } from '../../shared/span.ts'
import type { GenerateResult, Model, ModelId } from '../../shared/model.ts'
import type { Provider } from '../providers/provider.ts'
import { restartIdleTimer } from './idleTimer.ts'
import { createModelContext, type ManagerDeps, type Request } from './modelContext.ts'
import { createModelLoads, type LoadWish } from './modelLoads.ts'
import type { ModelRecord } from './modelRecord.ts'
import { createModelRequests, type GenerateWish } from './modelRequests.ts'
import { takesMemory } from './modelState.ts'
import { clearLoaded, createModelUnloads, type UnloadWish } from './modelUnloads.ts'
import { generationsOf, reconcileDown, reconcileInstalled, reconcileLoaded } from './reconcile.ts'

export interface UnloadAllEntry {
  id: ModelId
  result: UnloadResult | null
  error: string | null
}

export interface ModelManager {
  list(): Model[]
  /** Throws `model_not_found` or `host_not_found`, as every call below rejects with. */
  get(id: ModelId): Model
  /** Idempotent: a model that is ready stays as it is. Rejects with why it could not be loaded. */
  ensureLoaded(id: ModelId, wish: LoadWish): Promise<Model>
  /** Unloading what is not loaded is no error. A load in progress is cancelled. */
  unload(id: ModelId, wish: UnloadWish): Promise<UnloadResult>
  unloadAll(
    wish: Request & { force?: boolean | undefined; includePinned?: boolean | undefined }
  ): Promise<UnloadAllEntry[]>
  /** Loads the model first when it is not. */
  generate(id: ModelId, wish: GenerateWish): Promise<GenerateResult>
  /** Seconds; null: the default again. */
  setKeepAlive(id: ModelId, seconds: number | null): Promise<Model>
  pin(id: ModelId, isPinned: boolean): Promise<Model>
  /** What each loaded model holds, as last seen. */
  memory(): ModelMemory[]
  /** Asks a host for its models; rejects with what the host said. */
  refreshInstalled(hostId: string, signal: AbortSignal): Promise<void>
  refreshLoaded(hostId: string, signal: AbortSignal): Promise<void>
  hostDown(hostId: string): void
  hostRemoved(hostId: string): void
  /** A setting changed that timers follow. */
  settingsChanged(): void
  /** Listens for engines that die unasked. */
  watch(hostId: string, provider: Provider): void
}

export function createModelManager(deps: ManagerDeps): ModelManager {
  const context = createModelContext(deps)
  const unloads = createModelUnloads(context)
  const restart = (record: ModelRecord): void => {
    const before = record.idleUnloadAt
    restartIdleTimer(context, record, unloadIdle)
    if (record.idleUnloadAt !== before) context.changed(record)
  }
  const loads = createModelLoads({ context, evict: unloads.unload, unloadNow: unloads.unloadNow, onReady: restart })
  const generate = createModelRequests({ context, loads, onIdle: restart })
  const refreshedHosts = new Set<string>()

  function unloadIdle(record: ModelRecord): void {
    const seconds = context.keepAliveSeconds(record)
    const reason = seconds === 0 ? 'because it is not kept after an answer' : `after ${formatSpan(seconds)} without use`
    unloads
      .unload(record, { actor: 'keep_alive', reason })
      .catch((error: unknown) => deps.logger.warn('an idle model could not be unloaded', toErrorInfo(error)))
  }

  /** Tells a loaded model its new time; a server that keeps time must hear of it, else our own timer starts anew. */
  async function applyKeepAlive(record: ModelRecord): Promise<Model> {
    const seconds = context.keepAliveSeconds(record)
    if (record.state === 'ready') {
      const provider = deps.provider(record.id.hostId)
      if (seconds === 0 && record.activeRequests.size === 0)
        await unloads.unload(record, { actor: 'you', reason: 'because it is not kept any longer' })
      else if (provider.keepsTime) {
        await provider.setKeepAlive?.(record.id.name, seconds, new AbortController().signal)
        await refreshLoaded(record.id.hostId, new AbortController().signal)
      } else restart(record)
    }
    context.changed(record)
    return context.view(record)
  }

  async function refreshLoaded(hostId: string, signal: AbortSignal): Promise<void> {
    const asked = generationsOf(context, hostId)
    const loaded = await deps.provider(hostId).listLoaded(signal)
    reconcileLoaded(context, hostId, loaded, asked, !refreshedHosts.has(hostId))
    refreshedHosts.add(hostId)
  }

  function lost(hostId: string, name: string, error: ErrorInfo): void {
    const record = context.findOrCreate({ hostId, name })
    const held = record.loaded?.heldBytes ?? null
    if (!takesMemory(record.state) || record.state === 'loading') return
    clearLoaded(record)
    record.error = error
    context.move(record, 'lost')
    deps.log({
      kind: 'engine_crashed',
      actor: 'stoker',
      modelId: record.id,
      hostId,
      reason: null,
      durationMs: null,
      bytes: held,
      error
    })
    deps.onMemoryMoved()
  }

  const manager: ModelManager = {
    list: context.models,
    get: (id) => context.view(context.require(id)),
    async ensureLoaded(id, wish) {
      const record = context.require(id)
      await loads.ensureReady(record, wish, new AbortController().signal)
      return context.view(record)
    },
    async unload(id, wish) {
      const record = context.require(id)
      if (record.load) await loads.cancel(record)
      return unloads.unload(record, wish)
    },
    async unloadAll({ includePinned = false, ...wish }) {
      const held = [...context.records.values()].filter(
        (record) => takesMemory(record.state) && (includePinned || !deps.facts.get(record.id).isPinned)
      )
      return Promise.all(
        held.map(async ({ id }): Promise<UnloadAllEntry> => {
          try {
            return { id, result: await manager.unload(id, wish), error: null }
          } catch (error) {
            return { id, result: null, error: toErrorInfo(error).message }
          }
        })
      )
    },
    generate: async (id, wish) => generate(context.require(id), wish),
    async setKeepAlive(id, keepAliveSeconds) {
      const record = context.require(id)
      deps.facts.change(id, { keepAliveSeconds })
      return applyKeepAlive(record)
    },
    async pin(id, isPinned) {
      const record = context.require(id)
      deps.facts.change(id, { isPinned })
      return applyKeepAlive(record)
    },
    memory: () =>
      [...context.records.values()].flatMap(({ id, loaded }) =>
        loaded
          ? [
              {
                id,
                heldBytes: loaded.heldBytes,
                gpuBytes: loaded.gpuBytes,
                countedBytes: loaded.countedBytes,
                quality: loaded.heldQuality,
                source: loaded.heldSource
              }
            ]
          : []
      ),
    async refreshInstalled(hostId, signal) {
      const installed = await deps.provider(hostId).list(signal)
      if (reconcileInstalled(context, hostId, installed)) deps.onListChanged(context.models())
    },
    refreshLoaded,
    hostDown: (hostId) => reconcileDown(context, hostId),
    hostRemoved(hostId) {
      for (const record of [...context.records.values()]) if (record.id.hostId === hostId) context.drop(record)
      refreshedHosts.delete(hostId)
      deps.onListChanged(context.models())
    },
    settingsChanged() {
      for (const record of context.records.values()) {
        restart(record)
        context.changed(record)
      }
    },
    watch(hostId, provider) {
      provider.onLost((name, error) => lost(hostId, name, error))
    }
  }
  return manager
}
