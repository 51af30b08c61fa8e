/** Loading: one load per model however many ask, room made first, cancelled when nobody waits any more. */
import { abortedError, StokerError, toErrorInfo } from '../../shared/errors.ts'
import { abortable } from '../lib/abortable.ts'
import type { LoadRequest } from '../providers/provider.ts'
import { createAdmission } from './admission.ts'
import type { ModelContext, Request } from './modelContext.ts'
import { noteLate } from './lateLoad.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'
import { createSharedLoad, isCompatible, isReadyWith, join, loadReport, noteRetry } from './sharedLoad.ts'

/** Engines report progress faster than anyone can see. */
const progressStep = 0.02

/** With what it is to be ready. */
export interface ReadyWish {
  /** What it is loaded with where it is not loaded with that yet; left out, it is taken as it is. */
  contextLength?: number | undefined
  /** So much is enough: with it or more it is taken as it is, else loaded with `contextLength` or, without one, with this. */
  minContextLength?: number | undefined
  /**
   * Told once the model is ready, where it had to be loaded for that; of a model that was there nothing is told. `loadMs`: what its
   * engine took. `isShared`: another caller had begun it.
   */
  onLoad?: ((load: { loadMs: number; isShared: boolean }) => void) | undefined
}

export interface LoadWish extends Request, ReadyWish {
  /** Though it is predicted not to fit the budget. */
  loadAnyway?: boolean | undefined
  /** The operation that a cancel button ends; minted when left out. */
  operationId?: string | undefined
}

export interface ModelLoads {
  /**
   * Resolves when the model was made ready with the wished context; another caller may have it unloaded by the next turn. The signal
   * only takes this caller out of the wait.
   */
  ensureReady(record: ModelRecord, wish: LoadWish, signal: AbortSignal): Promise<void>
  /** Ends every load of this model, running or waiting, for everyone. */
  cancel(record: ModelRecord, reason?: StokerError): Promise<void>
}

interface LoadDeps {
  context: ModelContext
  /** Unloads another model to make room; runs inside that model's queue. */
  evict: (record: ModelRecord, request: Request) => Promise<unknown>
  /** The same for the model whose own queue is running. */
  unloadNow: (record: ModelRecord, request: Request & { signal: AbortSignal }) => Promise<unknown>
  onReady: (record: ModelRecord) => void
  /** The keep-alive its server is to hear with the load. */
  secondsToTell: (record: ModelRecord) => number
  /** Its server has taken this keep-alive with the load. */
  onTold: (record: ModelRecord, seconds: number) => void
  /** How long its engine took, where that was a load and not the sight of one that was there. */
  onTimed: (record: ModelRecord, durationMs: number) => void
}

export function createModelLoads(wiring: LoadDeps): ModelLoads {
  const { context, evict, unloadNow, onReady, secondsToTell, onTold, onTimed } = wiring
  const { deps } = context
  const admission = createAdmission(context, evict)

  function startLoad(record: ModelRecord, wish: LoadWish): SharedLoad {
    const operation = deps.operations.start('load', record.id, wish)
    const controller = new AbortController()
    operation.signal.addEventListener('abort', () => controller.abort(operation.signal.reason), { once: true })
    const load = createSharedLoad(wish, controller)
    load.reports.add(loadReport(deps.clock, record, load, operation))
    record.loads.add(load)
    const turn = record.queue.add(() => perform(record, load, wish, operation.id))
    // Who cancels a load that still waits for its turn need not wait for it as well.
    load.done = abortable(turn, controller.signal).finally(() => {
      record.loads.delete(load)
      operation.end()
    })
    // Each waiter gets the rejection for itself; a load that nobody waits for any more must not end the process.
    load.done.catch(() => {})
    return load
  }

  /** Runs alone in the model's queue. */
  async function perform(record: ModelRecord, load: SharedLoad, wish: LoadWish, operationId: string): Promise<void> {
    const { signal } = load.controller
    signal.throwIfAborted()
    if (isReadyWith(record, load)) return
    if (record.state === 'ready') await foresee(record, load, wish)
    if (record.state === 'ready' || record.state === 'unloading') {
      await unloadNow(record, { actor: wish.actor, reason: 'to load it with another context length', signal })
    }
    const startedAt = deps.clock.now()
    begin(record, load, operationId)
    try {
      await admission.admit(record, load)
      await loadNow(record, load)
      finish(record, wish, deps.clock.now() - startedAt)
    } catch (error) {
      fail(record, wish, error, deps.clock.now() - startedAt)
      throw error
    }
  }

  async function loadNow(record: ModelRecord, load: SharedLoad): Promise<void> {
    const { hostId, name } = record.id
    const request = loadRequest(record, load)
    // Another name on an engine that runs already is there at once: that says nothing of a load.
    const isThere = context.alike(record).some(({ state }) => state === 'ready')
    load.attemptAt = deps.clock.now()
    record.loaded = await deps.provider(hostId).load(name, request, load.controller.signal)
    onTold(record, request.keepAliveSeconds)
    if (isThere) return
    load.loadMs = deps.clock.now() - load.attemptAt
    onTimed(record, load.loadMs)
  }

  /** A loaded model is not given up for one that is then refused. */
  async function foresee(record: ModelRecord, load: SharedLoad, wish: LoadWish): Promise<void> {
    const startedAt = deps.clock.now()
    try {
      await admission.foresee(record, load)
    } catch (thrown) {
      const error = toErrorInfo(thrown)
      const { actor, reason } = wish
      const durationMs = deps.clock.now() - startedAt
      if (error.code !== 'aborted') context.log(record, { kind: 'load_failed', actor, reason, durationMs, error })
      throw thrown
    }
  }

  function begin(record: ModelRecord, load: SharedLoad, operationId: string): void {
    record.operationId = operationId
    record.isInHand = true
    record.isAdmitted = false
    record.needBytes = null
    record.loaded = null
    record.error = null
    record.loadProgress = null
    record.askedContextLength = load.contextLength ?? null
    if (!record.isDropped && context.move(record, 'load_started')) return
    leaveHand(record)
    throw new StokerError(
      'model_not_found',
      `${record.id.name} is no longer on its host.`,
      'Refresh the list, or pull it again.'
    )
  }

  function loadRequest(record: ModelRecord, load: SharedLoad): LoadRequest {
    return {
      keepAliveSeconds: secondsToTell(record),
      ...(load.contextLength === undefined ? {} : { contextLength: load.contextLength }),
      onProgress(fraction) {
        if (fraction < 1 && fraction - (record.loadProgress ?? 0) < progressStep) return
        record.loadProgress = fraction
        context.changed(record)
        for (const report of load.reports) report()
      },
      onLate: (limit) => noteLate(context, record, load, limit),
      onRetry: (retry) => noteRetry(deps.clock, load, retry)
    }
  }

  function finish(record: ModelRecord, wish: LoadWish, durationMs: number): void {
    leaveHand(record)
    // What was found so far was half of it.
    record.seenMemory = null
    record.loadedAt = deps.clock.now()
    // The schedule's reason is its rule's name; every other reason is no name of anybody.
    record.loadedBy = (wish.actor === 'schedule' ? wish.reason : null) ?? wordsFor(wish.actor)
    record.wasUsed = false
    record.tokensPerSecond = null
    context.move(record, 'load_ended')
    onReady(record)
    record.awaitsNumbers = true
    learnFromLoad(context, record)
    const { actor, reason } = wish
    context.log(record, { kind: 'loaded', actor, reason, durationMs, bytes: record.loaded?.heldBytes ?? null })
    if (actor !== 'schedule') context.journal.ended()
    deps.onMemoryMoved()
  }

  function fail(record: ModelRecord, wish: LoadWish, thrown: unknown, durationMs: number): void {
    const error = toErrorInfo(thrown)
    const wasCancelled = error.code === 'aborted'
    // A model that was never let in has not failed: the limit did.
    const hasFailed = !wasCancelled && record.isAdmitted
    leaveHand(record)
    record.loaded = null
    record.needBytes = null
    record.error = hasFailed ? error : null
    context.move(record, hasFailed ? 'load_failed' : 'load_cancelled')
    const { actor, reason } = wish
    if (wasCancelled) context.log(record, { kind: 'load_cancelled', actor, reason, durationMs })
    else context.log(record, { kind: 'load_failed', actor, reason, durationMs, error })
    deps.onMemoryMoved()
  }

  /** A second caller's own operation: cancelling it takes only that caller out of the wait. */
  function joinAsOperation(record: ModelRecord, load: SharedLoad, wish: LoadWish, signal: AbortSignal): Promise<void> {
    return deps.operations.run('load', record.id, wish, async (operation) => {
      const report = loadReport(deps.clock, record, load, operation)
      load.reports.add(report)
      // Who comes to a late load learns it at once.
      if (load.isLate) report()
      await join(load, AbortSignal.any([signal, operation.signal])).finally(() => load.reports.delete(report))
    })
  }

  async function makeReady(record: ModelRecord, wish: LoadWish, signal: AbortSignal): Promise<void> {
    // Not asked again afterwards: two callers that want different contexts would take it from each other for ever.
    const running = [...record.loads].find((load) => isCompatible(load, wish))
    if (!running) {
      const load = startLoad(record, wish)
      await join(load, signal)
      return tellLoad(load, wish, false)
    }
    if (wish.actor !== 'diagnostics') running.isTrial = false
    if (wish.loadAnyway && !running.isInsisted) {
      // It may be waiting for room that is not needed any more.
      running.isInsisted = true
      context.wake()
    }
    if (wish.operationId) await joinAsOperation(record, running, wish, signal)
    else await join(running, signal)
    tellLoad(running, wish, true)
  }

  return {
    async ensureReady(record, wish, signal) {
      signal.throwIfAborted()
      if (isReadyWith(record, wish) && record.unload === null) return
      // Whoever wants its room must not take it between its being ready and its being used.
      record.waiters += 1
      try {
        await makeReady(record, wish, signal)
      } finally {
        record.waiters -= 1
        context.wake()
      }
    },
    async cancel(record, reason = abortedError()) {
      const loads = [...record.loads]
      for (const load of loads) load.controller.abort(reason)
      await Promise.allSettled(loads.map(({ done }) => done))
    }
  }
}

/** Once its host told what it holds: some tell only a while after the load. */
export function learnFromLoad({ deps }: ModelContext, record: ModelRecord): void {
  if (!record.awaitsNumbers || record.state !== 'ready' || record.loaded === null) return
  if (record.loaded.heldBytes === null || record.loaded.contextLength === null) return
  record.awaitsNumbers = false
  deps.learnNeed(record.id, record.loaded)
}

/** Another name on an engine that ran already was no load. */
function tellLoad({ loadMs }: SharedLoad, { onLoad }: LoadWish, isShared: boolean): void {
  if (loadMs !== null) onLoad?.({ loadMs, isShared })
}

function leaveHand(record: ModelRecord): void {
  record.operationId = null
  record.isInHand = false
}

function wordsFor(actor: Request['actor']): string {
  return {
    you: 'you',
    script: 'a script',
    keep_alive: 'keep-alive',
    limit: 'the limit',
    budget: 'the budget',
    pressure: 'memory pressure',
    schedule: 'the schedule',
    diagnostics: 'the diagnostics',
    chain: 'a chain',
    stoker: 'Stoker',
    other_program: 'another program'
  }[actor]
}
