/** Where nothing was sampled: a line over it would claim memory nobody measured. */
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { isHole } from '../../../../shared/memoryPoint.ts'

export interface SampledPoints {
  points: MemoryPoint[]
  /** One flag per point: nothing was sampled between it and the one before. */
  gaps: boolean[]
}

/** The points that say something. Only a noted hole is a gap: points that were thinned for the way lie far apart without one. */
export function memoryGaps(all: readonly MemoryPoint[]): SampledPoints {
  const points: MemoryPoint[] = []
  const gaps: boolean[] = []
  let isAfterHole = false
  for (const point of all) {
    if (isHole(point)) {
      isAfterHole = points.length > 0
      continue
    }
    points.push(point)
    gaps.push(isAfterHole)
    isAfterHole = false
  }
  return { points, gaps }
}
