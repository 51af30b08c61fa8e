/** What the manager knows of one model, and how it looks to everyone else. */
import PQueue from 'p-queue'
import type { UnloadResult } from '../../shared/contract.ts'
import type { ErrorInfo } from '../../shared/errors.ts'
import type { ModelMemory } from '../../shared/memory.ts'
import type { Keeper, Model, ModelId, ModelState, ProviderKind } from '../../shared/model.ts'
import type { InstalledModel, LoadedModel, LoadRequest, Provider } from '../providers/provider.ts'
import type { ModelFacts } from '../storage/modelFacts.ts'
import type { KeepAliveWatch } from './keepAliveWatch.ts'
import { memoryOf } from './seenMemory.ts'

export type LoadRetry = Parameters<NonNullable<LoadRequest['onRetry']>>[0]

/** One load and everyone who waits for it. */
export interface SharedLoad {
  /** What it loads with; left out, that is up to the host. */
  contextLength: number | undefined
  /** Where the model comes to be there with so much before its turn, there is nothing to do. */
  minContextLength: number | undefined
  /** Somebody who waits for it wants it though it does not fit. */
  isInsisted: boolean
  /** Only a check or the test bench waits for it: who goes for it went for no job. */
  isTrial: boolean
  controller: AbortController
  waiters: number
  /** When its newest attempt began, or will begin. */
  attemptAt: number
  /** What its engine took; null until then, and where the engine ran already. */
  loadMs: number | null
  /** It takes longer than its limit: said once, however often the request pipeline starts it over. */
  isLate: boolean
  /** Tell each operation that follows it: how far it is or, after a failed attempt, when the next one comes. */
  reports: Set<(retry?: LoadRetry) => void>
  done: Promise<void>
}

export interface ModelRecord {
  readonly id: ModelId
  readonly providerKind: ProviderKind
  /** Its server unloads idle models by itself. */
  readonly serverKeepsTime: boolean
  /** Loads and unloads of this model, one after the other: the manager is its only writer. */
  readonly queue: PQueue
  /** Loads that run or wait for their turn; others may share them. */
  readonly loads: Set<SharedLoad>
  unload: Promise<UnloadResult> | null
  installed: InstalledModel | null
  loaded: LoadedModel | null
  /** What the sampler found it to hold; null before the first sample with it. */
  seenMemory: ModelMemory | null
  state: ModelState
  stateSinceAt: number
  /** Grows with every change of state, so that a list asked for before it is known to be old. */
  generation: number
  loadProgress: number | null
  loadedAt: number | null
  loadedBy: string | null
  /** The context length Stoker asked for; null when it left that to the server. */
  askedContextLength: number | null
  operationId: string | null
  /** A load or an unload of ours is under way: it tells its own end, whatever the host says meanwhile. */
  isInHand: boolean
  /** Let into memory: only from then on a loading model takes room from others. */
  isAdmitted: boolean
  /** What it was predicted to hold when it was let in; null when unknown, or not in memory. */
  needBytes: number | null
  /** Callers that want it ready and were not told yet that it is. */
  waiters: number
  /** Loaded by us, before its host told what it holds: there is something to learn still. */
  awaitsNumbers: boolean
  /** Its host was removed: nothing may bring it back. */
  isDropped: boolean
  error: ErrorInfo | null
  tokensPerSecond: number | null
  /** Asked something since it was loaded, however that ended. */
  wasUsed: boolean
  /** The keep-alive its server was last told; null when Stoker told none. */
  sentKeepAliveSeconds: number | null
  /** What other programs do to that time; null where there is nothing to watch. */
  keepAliveWatch: KeepAliveWatch | null
  keepAliveOverride: Model['keepAliveOverride']
  /** When the time was last put back by itself. */
  keepAliveRestoredAt: number | null
  /** Grows whenever a use of ours begins or ends, so that a list asked for before says nothing of the time after. */
  uses: number
  /** When it was last loaded again because its engine stopped. */
  revivedAt: number | null
  /** What was in memory when its host went away: it may still be there when the host is back. */
  beforeDown: { heldBytes: number | null; loadedAt: number | null; loadedBy: string | null } | null
  activeRequests: Set<AbortController>
  /** Those among them that nobody asked: warm-ups, checks, the test bench. Short ones, worth waiting for. */
  warmups: Set<AbortController>
  /** Called once each when the last running answer has ended. */
  onIdle: Set<() => void>
  cancelIdleTimer: () => void
  /** When the manager itself will unload it; null when it will not, or the server keeps the time. */
  idleUnloadAt: number | null
  /** The keep-alive that idleUnloadAt follows. */
  idleSeconds: number | null
}

export function createModelRecord(
  id: ModelId,
  { kind, keepsTime }: Pick<Provider, 'kind' | 'keepsTime'>,
  now: number
): ModelRecord {
  return {
    id,
    providerKind: kind,
    serverKeepsTime: keepsTime,
    queue: new PQueue({ concurrency: 1 }),
    loads: new Set(),
    unload: null,
    installed: null,
    loaded: null,
    seenMemory: null,
    state: 'absent',
    stateSinceAt: now,
    generation: 0,
    loadProgress: null,
    loadedAt: null,
    loadedBy: null,
    askedContextLength: null,
    operationId: null,
    isInHand: false,
    isAdmitted: false,
    needBytes: null,
    waiters: 0,
    awaitsNumbers: false,
    isDropped: false,
    error: null,
    tokensPerSecond: null,
    wasUsed: false,
    sentKeepAliveSeconds: null,
    keepAliveWatch: null,
    keepAliveOverride: null,
    keepAliveRestoredAt: null,
    uses: 0,
    revivedAt: null,
    beforeDown: null,
    activeRequests: new Set(),
    warmups: new Set(),
    onIdle: new Set(),
    cancelIdleTimer: () => {},
    idleUnloadAt: null,
    idleSeconds: null
  }
}

/** How long it is to be kept, by whom or what. */
export interface KeepWishes {
  facts: ModelFacts
  defaultSeconds: number
  /** Who keeps it now. */
  keptBy: Keeper | null
}

/** Pinned models and those that a rule or a run keeps stay for ever; else the model's own time; else the default. */
export function effectiveKeepAliveSeconds({ facts, defaultSeconds, keptBy }: KeepWishes): number {
  return facts.isPinned || keptBy !== null ? -1 : (facts.keepAliveSeconds ?? defaultSeconds)
}

/** The record as the contract's Model: plain data, safe to hand out. */
export function toModel(record: ModelRecord, wishes: KeepWishes): Model {
  const { facts, keptBy } = wishes
  const { installed, loaded, state } = record
  const memory = memoryOf(record)
  const problem = state === 'unloaded' ? (installed?.problem ?? null) : null
  return {
    id: record.id,
    providerKind: record.providerKind,
    state: problem ? 'failed' : state,
    stateSinceAt: record.stateSinceAt,
    sizeBytes: installed?.sizeBytes ?? null,
    heldBytes: memory?.heldBytes ?? null,
    heldQuality: memory?.quality ?? null,
    gpuBytes: memory?.gpuBytes ?? null,
    contextLength: loaded?.contextLength ?? null,
    maxContextLength: installed?.maxContextLength ?? null,
    parameters: installed?.parameters ?? null,
    quantization: installed?.quantization ?? null,
    architecture: installed?.architecture ?? null,
    capabilities: installed?.capabilities ?? null,
    digest: installed?.digest ?? null,
    isSample: installed?.isSample ?? false,
    isPinned: facts.isPinned,
    keepAliveSeconds: effectiveKeepAliveSeconds(wishes),
    unloadsAt:
      state === 'ready' && record.activeRequests.size === 0 ? (record.idleUnloadAt ?? loaded?.unloadsAt ?? null) : null,
    activeRequests: record.activeRequests.size,
    tokensPerSecond: record.tokensPerSecond,
    loadProgress: state === 'loading' ? record.loadProgress : null,
    isLoadLate: state === 'loading' && [...record.loads].some(({ isLate }) => isLate),
    keptBy,
    keepAliveOverride: record.keepAliveOverride,
    loadedAt: record.loadedAt,
    loadedBy: record.loadedBy,
    lastLoadMs: facts.lastLoadMs,
    lastUsedAt: facts.lastUsedAt,
    operationId: record.operationId,
    error: record.error ?? problem
  }
}
