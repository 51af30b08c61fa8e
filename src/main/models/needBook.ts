/** What every model would need in memory, from the best source there is at the moment; better ones are gathered in the background. */
import { abortedError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { CacheType, Need } from '../../shared/need.ts'
import type { Clock } from '../lib/clock.ts'
import { disposeWithin } from '../lib/disposeWithin.ts'
import type { Logger } from '../lib/logger.ts'
import type { EngineEstimate, NeedEstimator } from '../providers/llamacpp/needEstimator.ts'
import type { LoadedModel, NeedFacts, Provider } from '../providers/provider.ts'
import type { NeedKey, NeedStore } from '../storage/needStore.ts'
import { createEngineEstimates } from './engineEstimates.ts'
import { createFactsGatherer, type ListedModel } from './factsGatherer.ts'
import { measuredParts } from './measuredParts.ts'
import { readModelShape, type ModelShape } from './modelShape.ts'
import { fileSizeNeed, formulaNeed, paddedContextLength } from './need.ts'
import { withWholeScores } from './wholeScores.ts'
import { createNeedCurve, needOf, type NeedCurve } from './needCurve.ts'

export interface NeedBook {
  /** By what is known now, without waiting. `contextLength` left out: the host's default. Null when nothing is known. */
  now(id: ModelId, contextLength?: number): Need | null
  /** Waits, but not long, for the engine's own estimate where there is none yet. Rejects only when aborted. */
  predict(id: ModelId, contextLength: number | undefined, signal: AbortSignal): Promise<Need | null>
  /** As `now`, but without what loads have measured: what stands beside the measured value. */
  unlearned(id: ModelId, contextLength: number): Need | null
  /** What a load without a wish gets, and what the model was trained for (tokens). */
  contextLengths(id: ModelId): { defaultLength: number | null; maxLength: number | null }
  /** Two names with the same answer run on one engine: a server starts one for the same weights, Stoker one for each model. */
  engineOf(id: ModelId): string
  /** A load ended: what it allocated is remembered for the same weights, context, cache type, parallel and engine version. */
  learn(id: ModelId, loaded: LoadedModel): void
  /** The models there are now; facts of newcomers are gathered, of those that went forgotten. */
  follow(ids: readonly ModelId[]): void
  /** A model as its host lists it now: with another digest or size its facts are gathered anew. */
  notice(model: ListedModel): void
  /** A setting or the server itself changed: the facts of all its models are gathered anew. */
  refreshHost(hostId: string): void
  /** Under memory pressure no engine is started for an estimate. */
  setPaused(isPaused: boolean): void
  /** Ends the estimator, too. */
  dispose(): Promise<void>
}

export interface NeedBookDeps {
  /** Throws `host_not_found`. */
  provider: (hostId: string) => Provider
  isLocal: (hostId: string) => boolean
  estimator: NeedEstimator
  estimatorVersion: string
  /** Whether the estimating engine knows models of this kind. */
  knowsArchitecture: (architecture: string) => boolean
  store: NeedStore
  /** Of one engine process of this host, outside every buffer. */
  overheadBytes: (hostId: string) => number
  /** What `now` answers for this model may be different. Comes in bursts. */
  onChanged: (id: ModelId) => void
  clock: Clock
  logger: Logger
}

const patienceMs = 4_000
const disposeLimitMs = 1_000
const learnedMargin = 0.005
/** The estimate is of Stoker's own engine; a server's may be another version, or another engine altogether. */
const ownEngineMargin = 0.02
const otherEngineMargin = 0.05

export function createNeedBook(deps: NeedBookDeps): NeedBook {
  const { store, onChanged, clock, logger } = deps
  const ended = new AbortController()
  const shapes = new WeakMap<NeedFacts, { shape: ModelShape | null; isOwnEngine: boolean }>()
  const curves = new WeakMap<NeedFacts, { estimate: EngineEstimate; curve: NeedCurve }>()
  /** By modelKey, of the newest load. */
  const loadedWith = new Map<string, CacheType>()
  const gatherer = createFactsGatherer({
    async describe(id, signal) {
      const provider = deps.provider(id.hostId)
      const facts = await provider.describeNeed(id.name, signal)
      shapes.set(facts, { shape: readModelShape(facts), isOwnEngine: provider.kind === 'llamacpp' })
      return facts
    },
    onFacts(id, facts) {
      if (canEstimate(id, facts)) estimates.wish(facts, false)
      onChanged(id)
    },
    clock,
    logger
  })
  let disposing: Promise<void> | null = null
  const estimates = createEngineEstimates({ ...deps, onEstimate: changedAll })

  function changedAll(fingerprint: string): void {
    gatherer.withFingerprint(fingerprint).forEach(onChanged)
  }

  function canEstimate({ hostId }: ModelId, { path, metadata }: NeedFacts): boolean {
    const architecture = metadata?.get('general.architecture')
    const isModel = (metadata?.get('general.type') ?? 'model') === 'model'
    return (
      path !== null &&
      isModel &&
      typeof architecture === 'string' &&
      deps.isLocal(hostId) &&
      deps.knowsArchitecture(architecture)
    )
  }

  function learned(facts: NeedFacts, contextLength: number): Need | null {
    const key = keyOf(facts)
    // The engine rounds a context up: the rounded one has been measured for the other as well.
    const parts = store.measured(key, contextLength) ?? store.measured(key, paddedContextLength(contextLength))
    if (parts === null) return null
    return needOf(
      Object.fromEntries(parts.map(({ kind, bytes }) => [kind, bytes])),
      learnedMargin,
      'learned',
      contextLength
    )
  }

  function curveOf(facts: NeedFacts, shape: ModelShape | null): NeedCurve | null {
    const estimate = facts.path === null ? null : estimates.get(facts)
    if (estimate === null) return null
    const known = curves.get(facts)
    if (known?.estimate === estimate) return known.curve
    const curve = createNeedCurve(estimate, facts, shape)
    curves.set(facts, { estimate, curve })
    return curve
  }

  function workedOut({ hostId }: ModelId, facts: NeedFacts, contextLength: number): Need | null {
    const { shape = null, isOwnEngine = false } = shapes.get(facts) ?? {}
    const overheadBytes = deps.overheadBytes(hostId)
    const margin = isOwnEngine ? ownEngineMargin : otherEngineMargin
    const need =
      curveOf(facts, shape)?.(contextLength, { overheadBytes, margin }) ??
      (shape && formulaNeed(facts, shape, contextLength, { overheadBytes }))
    if (!need) return fileSizeNeed(facts, contextLength, { overheadBytes })
    return facts.usesFlashAttention === false ? withWholeScores(need, facts, shape) : need
  }

  /** A cache type that was set since is in force with the next load only. */
  function asLoaded(id: ModelId, facts: NeedFacts): NeedFacts {
    const cacheType = loadedWith.get(modelKey(id)) ?? facts.cacheType
    const shape = shapes.get(facts)
    if (cacheType === facts.cacheType || !shape) return facts
    const loaded = { ...facts, cacheType }
    shapes.set(loaded, shape)
    return loaded
  }

  function now(id: ModelId, contextLength?: number): Need | null {
    const facts = gatherer.get(id)
    if (facts === null) return null
    const length = lengthInForce(facts, contextLength)
    return learned(facts, length) ?? workedOut(id, facts, length)
  }

  /** Ends early when the book is closed; never rejects. */
  async function withinPatience(work: (until: Promise<void>) => Promise<void>, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>()
    const cancel = clock.after(patienceMs, over.resolve)
    const stop = AbortSignal.any([signal, ended.signal])
    const onStop = (): void => over.resolve()
    stop.addEventListener('abort', onStop, { once: true })
    try {
      await work(over.promise)
    } finally {
      cancel()
      stop.removeEventListener('abort', onStop)
    }
  }

  async function learnNow(id: ModelId, loaded: LoadedModel, contextLength: number): Promise<void> {
    // What the load was done with; asked anew, for a server may have been replaced, or its default seen, since.
    await withinPatience((over) => Promise.race([gatherer.refresh(id), over]), ended.signal)
    const facts = gatherer.get(id)
    if (facts === null || ended.signal.aborted) return
    const parts = measuredParts(loaded, facts, deps.overheadBytes(id.hostId))
    if (parts === null) return
    // Older servers tell the context that was asked for, not the one they cut it to.
    const key = { ...keyOf(facts), cacheType: loaded.cacheType ?? facts.cacheType }
    store.saveMeasured(key, lengthInForce(facts, contextLength), parts)
    changedAll(facts.fingerprint)
  }

  return {
    now,
    async predict(id, contextLength, signal) {
      if (signal.aborted) throw abortedError()
      await withinPatience(async (over) => {
        await Promise.race([gatherer.refresh(id), over])
        const facts = gatherer.get(id)
        if (facts === null || signal.aborted || ended.signal.aborted || !canEstimate(id, facts)) return
        if (learned(facts, lengthInForce(facts, contextLength)) !== null) return
        estimates.wish(facts, true)
        await Promise.race([estimates.settled(facts), over])
      }, signal)
      if (signal.aborted) throw abortedError()
      return now(id, contextLength)
    },
    unlearned(id, contextLength) {
      const facts = gatherer.get(id)
      return facts && workedOut(id, asLoaded(id, facts), lengthInForce(facts, contextLength))
    },
    contextLengths(id) {
      const facts = gatherer.get(id)
      return { defaultLength: facts?.defaultContextLength ?? null, maxLength: facts?.maxContextLength ?? null }
    },
    engineOf(id) {
      const facts = gatherer.get(id)
      const isShared = facts !== null && shapes.get(facts)?.isOwnEngine === false
      return isShared ? JSON.stringify([id.hostId, facts.fingerprint]) : modelKey(id)
    },
    learn(id, loaded) {
      const { contextLength, cacheType } = loaded
      if (cacheType !== undefined) loadedWith.set(modelKey(id), cacheType)
      // Elsewhere the same weights may be split between other cards and RAM: that says nothing of this machine.
      if (contextLength === null || contextLength <= 0 || !deps.isLocal(id.hostId)) return
      learnNow(id, loaded, contextLength).catch((error: unknown) =>
        logger.error(`what the load of ${id.name} taught could not be kept`, error)
      )
    },
    follow(ids) {
      if (ended.signal.aborted) return
      const followed = new Set(ids.map(modelKey))
      for (const key of loadedWith.keys()) if (!followed.has(key)) loadedWith.delete(key)
      gatherer.follow(ids)
      estimates.keepOnly(ids.flatMap((id) => gatherer.get(id) ?? []))
    },
    notice: gatherer.notice,
    refreshHost: gatherer.refreshHost,
    setPaused: estimates.setPaused,
    dispose() {
      ended.abort()
      gatherer.dispose()
      return (disposing ??= disposeWithin(estimates.dispose, disposeLimitMs, clock, logger))
    }
  }
}

function keyOf({ fingerprint, cacheType, parallel, engineVersion }: NeedFacts): NeedKey {
  return { fingerprint, cacheType, parallel, engineVersion }
}

/** A host gives no more than the model was trained for. */
function lengthInForce({ defaultContextLength, maxContextLength }: NeedFacts, wished = defaultContextLength): number {
  return Math.min(wished, maxContextLength ?? Infinity)
}
