/** Unloading: after the running answers or, when forced, at once; verified before it is called done, and told with the bytes. */
import type { UnloadResult } from '../../shared/contract.ts'
import { abortedError, StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { abortable } from '../lib/abortable.ts'
import type { Provider } from '../providers/provider.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'
import { memoryOf } from './seenMemory.ts'
import { beginReturnCheck } from './verifyReturn.ts'

/** How long a server may go on answering other programs before the unload is given up. */
const goneWithinMs = 60_000

export interface UnloadWish extends Request {
  force?: boolean | undefined
  operationId?: string | undefined
  /** Ends the unload as its operation does. */
  signal?: AbortSignal | undefined
}

export interface ModelUnloads {
  /** Runs after whatever the model's queue holds. Two callers share one unload. */
  unload(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult>
  /** The same from inside the model's own queue. */
  unloadNow(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult>
}

const nothingHeld: UnloadResult = { bytesReturned: 0, durationMs: 0, verified: true, evidence: null }

/** `onKept`: an unload was given up, and the model stays. */
export function createModelUnloads(context: ModelContext, onKept: (record: ModelRecord) => void): ModelUnloads {
  const { deps } = context

  async function unloadNow(record: ModelRecord, wish: UnloadWish): Promise<UnloadResult> {
    const isStoppingByItself = record.state === 'unloading'
    if (!isStoppingByItself && !context.move(record, 'unload_started')) return nothingHeld
    // Who waits for its room may give up before it is gone.
    const forLoads = wish.forLoadOf ? [...(context.records.get(modelKey(wish.forLoadOf))?.loads ?? [])] : []
    return deps.operations.run('unload', record.id, wish, async (operation) => {
      const startedAt = deps.clock.now()
      const signal = wish.signal ? AbortSignal.any([operation.signal, wish.signal]) : operation.signal
      record.operationId = operation.id
      record.isInHand = true
      context.changed(record)
      try {
        await answersEnded(record, signal, () =>
          operation.progress({
            kind: 'unload',
            elapsedMs: deps.clock.now() - startedAt,
            waitingFor: 'the running answer'
          })
        )
        const result = await leave(record, signal, startedAt)
        return finish(record, wish, result, forLoads)
      } catch (error) {
        giveUp(record, wish, error, deps.clock.now() - startedAt)
        throw error
      }
    })
  }

  /** Resolves when its host no longer holds it, with what was seen to come back. */
  async function leave(record: ModelRecord, signal: AbortSignal, startedAt: number): Promise<UnloadResult> {
    const { id } = record
    const heldBytes = memoryOf(record)?.heldBytes ?? null
    const provider = deps.provider(id.hostId)
    const check = await beginReturnCheck(context, id)
    await provider.unload(id.name, goneWithinMs, signal)
    const isGone = await seenGone(provider, id.name, signal)
    const durationMs = deps.clock.now() - startedAt
    return { ...(await check.finish(heldBytes, isGone, signal)), durationMs }
  }

  function finish(
    record: ModelRecord,
    wish: UnloadWish,
    result: UnloadResult,
    forLoads: readonly SharedLoad[]
  ): UnloadResult {
    clearLoaded(record)
    record.isInHand = false
    context.move(record, 'unload_ended')
    const { actor, reason, forLoadOf } = wish
    const isForTrial = forLoads.length > 0 && forLoads.every(({ isTrial }) => isTrial)
    if (forLoadOf && !isForTrial) context.journal.wentFor(record.id, forLoadOf)
    const { durationMs, bytesReturned: bytes } = result
    context.log(record, { kind: 'unloaded', actor, reason, durationMs, bytes, error: notReturned(result) })
    deps.onMemoryMoved()
    return result
  }

  function giveUp(record: ModelRecord, wish: UnloadWish, thrown: unknown, durationMs: number): void {
    record.operationId = null
    record.isInHand = false
    context.move(record, 'unload_gave_up')
    onKept(record)
    const error = toErrorInfo(thrown)
    if (error.code === 'aborted') return
    const { actor, reason } = wish
    context.log(record, { kind: 'unload_failed', actor, reason, durationMs, error })
  }

  /** A second caller's own operation: cancelling it takes only that caller out of the wait. */
  function joinUnload(record: ModelRecord, running: Promise<UnloadResult>, wish: UnloadWish): Promise<UnloadResult> {
    if (!wish.operationId) return running
    return deps.operations.run('unload', record.id, wish, ({ signal }) => abortable(running, signal))
  }

  return {
    unloadNow,
    unload(record, wish) {
      if (wish.force) for (const request of record.activeRequests) request.abort(stoppedByUnload())
      if (record.unload) return joinUnload(record, record.unload, wish)
      record.unload = record.queue
        .add(() => unloadNow(record, wish))
        .finally(() => {
          record.unload = null
          // Given up, it counts as leaving until now: whoever waited for its room must look anew.
          context.wake()
        })
      return record.unload
    }
  }
}

/** Forgets everything that was true only while it was in memory. */
export function clearLoaded(record: ModelRecord): void {
  record.loaded = null
  record.seenMemory = null
  record.needBytes = null
  record.awaitsNumbers = false
  record.loadedAt = null
  record.loadedBy = null
  record.operationId = null
  record.askedContextLength = null
  record.sentKeepAliveSeconds = null
  record.keepAliveWatch = null
  record.keepAliveOverride = null
  record.idleUnloadAt = null
  record.idleSeconds = null
  record.cancelIdleTimer()
}

/**
 * Asks the host once more after the provider called it done. False where the host does not answer; rejects with `unload_unverified`
 * where it still holds the model.
 */
async function seenGone(provider: Provider, name: string, signal: AbortSignal): Promise<boolean> {
  const loaded = await provider.listLoaded(signal).catch(() => null)
  if (loaded?.some((model) => model.name === name)) {
    throw new StokerError(
      'unload_unverified',
      `${name} was unloaded, but its host still holds it.`,
      'Another program may have loaded it again. Try once more.'
    )
  }
  return loaded !== null
}

/** Something was looked at, and it does not show the memory to be free. */
function notReturned({ verified, evidence }: UnloadResult): ErrorInfo | null {
  if (verified || evidence === null) return null
  return { code: 'unload_unverified', message: `Its memory was not seen to come back: ${evidence}.`, hint: null }
}

/** Resolves when nothing of ours is being answered; rejects when the unload itself is cancelled. */
async function answersEnded(record: ModelRecord, signal: AbortSignal, onWait: () => void): Promise<void> {
  if (record.activeRequests.size > 0) onWait()
  while (record.activeRequests.size > 0) {
    await abortable(new Promise<void>((resolve) => record.onIdle.add(resolve)), signal)
  }
  if (signal.aborted) throw abortedError()
}

function stoppedByUnload(): StokerError {
  return new StokerError('aborted', 'Stopped, because the model was unloaded.')
}
