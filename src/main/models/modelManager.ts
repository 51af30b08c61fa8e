/** The one owner of every model's life: whoever wants a model loaded, unloaded or answering asks here. */
import type { UnloadResult } from '../../shared/contract.ts'
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { MemorySample, ModelMemory } from '../../shared/memory.ts'
import { formatSpan } from '../../shared/span.ts'
import type { GenerateResult, Model, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { ModelClaim } from '../memory/modelClaim.ts'
import type { Provider } from '../providers/provider.ts'
import { canGo } from './evictionPolicy.ts'
import { restartIdleTimer } from './idleTimer.ts'
import { createModelContext, type ManagerDeps, type Request } from './modelContext.ts'
import { createModelLoads, learnFromLoad, type LoadWish } from './modelLoads.ts'
import type { ModelRecord } from './modelRecord.ts'
import { createModelRequests, type GenerateWish } from './modelRequests.ts'
import { takesMemory } from './modelState.ts'
import { clearLoaded, createModelUnloads, type UnloadWish } from './modelUnloads.ts'
import type { Resident } from './resident.ts'
import { residentsOf } from './residents.ts'
import { generationsOf, reconcileDown, reconcileInstalled, reconcileLoaded } from './reconcile.ts'
import { claimOf, isNews, memoryOf } from './seenMemory.ts'

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
  ensureLoaded(id: ModelId, wish: LoadWish & { keepAliveSeconds?: number | undefined }): Promise<Model>
  /** Unloading what is not loaded is no error. A load in progress is cancelled. */
  unload(id: ModelId, wish: UnloadWish): Promise<UnloadResult>
  /** Only what is neither pinned nor in use; null when it is. */
  unloadIfIdle(id: ModelId, request: Request): Promise<UnloadResult | null>
  unloadAll(
    wish: Request & { force?: boolean | undefined; includePinned?: boolean | undefined }
  ): Promise<UnloadAllEntry[]>
  /** Loads the model first when it is not. */
  generate(id: ModelId, wish: GenerateWish): Promise<GenerateResult>
  /** Seconds; null: the default again. */
  setKeepAlive(id: ModelId, seconds: number | null, request: Request): Promise<Model>
  pin(id: ModelId, isPinned: boolean, request: Request): Promise<Model>
  /** What each loaded model holds, as its host tells it. */
  memory(): ModelClaim[]
  /** Who is in memory and on the way there, on every host; what they hold from the sample where it tells. */
  residents(sample: MemorySample | null): Resident[]
  /**
   * What the sampler found them to hold: from now on everyone is told that, so that row and bar agree. `lookedAt`: when it began to
   * look; of a load that ended after that it saw half.
   */
  noteMemory(memories: readonly ModelMemory[], lookedAt?: number): void
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
  const restart = (record: ModelRecord): void => {
    const before = record.idleUnloadAt
    restartIdleTimer(context, record, unloadIdle)
    if (record.idleUnloadAt !== before) context.changed(record)
  }
  const unloads = createModelUnloads(context, restart)
  const onReady = (record: ModelRecord): void => {
    restart(record)
    tellKeepAlive(record)
  }
  const loads = createModelLoads({ context, evict: unloads.unload, unloadNow: unloads.unloadNow, onReady })
  const generate = createModelRequests({ context, loads, onIdle: onReady })
  const refreshedHosts = new Set<string>()

  function unloadIdle(record: ModelRecord): void {
    const seconds = context.keepAliveSeconds(record)
    const reason = seconds === 0 ? 'because it is not kept after an answer' : `after ${formatSpan(seconds)} without use`
    unloads
      .unload(record, { actor: 'keep_alive', reason })
      .catch((error: unknown) => deps.logger.warn('an idle model could not be unloaded', toErrorInfo(error)))
  }

  /**
   * A server that keeps time hears of a keep-alive that changed since it was last told. It is not told what it was never told: the
   * model may be another program's. 0 it hears with the next answer; alone it would be an unload.
   */
  function tellKeepAlive(record: ModelRecord): void {
    const seconds = context.keepAliveSeconds(record)
    const { serverKeepsTime, sentKeepAliveSeconds, state } = record
    if (!serverKeepsTime || state !== 'ready' || record.isDropped || seconds === 0) return
    if (sentKeepAliveSeconds === null || sentKeepAliveSeconds === seconds) return
    sendKeepAlive(record, seconds).catch((error: unknown) =>
      deps.logger.warn('a keep-alive could not be told', toErrorInfo(error))
    )
  }

  async function sendKeepAlive(record: ModelRecord, seconds: number): Promise<void> {
    record.sentKeepAliveSeconds = seconds
    const { hostId, name } = record.id
    await deps.provider(hostId).setKeepAlive?.(name, seconds, new AbortController().signal)
    await refreshLoaded(hostId, new AbortController().signal)
  }

  /** Puts a keep-alive that somebody just chose in force. */
  async function applyKeepAlive(record: ModelRecord, request: Request): Promise<Model> {
    const seconds = context.keepAliveSeconds(record)
    try {
      if (record.state === 'ready' && seconds === 0 && record.activeRequests.size === 0) {
        await unloads.unload(record, { ...request, reason: 'because it is not kept any longer' })
      } else if (record.state === 'ready' && record.serverKeepsTime) await sendKeepAlive(record, seconds)
      else restart(record)
    } finally {
      context.changed(record)
    }
    return context.view(record)
  }

  async function refreshLoaded(hostId: string, signal: AbortSignal): Promise<void> {
    const asked = generationsOf(context, hostId)
    const loaded = await deps.provider(hostId).listLoaded(signal)
    reconcileLoaded(context, hostId, loaded, asked, !refreshedHosts.has(hostId))
    refreshedHosts.add(hostId)
    for (const record of context.records.values()) if (record.id.hostId === hostId) learnFromLoad(context, record)
  }

  function lost(hostId: string, name: string, error: ErrorInfo): void {
    const record = context.findOrCreate({ hostId, name })
    const held = record.loaded?.heldBytes ?? null
    // A load in hand fails with the reason, an unload ends as it wanted to.
    if (record.isInHand || !takesMemory(record.state)) return
    clearLoaded(record)
    record.error = error
    context.move(record, 'lost')
    context.log(record, { kind: 'engine_crashed', actor: 'stoker', bytes: held, error })
    deps.onMemoryMoved()
  }

  const manager: ModelManager = {
    list: context.models,
    get: (id) => context.view(context.require(id)),
    async ensureLoaded(id, wish) {
      const record = context.require(id)
      const { keepAliveSeconds } = wish
      const wasReady = record.state === 'ready'
      if (keepAliveSeconds !== undefined) deps.facts.change(id, { keepAliveSeconds })
      await loads.ensureReady(record, wish, new AbortController().signal)
      if (keepAliveSeconds && wasReady) return applyKeepAlive(record, wish)
      return context.view(record)
    },
    async unload(id, wish) {
      const record = context.require(id)
      await loads.cancel(record)
      return unloads.unload(record, wish)
    },
    async unloadIfIdle(id, request) {
      const resident = residentsOf(context, null).find(({ key }) => key === modelKey(id))
      return resident && canGo(resident) ? unloads.unload(context.require(id), request) : null
    },
    async unloadAll({ includePinned = false, ...wish }) {
      const held = [...context.records.values()].filter(
        (record) =>
          (takesMemory(record.state) || record.loads.size > 0) && (includePinned || !deps.facts.get(record.id).isPinned)
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
    async setKeepAlive(id, keepAliveSeconds, request) {
      const record = context.require(id)
      deps.facts.change(id, { keepAliveSeconds })
      return applyKeepAlive(record, request)
    },
    async pin(id, isPinned, request) {
      const record = context.require(id)
      deps.facts.change(id, { isPinned })
      return applyKeepAlive(record, request)
    },
    memory: () => [...context.records.values()].flatMap((record) => claimOf(record) ?? []),
    residents: (sample) => residentsOf(context, sample),
    noteMemory(memories, lookedAt = deps.clock.now()) {
      for (const memory of memories) {
        const record = context.records.get(modelKey(memory.id))
        const told = record ? memoryOf(record) : null
        if (record === undefined || told === null || (record.loadedAt ?? 0) > lookedAt) continue
        if (!isNews(memory, told)) continue
        record.seenMemory = memory
        context.changed(record)
      }
    },
    async refreshInstalled(hostId, signal) {
      const installed = await deps.provider(hostId).list(signal)
      if (reconcileInstalled(context, hostId, installed)) deps.onListChanged(context.models())
    },
    refreshLoaded,
    hostDown: (hostId) => reconcileDown(context, hostId),
    hostRemoved(hostId) {
      for (const record of [...context.records.values()]) {
        if (record.id.hostId !== hostId) continue
        context.drop(record)
        void loads.cancel(record, hostRemoved())
        for (const request of record.activeRequests) request.abort(hostRemoved())
      }
      refreshedHosts.delete(hostId)
      deps.onListChanged(context.models())
    },
    settingsChanged() {
      for (const record of context.records.values()) {
        if (record.idleUnloadAt !== null && record.idleSeconds !== context.keepAliveSeconds(record)) restart(record)
        tellKeepAlive(record)
        context.changed(record)
      }
    },
    watch(hostId, provider) {
      provider.onLost((name, error) => lost(hostId, name, error))
    }
  }
  return manager
}

function hostRemoved(): StokerError {
  return new StokerError('aborted', 'The host was removed.')
}
