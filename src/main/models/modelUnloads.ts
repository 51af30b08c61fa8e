/** Unloading: after the running answers or, when forced, at once; verified before it is called done, and told with the bytes. */
import type { UnloadResult } from '../../shared/contract.ts'
import { abortedError, StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'

/** How long a server may go on answering other programs before the unload is given up. */
const goneWithinMs = 60_000

export interface UnloadWish extends Request {
  force?: boolean | undefined
  operationId?: string | undefined
}

export interface ModelUnloads {
  /** Runs after whatever the model's queue holds. Two callers share one unload. */
  unload(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult>
  /** The same from inside the model's own queue. */
  unloadNow(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult>
}

const nothingHeld: UnloadResult = { bytesReturned: 0, durationMs: 0, verified: true }

export function createModelUnloads(context: ModelContext): ModelUnloads {
  const { deps } = context

  async function unloadNow(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult> {
    if (record.state === 'unloading') return await goneByItself(record)
    if (!context.move(record, 'unload_started')) return nothingHeld
    return deps.operations.run('unload', record.id, wish.operationId, async (operation) => {
      const startedAt = deps.clock.now()
      record.operationId = operation.id
      context.changed(record)
      try {
        await answersEnded(record, operation.signal, () =>
          operation.progress({
            kind: 'unload',
            elapsedMs: deps.clock.now() - startedAt,
            waitingFor: 'the running answer'
          })
        )
        const heldBytes = record.loaded?.heldBytes ?? null
        await deps.provider(record.id.hostId).unload(record.id.name, goneWithinMs, operation.signal)
        return finish(record, wish, heldBytes, deps.clock.now() - startedAt)
      } catch (error) {
        giveUp(record, wish, error, deps.clock.now() - startedAt)
        throw error
      }
    })
  }

  /** The server has been asked by another program already; wait for it as for our own. */
  async function goneByItself(record: ModelRecord): Promise<UnloadResult> {
    const heldBytes = record.loaded?.heldBytes ?? null
    const startedAt = deps.clock.now()
    await deps.provider(record.id.hostId).unload(record.id.name, goneWithinMs, new AbortController().signal)
    record.loaded = null
    context.move(record, 'seen_gone')
    return { bytesReturned: heldBytes, durationMs: deps.clock.now() - startedAt, verified: true }
  }

  function finish(record: ModelRecord, wish: UnloadWish, heldBytes: number | null, durationMs: number): UnloadResult {
    clearLoaded(record)
    context.move(record, 'unload_ended')
    const { actor, reason } = wish
    const { id } = record
    deps.log({
      kind: 'unloaded',
      actor,
      modelId: id,
      hostId: id.hostId,
      reason,
      durationMs,
      bytes: heldBytes,
      error: null
    })
    deps.onMemoryMoved()
    return { bytesReturned: heldBytes, durationMs, verified: true }
  }

  function giveUp(record: ModelRecord, wish: UnloadWish, thrown: unknown, durationMs: number): void {
    record.operationId = null
    context.move(record, 'unload_gave_up')
    const error = toErrorInfo(thrown)
    if (error.code === 'aborted') return
    const { id } = record
    deps.log({
      kind: 'unload_failed',
      actor: wish.actor,
      modelId: id,
      hostId: id.hostId,
      reason: wish.reason,
      durationMs,
      bytes: null,
      error
    })
  }

  return {
    unloadNow,
    unload(record, wish) {
      if (wish.force) for (const request of record.activeRequests) request.abort(stoppedByUnload())
      record.unload ??= record.queue
        .add(() => unloadNow(record, wish))
        .finally(() => {
          record.unload = null
        })
      return record.unload
    }
  }
}

/** Forgets everything that was true only while it was in memory. */
export function clearLoaded(record: ModelRecord): void {
  record.loaded = null
  record.loadedAt = null
  record.loadedBy = null
  record.operationId = null
  record.idleUnloadAt = null
  record.cancelIdleTimer()
}

/** Resolves when nothing of ours is being answered; rejects when the unload itself is cancelled. */
async function answersEnded(record: ModelRecord, signal: AbortSignal, onWait: () => void): Promise<void> {
  if (record.activeRequests.size > 0) onWait()
  while (record.activeRequests.size > 0) {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      record.onIdle.add(resolve)
    })
  }
  if (signal.aborted) throw abortedError()
}

function stoppedByUnload(): StokerError {
  return new StokerError('aborted', 'Stopped, because the model was unloaded.')
}
