/** The one owner of every model's life: whoever wants a model loaded, unloaded or answering asks here. */
import type { UnloadResult } from '../../shared/contract.ts'
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { MemorySample, ModelMemory } from '../../shared/memory.ts'
import { formatSpan } from '../../shared/span.ts'
import type { GenerateResult, Keeper, Model, ModelId, Saving } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { hasPassed } from '../lib/clock.ts'
import type { ModelClaim } from '../memory/modelClaim.ts'
import type { Provider } from '../providers/provider.ts'
import { canGo } from './evictionPolicy.ts'
import { restartIdleTimer } from './idleTimer.ts'
import { measuredFrom, type Measured } from './measured.ts'
import { createModelContext, type ManagerDeps, type Request } from './modelContext.ts'
import { createModelKeepAlive } from './modelKeepAlive.ts'
import { createModelLoads, learnFromLoad, type LoadWish } from './modelLoads.ts'
import type { ModelRecord } from './modelRecord.ts'
import { createModelRequests, type GenerateWish } from './modelRequests.ts'
import { takesMemory } from './modelState.ts'
import { clearLoaded, createModelUnloads, type UnloadWish } from './modelUnloads.ts'
import type { Resident } from './resident.ts'
import { residentsOf } from './residents.ts'
import { generationsOf, reconcileDown, reconcileInstalled, reconcileLoaded } from './reconcile.ts'
import { createSavings } from './savings.ts'
import { claimOf, isNews, memoryOf } from './seenMemory.ts'
import type { Displaced } from './workJournal.ts'

/** An engine that dies again and again must not be started for ever. */
const betweenRevivalsMs = 300_000

export interface UnloadAllEntry {
  id: ModelId
  result: UnloadResult | null
  error: string | null
}

export interface ModelManager {
  list(): Model[]
  /** Throws `model_not_found` or `host_not_found`, as every call below rejects with. */
  get(id: ModelId): Model
  /** It is on its host, as far as is known. */
  has(id: ModelId): boolean
  /** Idempotent: a model that is ready stays as it is. Rejects with why it could not be loaded. */
  ensureLoaded(
    id: ModelId,
    wish: LoadWish & {
      keepAliveSeconds?: number | undefined
      /** Takes this caller out of the wait; the load goes on for others. */
      signal?: AbortSignal | undefined
    }
  ): Promise<Model>
  /** Unloading what is not loaded is no error. A load in progress is cancelled. */
  unload(id: ModelId, wish: UnloadWish): Promise<UnloadResult>
  /** Only what is neither pinned nor in use; null when it is. */
  unloadIfIdle(id: ModelId, request: Request): Promise<UnloadResult | null>
  unloadAll(
    wish: Request & { force?: boolean | undefined; includePinned?: boolean | undefined }
  ): Promise<UnloadAllEntry[]>
  /** Loads the model first when it is not. */
  generate(id: ModelId, wish: GenerateWish): Promise<GenerateResult>
  /** Of this text alone, as the model cuts it. Null: it is not loaded, or its host cannot count. Waits for nobody's turn. */
  countTokens(id: ModelId, text: string, signal: AbortSignal): Promise<number | null>
  /** Seconds; null: the default again. */
  setKeepAlive(id: ModelId, seconds: number | null, request: Request): Promise<Model>
  pin(id: ModelId, isPinned: boolean, request: Request): Promise<Model>
  /** These models are kept from now on, or no longer: `keptBy` says which. `by`: whose doing it is, a rule's where it is left out. */
  keptChanged(ids: readonly ModelId[], by?: Keeper['kind']): void
  /** The schedule has looked for the first time: from now on what only an earlier Stoker kept gets its own time back. */
  scheduleStarted(): void
  /** Before the end: what only a rule or a run keeps gets its own time back from servers that outlive Stoker. Never rejects. */
  leave(): Promise<void>
  /** What was measured of it here, for the limits of the request pipeline. Unknown models are no error. */
  measuredOf(id: ModelId): Measured
  /** What warmth has saved today and in the last seven days, by model. */
  savings(): Saving[]
  /** Models that were unloaded to make room for others, and are not back; oldest first. */
  displaced(): Displaced[]
  /** When the last answer or load ended that was not the schedule's; null before the first. */
  lastActivityAt(): number | null
  /** A load or an answer of ours runs or waits. */
  isBusy(): boolean
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
  const savings = createSavings({
    timings: deps.timings,
    saved: deps.saved,
    onChanged: deps.onSavingsChanged,
    clock: deps.clock
  })
  const keepAlive = createModelKeepAlive({
    context,
    unload: unloads.unload,
    restart,
    refreshLoaded: (hostId) => refreshLoaded(hostId, new AbortController().signal)
  })
  const onReady = (record: ModelRecord): void => {
    restart(record)
    keepAlive.tell(record)
  }
  const loads = createModelLoads({
    context,
    evict: unloads.unload,
    unloadNow: unloads.unloadNow,
    onReady,
    secondsToTell: keepAlive.secondsToTell,
    onTold: (record, seconds) => keepAlive.told(record, seconds, record.loaded?.unloadsAt ?? null),
    onTimed(record, durationMs) {
      deps.facts.change(record.id, { lastLoadMs: durationMs })
      deps.timings.add(record.id, 'load', { durationMs, promptTokens: null })
      savings.loadTimed()
    }
  })
  const generate = createModelRequests({ context, loads, keepAlive, savings, onIdle: onReady })
  const refreshedHosts = new Set<string>()

  function unloadIdle(record: ModelRecord): void {
    const seconds = context.keepAliveSeconds(record)
    const reason = seconds === 0 ? 'because it is not kept after an answer' : `after ${formatSpan(seconds)} without use`
    unloads
      .unload(record, { actor: 'keep_alive', reason })
      .catch((error: unknown) => deps.logger.warn('an idle model could not be unloaded', toErrorInfo(error)))
  }

  async function refreshLoaded(hostId: string, signal: AbortSignal): Promise<void> {
    const asked = generationsOf(context, hostId)
    const look = keepAlive.beginLook(hostId)
    const loaded = await deps.provider(hostId).listLoaded(signal)
    reconcileLoaded(context, hostId, loaded, asked, !refreshedHosts.has(hostId))
    look(loaded)
    keepAlive.settle(hostId)
    refreshedHosts.add(hostId)
    for (const record of context.records.values()) if (record.id.hostId === hostId) learnFromLoad(context, record)
  }

  function lost(hostId: string, name: string, error: ErrorInfo): void {
    const record = context.findOrCreate({ hostId, name })
    const held = record.loaded?.heldBytes ?? null
    // A load in hand fails with the reason, an unload ends as it wanted to.
    if (record.isInHand || !takesMemory(record.state)) return
    const contextLength = record.loaded?.contextLength ?? record.askedContextLength ?? undefined
    clearLoaded(record)
    record.error = error
    context.move(record, 'lost')
    context.log(record, { kind: 'engine_crashed', actor: 'stoker', bytes: held, error })
    deps.onMemoryMoved()
    if (mayRevive(record, error)) revive(record, contextLength)
  }

  /** What is pinned is to be in memory; what a rule or a run keeps is theirs to load again. Some deaths repeat themselves. */
  function mayRevive(record: ModelRecord, { code }: ErrorInfo): boolean {
    const isRested = record.revivedAt === null || hasPassed(deps.clock, record.revivedAt, betweenRevivalsMs)
    return code === 'engine_crashed' && record.state === 'failed' && deps.facts.get(record.id).isPinned && isRested
  }

  function revive(record: ModelRecord, contextLength: number | undefined): void {
    record.revivedAt = deps.clock.now()
    loads
      .ensureReady(
        record,
        { actor: 'stoker', reason: 'after its engine stopped', contextLength },
        new AbortController().signal
      )
      .catch((error: unknown) => deps.logger.warn('a model could not be loaded again', toErrorInfo(error)))
  }

  const manager: ModelManager = {
    list: context.models,
    get: (id) => context.view(context.require(id)),
    has: (id) => (context.records.get(modelKey(id))?.installed ?? null) !== null,
    async ensureLoaded(id, wish) {
      const record = context.require(id)
      const { keepAliveSeconds } = wish
      const wasReady = record.state === 'ready'
      if (keepAliveSeconds !== undefined) deps.facts.change(id, { keepAliveSeconds })
      await loads.ensureReady(record, wish, wish.signal ?? new AbortController().signal)
      if (keepAliveSeconds && wasReady) return keepAlive.apply(record, wish)
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
    async countTokens(id, text, signal) {
      const provider = deps.provider(id.hostId)
      if (context.require(id).state !== 'ready') return null
      try {
        return (await provider.countTokens?.(id.name, text, signal)) ?? null
      } catch (error) {
        if (signal.aborted) throw error
        deps.logger.warn('the tokens of a text could not be counted', toErrorInfo(error))
        return null
      }
    },
    async setKeepAlive(id, keepAliveSeconds, request) {
      const record = context.require(id)
      deps.facts.change(id, { keepAliveSeconds })
      return keepAlive.apply(record, request)
    },
    async pin(id, isPinned, request) {
      const record = context.require(id)
      deps.facts.change(id, { isPinned })
      return keepAlive.apply(record, request)
    },
    keptChanged(ids, by = 'rule') {
      for (const id of ids) {
        const record = context.records.get(modelKey(id))
        if (record) keepAlive.keptChanged(record, by)
      }
    },
    scheduleStarted: keepAlive.scheduleStarted,
    leave: keepAlive.leave,
    measuredOf: (id) => measuredFrom(deps.timings, id, context.records.get(modelKey(id))?.installed?.sizeBytes ?? null),
    savings: savings.list,
    displaced: context.journal.displaced,
    lastActivityAt: context.journal.lastActivityAt,
    isBusy: () =>
      [...context.records.values()].some(({ loads, activeRequests }) => loads.size + activeRequests.size > 0),
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
        keepAlive.tell(record)
        context.changed(record)
      }
      // A load that waits for room may find it within a higher limit.
      context.wake()
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
