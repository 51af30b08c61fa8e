/** What each step of a chain does while a run of it goes on, read off the run's own time line. Pure. */
import type { RunProgress } from '../../../../shared/run.ts'

export type StepState = 'loading' | 'running' | 'done'

/** The last action of the time line is under way; steps whose every item is done are done. */
export function stepStates(
  progress: RunProgress | null,
  modelOf: (stepId: string) => string | null
): Record<string, StepState> {
  const states: Record<string, StepState> = {}
  if (progress === null || progress.plan === null) return states
  const done = new Map<string, number>()
  const last = progress.done.at(-1)
  for (const action of progress.done) {
    if (action.kind !== 'run' || action === last) continue
    for (const id of action.stepIds) done.set(id, (done.get(id) ?? 0) + action.itemCount)
  }
  for (const [id, count] of done) if (count >= progress.plan.itemCount) states[id] = 'done'
  if (last?.kind === 'run') for (const id of last.stepIds) states[id] = 'running'
  if (last?.kind === 'load') {
    const model = progress.plan.models[last.model]?.id
    const name = model === undefined ? null : `${model.hostId}/${model.name}`
    const planned = progress.plan.actions.flatMap((action) => (action.kind === 'run' ? action.stepIds : []))
    for (const id of planned) if (name !== null && modelOf(id) === name && states[id] !== 'done') states[id] = 'loading'
  }
  return states
}
