/** Whole texts of one step of one item, live while it answers. */
import { useEffect, useState } from 'react'
import type { StepResult, StepTexts } from '../../../../shared/run.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import { stepKey, useRunStore } from '../../stores/runStore.ts'
import { missedStart } from './itemWords.ts'

export interface ShownStep {
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
  const [state, setState] = useState<{ texts: StepTexts; missed: string } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const isWanted = isOpen && step.status !== 'waiting'
  const standing = `${step.status} ${step.attempts}`
  useEffect(() => {
    if (!isWanted) return
    let isGone = false
    request('runs.step', { runId, item, stepId }).then(
      (texts) => {
        if (isGone) return
        setState({ texts, missed: missedStart(texts.text, useRunStore.getState().tokens[key] ?? '') })
        setFailure(null)
      },
      (thrown: unknown) => !isGone && setFailure(failureWords(thrown))
    )
    return () => void (isGone = true)
  }, [runId, item, stepId, key, isWanted, standing])
  const texts = state?.texts ?? null
  const isLive = step.status === 'running'
  const output = isLive ? (texts?.status === 'running' ? (state?.missed ?? '') : '') + heard : (texts?.text ?? '')
  return { step, texts, output, failure }
}
