/** One step of one item as it is recorded. */
import { newStepResult } from '../../../shared/newStepResult.ts'
import type { StepResult, StepStatus, StepTexts } from '../../../shared/run.ts'

export function newStepTexts(item: number, stepId: string, status: StepStatus): StepTexts {
  return { ...newStepResult(item, stepId, status), prompt: null, system: null, text: '' }
}

export function withoutTexts({ prompt: _prompt, system: _system, text: _text, ...result }: StepTexts): StepResult {
  return result
}

/** As people count them. */
export function lettersOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}
