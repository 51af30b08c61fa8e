/** Loading: one load per model however many ask, room made first, cancelled when nobody waits any more. */
import PQueue from 'p-queue'
import { abortedError, StokerError, toErrorInfo } from '../../shared/errors.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { LoadRequest } from '../providers/provider.ts'
import { planEviction, type Resident } from './evictionPolicy.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'
import { takesMemory } from './modelState.ts'

/** Engines report progress faster than anyone can see. */
const progressStep = 0.02

export interface LoadWish extends Request {
  contextLength?: number | undefined
  /** The operation that a cancel button ends; minted when left out. */
  operationId?: string | undefined
}

export interface ModelLoads {
  /** Resolves when the model is ready with the wished context. The signal only takes this caller out of the wait. */
  ensureReady(record: ModelRecord, wish: LoadWish, signal: AbortSignal): Promise<void>
  /** Ends a load for everyone who waits for it. */
  cancel(record: ModelRecord): Promise<void>
}

interface LoadDeps {
  context: ModelContext
  /** Unloads a model to make room or to change its context; runs inside that model's queue. */
  evict: (record: ModelRecord, request: Request) => Promise<unknown>
  /** The same for the model whose own queue is running. */
  unloadNow: (record: ModelRecord, request: Request) => Promise<unknown>
  onReady: (record: ModelRecord) => void
}

export function createModelLoads({ context, evict, unloadNow, onReady }: LoadDeps): ModelLoads {
  const { deps } = context
  // Making room is decided for one model at a time, or two would count on the same room.
  const admission = new PQueue({ concurrency: 1 })

  function startLoad(record: ModelRecord, wish: LoadWish): SharedLoad {
    const operation = deps.operations.start('load', record.id, wish.operationId)
    const startedAt = deps.clock.now()
    const controller = new AbortController()
    operation.signal.addEventListener('abort', () => controller.abort(operation.signal.reason), { once: true })
    const load: SharedLoad = {
      contextLength: wish.contextLength,
      controller,
      waiters: 0,
      onProgress: new Set([
        (fraction) => operation.progress({ kind: 'load', elapsedMs: deps.clock.now() - startedAt, fraction })
      ]),
      done: Promise.resolve()
    }
    load.done = record.queue
      .add(() => perform(record, load, wish, operation.id))
      .finally(() => {
        if (record.load === load) record.load = null
        operation.end()
      })
    // Each waiter gets the rejection for itself; a load that nobody waits for any more must not end the process.
    load.done.catch(() => {})
    record.load = load
    return load
  }

  /** Runs alone in the model's queue. */
  async function perform(record: ModelRecord, load: SharedLoad, wish: LoadWish, operationId: string): Promise<void> {
    const { signal } = load.controller
    signal.throwIfAborted()
    if (isReadyWith(record, load.contextLength)) return
    if (record.state === 'ready' || record.state === 'unloading') {
      await unloadNow(record, { actor: wish.actor, reason: 'to load it with another context length' })
    }
    const startedAt = deps.clock.now()
    record.error = null
    record.loadProgress = null
    record.askedContextLength = load.contextLength ?? null
    try {
      await admission.add(() => admit(record, operationId, signal))
      record.loaded = await deps.provider(record.id.hostId).load(record.id.name, loadRequest(record, load), signal)
      finish(record, wish, deps.clock.now() - startedAt)
    } catch (error) {
      fail(record, wish, error, deps.clock.now() - startedAt)
      throw error
    }
  }

  function loadRequest(record: ModelRecord, load: SharedLoad): LoadRequest {
    return {
      keepAliveSeconds: context.keepAliveSeconds(record),
      ...(load.contextLength === undefined ? {} : { contextLength: load.contextLength }),
      onProgress(fraction) {
        if (fraction < 1 && fraction - (record.loadProgress ?? 0) < progressStep) return
        record.loadProgress = fraction
        context.changed(record)
        for (const report of load.onProgress) report(fraction)
      }
    }
  }

  function finish(record: ModelRecord, wish: LoadWish, durationMs: number): void {
    const now = deps.clock.now()
    record.operationId = null
    record.loadedAt = now
    record.loadedBy = wish.reason ?? wordsFor(wish.actor)
    record.tokensPerSecond = null
    deps.facts.change(record.id, { lastLoadMs: durationMs })
    context.move(record, 'load_ended')
    onReady(record)
    const bytes = record.loaded?.heldBytes ?? null
    deps.log({
      kind: 'loaded',
      actor: wish.actor,
      modelId: record.id,
      hostId: record.id.hostId,
      reason: wish.reason,
      durationMs,
      bytes,
      error: null
    })
    deps.onMemoryMoved()
  }

  function fail(record: ModelRecord, wish: LoadWish, thrown: unknown, durationMs: number): void {
    const error = toErrorInfo(thrown)
    const wasCancelled = error.code === 'aborted'
    record.operationId = null
    if (record.state === 'loading') record.loaded = null
    // A model that was never let in has not failed: the limit did.
    record.error = wasCancelled || record.state !== 'loading' ? null : error
    context.move(record, wasCancelled ? 'load_cancelled' : 'load_failed')
    deps.log({
      kind: wasCancelled ? 'load_cancelled' : 'load_failed',
      actor: wish.actor,
      modelId: record.id,
      hostId: record.id.hostId,
      reason: wish.reason,
      durationMs,
      bytes: null,
      error: wasCancelled ? null : error
    })
    deps.onMemoryMoved()
  }

  /** Makes room, and counts the model as loading before the next one is let in. */
  async function admit(record: ModelRecord, operationId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const others = [...context.records.values()].filter((other) => other !== record && takesMemory(other.state))
    const limit = deps.maxLoadedModels()
    const plan = planEviction(
      others.map((other) => asResident(other, deps.facts.get(other.id))),
      limit
    )
    if (!plan.ok) throw limitReached(limit, plan.blockedBy)
    for (const key of plan.evict) {
      const victim = context.records.get(key)
      if (victim)
        await evict(victim, {
          actor: 'limit',
          reason: `to stay within ${limit} loaded ${limit === 1 ? 'model' : 'models'}`
        })
    }
    signal.throwIfAborted()
    record.operationId = operationId
    if (context.move(record, 'load_started')) return
    record.operationId = null
    throw new StokerError(
      'model_not_found',
      `${record.id.name} is no longer on its host.`,
      'Refresh the list, or pull it again.'
    )
  }

  /** A second caller's own operation: cancelling it takes only that caller out of the wait. */
  function joinAsOperation(
    record: ModelRecord,
    load: SharedLoad,
    operationId: string,
    signal: AbortSignal
  ): Promise<void> {
    return deps.operations.run('load', record.id, operationId, async (operation) => {
      const startedAt = deps.clock.now()
      const report = (fraction: number | null): void =>
        operation.progress({ kind: 'load', elapsedMs: deps.clock.now() - startedAt, fraction })
      load.onProgress.add(report)
      await join(load, AbortSignal.any([signal, operation.signal])).finally(() => load.onProgress.delete(report))
    })
  }

  return {
    async ensureReady(record, wish, signal) {
      let { operationId } = wish
      for (;;) {
        signal.throwIfAborted()
        if (isReadyWith(record, wish.contextLength)) return
        const running = record.load
        if (!running || !isCompatible(running, wish)) await join(startLoad(record, { ...wish, operationId }), signal)
        else if (operationId) await joinAsOperation(record, running, operationId, signal)
        else await join(running, signal)
        // Ready, but somebody unloaded it before this caller's turn: ask again, as a new operation.
        operationId = undefined
      }
    },
    async cancel(record) {
      const load = record.load
      load?.controller.abort(abortedError())
      await load?.done.catch(() => {})
    }
  }
}

/** Waits along with the others; the last one to leave ends the load. */
async function join(load: SharedLoad, signal: AbortSignal): Promise<void> {
  load.waiters += 1
  let leave = (): void => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
  })
  try {
    await Promise.race([load.done, left])
  } finally {
    signal.removeEventListener('abort', leave)
    load.waiters -= 1
    if (load.waiters === 0 && signal.aborted) load.controller.abort(signal.reason)
  }
}

function isReadyWith(record: ModelRecord, contextLength: number | undefined): boolean {
  if (record.state !== 'ready') return false
  return (
    contextLength === undefined ||
    contextLength === record.loaded?.contextLength ||
    contextLength === record.askedContextLength
  )
}

function isCompatible(load: SharedLoad, wish: LoadWish): boolean {
  return (
    !load.controller.signal.aborted && (wish.contextLength === undefined || wish.contextLength === load.contextLength)
  )
}

function asResident(record: ModelRecord, facts: { isPinned: boolean; lastUsedAt: number | null }): Resident {
  const isWaitedFor = record.queue.size > 0 || record.queue.pending > 0
  return {
    key: modelKey(record.id),
    isPinned: facts.isPinned,
    isBusy: record.state !== 'ready' || record.activeRequests.size > 0 || isWaitedFor,
    lastUsedAt: Math.max(facts.lastUsedAt ?? 0, record.loadedAt ?? 0) || null
  }
}

function limitReached(limit: number, blockedBy: 'pinned' | 'busy'): StokerError {
  const count = limit === 1 ? 'One model is' : `${limit} models are`
  const why = blockedBy === 'busy' ? 'busy' : 'pinned'
  return new StokerError(
    'limit_reached',
    `${count} loaded, the most allowed, and none can go: each is ${why === 'busy' ? 'busy or pinned' : 'pinned'}.`,
    why === 'busy'
      ? 'Try again when an answer has ended, or raise the limit in Settings.'
      : 'Unpin one, or raise the limit in Settings.'
  )
}

function wordsFor(actor: Request['actor']): string {
  return {
    you: 'you',
    script: 'a script',
    keep_alive: 'keep-alive',
    limit: 'the limit',
    stoker: 'Stoker',
    other_program: 'another program'
  }[actor]
}
