/** How the steps of the open chain fare in its newest run, while that goes on. */
import type { RunProgress, RunSummary } from '../../../../shared/run.ts'
import { useRunStore, type RunMirror } from '../../stores/runStore.ts'
import { useChainDocument } from './chainDocument.ts'
import { stepStates, type StepState } from './stepStates.ts'

const known = new WeakMap<RunProgress, Record<string, StepState>>()

/** Once for all cards. */
function statesOf(progress: RunProgress): Record<string, StepState> {
  const states = known.get(progress) ?? stepStates(progress)
  known.set(progress, states)
  return states
}

/** The run of this chain that goes on. */
export function runUnderWay({ runs }: RunMirror, chainId: string | undefined): RunSummary | undefined {
  return runs.find((run) => run.chainId === chainId && (run.status === 'running' || run.status === 'queued'))
}

export function useStepState(stepId: string): StepState | null {
  const chainId = useChainDocument(({ chain }) => chain?.id)
  return useRunStore((mirror) => {
    const progress = mirror.progress[runUnderWay(mirror, chainId)?.id ?? '']
    return progress === undefined ? null : (statesOf(progress)[stepId] ?? null)
  })
}
