/** Does a plan step by step, and stops at the first that fails: what follows counted on it. */
import type { WhatIfStep } from './whatIfPlan.ts'

export interface WhatIfRun {
  step: WhatIfStep
  /** From 1. */
  number: number
  count: number
  /** To cancel it by. */
  operationId: string
}

interface RunDeps {
  /** Both reject where the step fails. */
  unload(step: WhatIfStep, operationId: string): Promise<unknown>
  load(step: WhatIfStep, operationId: string): Promise<unknown>
  mintId(): string
  onStep(run: WhatIfRun): void
  isStopped(): boolean
}

/** The step that failed and why; null where all went well, or the person stopped it. */
export async function runWhatIf(
  steps: readonly WhatIfStep[],
  { unload, load, mintId, onStep, isStopped }: RunDeps
): Promise<{ step: WhatIfStep; thrown: unknown } | null> {
  for (const [index, step] of steps.entries()) {
    if (isStopped()) return null
    const operationId = mintId()
    onStep({ step, number: index + 1, count: steps.length, operationId })
    try {
      await (step.verb === 'unload' ? unload : load)(step, operationId)
    } catch (thrown) {
      return isStopped() ? null : { step, thrown }
    }
  }
  return null
}
