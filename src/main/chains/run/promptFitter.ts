/** A step's prompt, made to fit its window once for all tries: a retry does not summarise everything again. */
import type { Step } from '../../../shared/chain.ts'
import type { Clock } from '../../lib/clock.ts'
import type { FitPrompt, FitRequest, FittedPrompt } from '../prompt/fitPrompt.ts'
import type { FilledPrompt } from './stepPrompt.ts'

interface PromptFitterDeps extends Pick<FitRequest, 'maxTokens' | 'countTokens' | 'ask' | 'signal'> {
  fit: FitPrompt
  step: Step
  written: FilledPrompt
  /** A part that is summarised, as it begins; null: no more. */
  onPart: (words: string | null) => void
  clock: Pick<Clock, 'now'>
}

interface Fitted {
  prompt: FittedPrompt
  /** Also where it was made for an earlier try. */
  tookMs: number
}

/** A window may be another one after the model was loaded again. */
export type PromptFitter = (windowTokens: number | null) => Promise<Fitted>

export function createPromptFitter(deps: PromptFitterDeps): PromptFitter {
  const { fit, step, written, maxTokens, countTokens, ask, signal, clock } = deps
  let last: { windowTokens: number | null; fitted: Fitted } | null = null

  async function make(windowTokens: number | null): Promise<Fitted> {
    const startedAt = clock.now()
    try {
      const prompt = await fit({
        ...written,
        windowTokens,
        maxTokens,
        policy: step.contextPolicy,
        countTokens,
        ask,
        onPart: (part, parts) => deps.onPart(`summarising part ${part} of ${parts}`),
        signal
      })
      return { prompt, tookMs: Math.max(0, clock.now() - startedAt) }
    } finally {
      deps.onPart(null)
    }
  }

  return async (windowTokens) => {
    if (last === null || last.windowTokens !== windowTokens) last = { windowTokens, fitted: await make(windowTokens) }
    return last.fitted
  }
}
