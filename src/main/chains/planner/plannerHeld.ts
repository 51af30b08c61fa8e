/** What models hold over the time of a plan, in bytes: from the beginning of a load to the end of an unload. Pure. */
import type { PlanAction } from '../../../shared/plan.ts'
import type { PlanProblem, PlanSolution } from './planProblem.ts'

type Held = Pick<PlanSolution, 'held' | 'peakBytes'>

/** Models of no pool hold nothing here. `peakBytes` null: one that is in memory at some time has an unknown need. */
export function heldBy({ models }: PlanProblem, actions: readonly PlanAction[]): Held {
  const bytesOf = (model: number): number => (models[model]!.pool === null ? 0 : (models[model]!.needBytes ?? 0))
  const changes: { atMs: number; bytes: number }[] = []
  let isKnown = true
  const note = (model: number, atMs: number, sign: number): void => {
    if (models[model]!.pool !== null && models[model]!.needBytes === null) isKnown = false
    changes.push({ atMs, bytes: sign * bytesOf(model) })
  }
  models.forEach(({ isResident }, model) => {
    if (isResident) note(model, 0, 1)
  })
  for (const action of actions) {
    if (action.kind === 'load') note(action.model, action.startMs, 1)
    if (action.kind === 'unload') note(action.model, action.endMs, -1)
  }
  // What goes makes room for what comes at the same moment.
  changes.sort((a, b) => a.atMs - b.atMs || a.bytes - b.bytes)
  const held: Held['held'] = [{ atMs: 0, bytes: 0 }]
  let bytes = 0
  // What is there when the plan begins counts, though it may go at once.
  let peak = models.reduce((sum, { isResident }, model) => sum + (isResident ? bytesOf(model) : 0), 0)
  changes.forEach((change, index) => {
    bytes += change.bytes
    const isLastOfMoment = changes[index + 1]?.atMs !== change.atMs
    if (!isLastOfMoment) return
    peak = Math.max(peak, bytes)
    if (held.at(-1)?.atMs === change.atMs) held[held.length - 1] = { atMs: change.atMs, bytes }
    else if (held.at(-1)?.bytes !== bytes) held.push({ atMs: change.atMs, bytes })
  })
  return { held, peakBytes: isKnown ? peak : null }
}
