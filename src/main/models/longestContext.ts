/** The longest context with which something fits, found by halving: steps of 256 tokens, as the engines pad to. Pure. */

export const contextStep = 256
/** Below this a shorter context is no help: nobody could ask anything. */
export const shortestUsefulContext = 2_048

export function roundedDown(contextLength: number): number {
  return Math.floor(contextLength / contextStep) * contextStep
}

/**
 * Between `least` and `most`, both included; null when not even `least` fits. The answer fits, and one step more does not: also where
 * a learned need beside estimated ones makes the need not grow everywhere.
 */
export function longestContext(fits: (contextLength: number) => boolean, least: number, most: number): number | null {
  if (most < least) return null
  if (fits(most)) return most
  let fitting = Math.ceil(least / contextStep) * contextStep
  if (fitting >= most || !fits(fitting)) return null
  let tooLong = most
  while (tooLong - fitting > contextStep) {
    const middle = Math.max(fitting + contextStep, roundedDown((fitting + tooLong) / 2))
    if (fits(middle)) fitting = middle
    else tooLong = middle
  }
  return fitting
}
