/** A step of an item of which nothing is known but where it stands. */
import type { StepResult, StepStatus } from './run.ts'

export function newStepResult(item: number, stepId: string, status: StepStatus): StepResult {
  return {
    item,
    stepId,
    status,
    modelId: null,
    isFallback: false,
    attempts: 0,
    startedAt: null,
    durationMs: null,
    loadMs: null,
    promptTokens: null,
    outputTokens: null,
    firstTokenMs: null,
    tokensPerSecond: null,
    heldBytes: null,
    letters: 0,
    contextNote: null,
    error: null
  }
}
