/** What is to be told of outputs that are there, but are not simply what a step's own model said to its whole prompt. Pure. */
import type { Chain } from './chain.ts'
import type { StepResult } from './run.ts'

/** "default text (It took too long)", "answer cut at its limit of 1,024 tokens"; null: nothing. Of a step that failed its item, its error tells. */
export function stepNote({ status, isFallback, modelId, contextNote, error }: StepResult): string | null {
  const why = error === null ? '' : ` (${error.message.replace(/\.$/, '')})`
  if (status === 'defaulted') return `default text${why}`
  // What is skipped without an error of its own mentions one that has one, or came after a stop.
  if (status === 'skipped') return error === null ? null : `left out${why}`
  if (status !== 'done') return null
  const fallback = isFallback ? `answered by the fallback${modelId === null ? '' : ` ${modelId.name}`}` : null
  return [fallback, contextNote].filter((note) => note !== null).join('; ') || null
}

/** Of every step that has one, under its name: "Draft: default text". */
export function itemNotes(steps: readonly StepResult[], chain: Pick<Chain, 'steps'>): string[] {
  return steps.flatMap((step) => {
    const note = stepNote(step)
    const name = chain.steps.find(({ id }) => id === step.stepId)?.name ?? step.stepId
    return note === null ? [] : [`${name}: ${note}`]
  })
}
