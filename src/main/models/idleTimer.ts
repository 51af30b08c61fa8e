/** Keep-alive for hosts that keep no time themselves: unloads a model so many seconds after its last use. */
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'

/** setTimeout holds 2^31 - 1 ms; longer waits are taken in steps. */
const longestTimerMs = 2_000_000_000

/** Sets the time anew; call it whenever the model was used, its keep-alive changed, or its state did. */
export function restartIdleTimer(
  context: ModelContext,
  record: ModelRecord,
  unload: (record: ModelRecord) => void
): void {
  const { clock } = context.deps
  record.cancelIdleTimer()
  record.idleUnloadAt = null
  record.idleSeconds = null
  const seconds = context.keepAliveSeconds(record)
  const isIdle = record.state === 'ready' && record.activeRequests.size === 0 && !record.isDropped
  // A load with keep-alive 0 is there to be used once: it waits for that use, not for the next tick.
  const isKept = seconds < 0 || (seconds === 0 && !record.wasUsed)
  if (!isIdle || isKept || record.serverKeepsTime) return
  const dueAt = clock.now() + seconds * 1000
  record.idleUnloadAt = dueAt
  record.idleSeconds = seconds
  const wait = (): void => {
    const leftMs = dueAt - clock.now()
    if (leftMs <= 0) return unload(record)
    record.cancelIdleTimer = clock.after(Math.min(leftMs, longestTimerMs), wait)
  }
  wait()
}
