/** How the steps of the open chain fare in its newest run, while that goes on. */
import { modelKey } from '../../../../shared/modelKey.ts'
import type { RunProgress } from '../../../../shared/run.ts'
import { useRunStore, type RunMirror } from '../../stores/runStore.ts'
import { useChainDocument } from './chainDocument.ts'
import { stepStates, type StepState } from './stepStates.ts'

const known = new WeakMap<RunProgress, Record<string, StepState>>()

/** The run of this chain that goes on. */
export function runUnderWay({ runs }: RunMirror, chainId: string | undefined) {
  return runs.find((run) => run.chainId === chainId && (run.status === 'running' || run.status === 'queued'))
}

function statesOf(mirror: RunMirror): Record<string, StepState> | null {
  const { chain } = useChainDocument.getState()
  const run = runUnderWay(mirror, chain?.id)
  const progress = run === undefined ? undefined : mirror.progress[run.id]
  if (progress === undefined || chain === null) return null
  const before = known.get(progress)
  if (before !== undefined) return before
  const states = stepStates(progress, (stepId) => {
    const model = chain.steps.find(({ id }) => id === stepId)?.model
    return model === undefined || model === null ? null : modelKey(model)
  })
  known.set(progress, states)
  return states
}

export function useStepState(stepId: string): StepState | null {
  return useRunStore((mirror) => statesOf(mirror)?.[stepId] ?? null)
}
