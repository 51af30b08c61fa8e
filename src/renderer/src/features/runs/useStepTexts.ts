/** Whole texts of one step of one item, live while it answers. */
import type { StepResult, StepTexts } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { stepKey, useRunStore } from '../../stores/runStore.ts'
import { missedStart } from './itemWords.ts'
import { useAnswer } from './useAnswer.ts'

interface ShownStep {
  step: StepResult
  texts: StepTexts | null
  /** The output so far. */
  output: string
  failure: string | null
}

/** `isOpen` false: nothing is asked for. */
export function useStepTexts(runId: string, given: StepResult, isOpen: boolean): ShownStep {
  const { item, stepId } = given
  const key = stepKey(item, stepId)
  const step = useRunStore((mirror) => mirror.moved[key]) ?? given
  const heard = useRunStore((mirror) => mirror.tokens[key]) ?? ''
  const isWanted = isOpen && step.status !== 'waiting'
  const { answer, failure } = useAnswer(isWanted ? `${step.status} ${step.attempts}` : null, async () => {
    const texts = await request('runs.step', { runId, item, stepId })
    return { texts, missed: missedStart(texts.text, useRunStore.getState().tokens[key] ?? '') }
  })
  const texts = answer?.texts ?? null
  if (step.status !== 'running') return { step, texts, output: texts?.text ?? '', failure }
  const missed = texts?.status === 'running' ? (answer?.missed ?? '') : ''
  return { step, texts, output: missed + heard, failure }
}
