/** A run as it is first written down: queued, with nothing done. */
import type { StoredRun } from '../../storage/runStore.ts'

export type RunBeginning = Pick<
  StoredRun,
  'id' | 'chain' | 'inputId' | 'inputWords' | 'itemCount' | 'order' | 'autoUnload' | 'createdAt'
>

export function newStoredRun(beginning: RunBeginning): StoredRun {
  return {
    ...beginning,
    status: 'queued',
    startedAt: null,
    endedAt: null,
    workedMs: 0,
    loads: 0,
    plannedLoads: null,
    peakBytes: null,
    plannedPeakBytes: null,
    error: null,
    progress: { plan: null, done: [], held: [], nowMs: 0, replans: [] }
  }
}
