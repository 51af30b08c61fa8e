/** How many prompt tokens to give the engine at once: it hears nothing until it is done with them, so no longer than a cancel may wait. */

const firstTokens = 64
const maxTokens = 512
const targetMs = 150

/** `lastMs`: what the slice before took; null before the first. A fast device gets longer slices, which it does faster still. */
export function nextSliceTokens(lastTokens: number | null, lastMs: number | null): number {
  if (lastTokens === null || lastMs === null) return firstTokens
  const fitting = Math.floor((lastTokens * targetMs) / Math.max(lastMs, 1))
  // At most doubled: later tokens take longer than earlier ones, and one slice is a poor measure.
  return Math.max(8, Math.min(maxTokens, fitting, lastTokens * 2))
}
