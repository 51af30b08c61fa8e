/** One load and everyone who waits for it: who may join, who is told what, and when it ends because nobody waits any more. */
import { abortable } from '../lib/abortable.ts'
import type { Clock } from '../lib/clock.ts'
import type { RunningOperation } from '../operations/operationRegistry.ts'
import type { LoadWish, ReadyWish } from './modelLoads.ts'
import type { LoadRetry, ModelRecord, SharedLoad } from './modelRecord.ts'

export function createSharedLoad(
  { contextLength, minContextLength, loadAnyway = false, actor }: LoadWish,
  controller: AbortController
): SharedLoad {
  return {
    contextLength: contextLength ?? minContextLength,
    minContextLength,
    isInsisted: loadAnyway,
    isTrial: actor === 'diagnostics',
    controller,
    waiters: 0,
    attemptAt: 0,
    loadMs: null,
    isLate: false,
    reports: new Set(),
    done: Promise.resolve()
  }
}

/** What an operation that follows this load tells each time. */
export function loadReport(
  clock: Clock,
  record: ModelRecord,
  load: SharedLoad,
  operation: RunningOperation
): (retry?: LoadRetry) => void {
  const startedAt = clock.now()
  return (retry) => {
    if (retry !== undefined) return operation.progress({ kind: 'retrying', ...retry })
    const elapsedMs = clock.now() - startedAt
    operation.progress({ kind: 'load', elapsedMs, fraction: record.loadProgress, isLate: load.isLate })
  }
}

/** Said until the next attempt begins; what a load takes is counted from there. */
export function noteRetry(clock: Clock, load: SharedLoad, retry: LoadRetry): void {
  load.attemptAt = Math.max(clock.now(), retry.nextAt)
  for (const report of load.reports) report(retry)
  clock.after(load.attemptAt - clock.now(), () => {
    for (const report of load.reports) report()
  })
}

/** Waits along with the others; the last one to leave ends the load. */
export async function join(load: SharedLoad, signal: AbortSignal): Promise<void> {
  load.waiters += 1
  try {
    await abortable(load.done, signal)
  } finally {
    load.waiters -= 1
    if (load.waiters === 0 && signal.aborted) load.controller.abort(signal.reason)
  }
}

export function isReadyWith(
  record: ModelRecord,
  { contextLength, minContextLength }: Pick<ReadyWish, 'contextLength' | 'minContextLength'>
): boolean {
  if (record.state !== 'ready') return false
  const { loaded, askedContextLength: asked } = record
  if (minContextLength !== undefined) {
    // Asked for as much and given less: the model can no more.
    return (loaded?.contextLength ?? 0) >= minContextLength || (asked ?? 0) >= minContextLength
  }
  return contextLength === undefined || contextLength === loaded?.contextLength || contextLength === asked
}

export function isCompatible(load: SharedLoad, { contextLength, minContextLength }: LoadWish): boolean {
  if (load.controller.signal.aborted) return false
  // What the host will give where nothing is asked of it is not known before it is loaded.
  if (minContextLength !== undefined) return (load.contextLength ?? 0) >= minContextLength
  return contextLength === undefined || contextLength === load.contextLength
}
