/** How many prompt tokens to give the engine at once: it hears nothing until it is done with them, so no longer than a cancel may wait. */

export interface PromptPacer {
  sliceTokens(): number
  measured(tokens: number, tookMs: number): void
}

const firstTokens = 16
/** Fewer would cost more than they save. */
const minTokens = 4
/** The engine's own batch. */
const maxTokens = 512
const targetMs = 120

export function createPromptPacer(): PromptPacer {
  let next = firstTokens
  return {
    sliceTokens: () => next,
    measured(tokens, tookMs) {
      // The rest of a prompt may be a token or two, which says little about a whole slice.
      if (tokens < Math.min(next, minTokens)) return
      const fitting = Math.floor((tokens * targetMs) / Math.max(tookMs, 1))
      // At most doubled: later tokens take longer than earlier ones.
      next = Math.max(minTokens, Math.min(maxTokens, fitting, next * 2))
    }
  }
}
