/** Keeps a warning back until it has been true for a moment: figures of one sample are not all read at the same instant. */

/** Longer than a slow look at a card may be behind a fresh list of models. */
const STEADY_MS = 3_000

export function createSteadyWarning(): (warning: string | null, now: number) => string | null {
  let since: { warning: string; at: number } | null = null
  return (warning, now) => {
    if (warning === null) since = null
    else if (since?.warning !== warning || now < since.at) since = { warning, at: now }
    return since !== null && now - since.at >= STEADY_MS ? warning : null
  }
}
