/** A load that takes longer than its limit: said, and left alone. */
import type { TimeLimit } from '../../shared/model.ts'
import { formatSpan } from '../../shared/span.ts'
import { usualLoadMs } from './measured.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'

/** Once for each load, though the request pipeline may start it over and come to its limit again. */
export function noteLate(context: ModelContext, record: ModelRecord, load: SharedLoad, limit: TimeLimit): void {
  // It may have ended in the very moment in which its limit was reached.
  if (load.isLate || record.state !== 'loading' || !record.loads.has(load)) return
  load.isLate = true
  const reason = lateReason(limit.limitMs, usualLoadMs(context.deps.timings, record.id))
  context.log(record, { kind: 'load_late', actor: 'stoker', reason })
  for (const report of load.reports) report()
  context.changed(record)
}

/** "after 5 min; it usually takes 6 s. Still loading: cancel it, or let it go on." */
export function lateReason(limitMs: number, usualMs: number | null): string {
  const usual = usualMs === null ? '' : `; it usually takes ${span(usualMs)}`
  return `after ${span(limitMs)}${usual}. Still loading: cancel it, or let it go on.`
}

function span(ms: number): string {
  return ms < 1_000 ? 'less than 1 s' : formatSpan(ms / 1_000)
}
