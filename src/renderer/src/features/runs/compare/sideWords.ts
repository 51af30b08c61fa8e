/** What stands in place of an output that is not there, and what a step took, for one side of a comparison. Pure. */
import type { RunItem, StepResult, StepTexts } from '../../../../../shared/run.ts'
import { stepNote } from '../../../../../shared/stepNotes.ts'
import { stepFacts, stepLabels } from '../itemWords.ts'

type Ended = Pick<RunItem | StepResult, 'status' | 'error'>

/** Why there is no output. */
export function noOutputWords({ status, error }: Ended): string {
  const why = [error?.message, error?.hint].filter(Boolean).join(' ')
  switch (status) {
    case 'waiting':
      return 'Not run yet'
    case 'running':
      return 'Not done yet'
    case 'skipped':
      return why === '' ? 'Left out' : `Left out: ${why}`
    case 'failed':
      return why === '' ? 'Failed' : why
    default:
      return 'An empty output'
  }
}

/** What is to be told of a text that is there; without one it stands in its place. */
export function textNote(step: StepTexts): string | null {
  if (step.text === '' && (step.status === 'running' || step.status === 'failed' || step.status === 'skipped'))
    return null
  if (step.status === 'running') return stepLabels.running.words
  return step.status === 'failed' ? (step.error?.message ?? null) : stepNote(step)
}

/** "qwen3:8b", "3.2 s", "18.1 tok/s", …: under its output. */
export function sideFacts(step: StepResult): string[] {
  return [...(step.modelId === null ? [] : [step.modelId.name]), ...stepFacts(step)]
}
