/** Finds the silences in a series of samples: a line over them would claim memory nobody measured. */

const slowestIntervalMs = 5_000
const neighbours = 4

/** One flag per point: true where nothing was sampled between it and the one before. `drawnMs` is what one drawn row stands for. */
export function memoryGaps(times: readonly number[], drawnMs: number): boolean[] {
  const steps = times.map((at, index) => (index === 0 ? 0 : at - (times[index - 1] ?? at)))
  return steps.map((step, index) => index > 0 && step > 3 * usualStep(steps, index, drawnMs))
}

/** Sampling is faster while someone watches, so what is usual is asked of the steps near by, never of the whole range. */
function usualStep(steps: readonly number[], index: number, drawnMs: number): number {
  const near = [
    ...steps.slice(Math.max(1, index - neighbours), index),
    ...steps.slice(index + 1, index + 1 + neighbours)
  ]
  const slowest = Math.max(slowestIntervalMs, drawnMs)
  const mean = near.length === 0 ? slowest : near.reduce((sum, step) => sum + step, 0) / near.length
  return Math.min(slowest, Math.max(1_000, drawnMs, mean))
}
