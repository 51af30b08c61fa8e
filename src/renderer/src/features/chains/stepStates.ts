/** What each step of a chain does while a run of it goes on, read off the run's own time line. Pure. */
import type { RunProgress } from '../../../../shared/run.ts'

export type StepState = 'loading' | 'running' | 'done'

/** The last action of the time line is under way; steps whose every item is done are done. */
export function stepStates({ plan, done }: RunProgress): Record<string, StepState> {
  const states: Record<string, StepState> = {}
  if (plan === null) return states
  const last = done.at(-1)
  const items = new Map<string, number>()
  for (const action of done) {
    if (action.kind !== 'run' || action === last) continue
    for (const id of action.stepIds) items.set(id, (items.get(id) ?? 0) + action.itemCount)
  }
  for (const [id, count] of items) if (count >= plan.itemCount) states[id] = 'done'
  if (last?.kind === 'run') for (const id of last.stepIds) states[id] = 'running'
  if (last?.kind === 'load')
    for (const action of plan.actions)
      if (action.kind === 'run')
        action.stepIds.forEach((id, index) => {
          if (action.models[index] === last.model && states[id] !== 'done') states[id] = 'loading'
        })
  return states
}
