/** Finds the silences in a series of samples: a line over them would claim memory nobody measured. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

const slowestIntervalMs = 5_000
const neighbours = 4

export interface SampledPoints {
  points: MemoryPoint[]
  /** One flag per point: nothing was sampled between it and the one before. */
  gaps: boolean[]
}

/** The points that say something. Where the core noted a hole, or was silent for long, the next one begins after a gap. */
export function memoryGaps(all: readonly MemoryPoint[], drawnMs: number): SampledPoints {
  const points = all.filter((point) => !isHole(point))
  const steps = points.map((point, index) => point.at - (points[index - 1] ?? point).at)
  const holes = all.filter(isHole)
  let nextHole = 0
  const gaps = points.map((point, index) => {
    let holeBefore = false
    for (; (holes[nextHole]?.at ?? Infinity) < point.at; nextHole += 1) holeBefore = true
    return index > 0 && (holeBefore || (steps[index] ?? 0) > 3 * usualStep(steps, index, drawnMs))
  })
  return { points, gaps }
}

function isHole(point: MemoryPoint): boolean {
  return point.usedBytes === null && point.otherBytes === null && Object.keys(point.held).length === 0
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
