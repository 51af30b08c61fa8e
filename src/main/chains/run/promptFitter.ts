/** A step's prompt, made to fit its window once for all tries: a retry does not summarise everything again. */
import type { Step } from '../../../shared/chain.ts'
import type { FitPrompt, FitRequest, FittedPrompt } from '../prompt/fitPrompt.ts'
import type { FilledPrompt } from './stepPrompt.ts'

interface PromptFitterDeps extends Pick<FitRequest, 'maxTokens' | 'countTokens' | 'ask' | 'signal'> {
  fit: FitPrompt
  step: Step
  written: FilledPrompt
  /** A part that is summarised, as it begins. */
  onPart: (words: string) => void
}

/** A window may be another one after the model was loaded again. */
export function createPromptFitter(deps: PromptFitterDeps): (windowTokens: number | null) => Promise<FittedPrompt> {
  const { fit, step, written, maxTokens, countTokens, ask, signal } = deps
  let last: { windowTokens: number | null; fitted: FittedPrompt } | null = null
  return async (windowTokens) => {
    if (last === null || last.windowTokens !== windowTokens) {
      const fitted = await fit({
        ...written,
        windowTokens,
        maxTokens,
        policy: step.contextPolicy,
        countTokens,
        ask,
        onPart: (part, parts) => deps.onPart(`summarising part ${part} of ${parts}`),
        signal
      })
      last = { windowTokens, fitted }
    }
    return last.fitted
  }
}
