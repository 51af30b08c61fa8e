/** Names of steps: what templates call them by. No validator, so that the page can import it. */
import type { Chain } from './chain.ts'

/** As templates name it: letters, digits, spaces, _ and -, neither first nor last a space. */
export const stepNamePattern = /^[\p{L}\p{N}_-](?:[\p{L}\p{M}\p{N} _-]*[\p{L}\p{M}\p{N}_-])?$/u
export const maxStepNameLetters = 64

/** Why a step cannot be called so, in a sentence; null: it can. `stepId` null: a step that is not there yet. */
export function nameProblem(chain: Pick<Chain, 'steps'>, stepId: string | null, name: string): string | null {
  if (name.trim() === '') return 'A step needs a name.'
  if (name.length > maxStepNameLetters)
    return `“${name.slice(0, 20)}…” is longer than ${maxStepNameLetters} letters. Shorten it.`
  if (name.trim() !== name) return `“${name}” begins or ends with a space. Take that out.`
  if (!stepNamePattern.test(name))
    return `“${name}” may only have letters, digits, spaces, “_” and “-”. Leave the rest out.`
  const isTaken = chain.steps.some((step) => step.id !== stepId && step.name === name)
  return isTaken ? `Another step is called “${name}” too. Give one of them another name.` : null
}
