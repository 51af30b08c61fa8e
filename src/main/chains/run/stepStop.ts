/** Whether an item ends with a step, told from what that step put out: its answer, or the text that stands for it. */
import type { Step } from '../../../shared/chain.ts'
import { firstStop, type Matches } from '../../../shared/stopConditions.ts'
import type { StepTexts } from '../../../shared/run.ts'
import type { RunState } from './runState.ts'
import type { StepPrompts } from './stepPrompt.ts'

export interface StopOf {
  reason: string
  finalOutput: string
}

interface StepStopDeps {
  state: Pick<RunState, 'step' | 'stepCount'>
  prompts: Pick<StepPrompts, 'writeFinal'>
  matches: Matches
}

/** Of a step that is not written down as ended yet. Throws where a pattern or the template of the final output is at fault. */
export type StepStop = (step: Step, output: Pick<StepTexts, 'item' | 'text'>) => StopOf | null

export function createStepStop({ state, prompts, matches }: StepStopDeps): StepStop {
  return (step, { item, text }) => {
    if (step.stopConditions.length === 0) return null
    let ended = 1
    for (let place = 0; place < state.stepCount; place++) {
      const status = state.step(item, place)
      if (status !== 'waiting' && status !== 'running') ended += 1
    }
    const stop = firstStop(step.stopConditions, { text, stepNumber: ended }, matches)
    if (stop === null) return null
    const { finalOutput } = stop.condition
    return {
      reason: stop.words,
      finalOutput: finalOutput === null ? text : prompts.writeFinal(item, step, finalOutput, text)
    }
  }
}
