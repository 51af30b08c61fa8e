/** The last hour of samples in memory, for the graph; a hole in time stays a hole. */
import type { MemoryPoint, MemorySample } from '../../shared/memory.ts'
import { pointsAfter } from '../../shared/memoryPoint.ts'
import { downsample } from './downsample.ts'

export interface MemoryHistory {
  add(sample: MemorySample): void
  /** The last `rangeMs` in at most `maxPoints` points, oldest first. */
  query(rangeMs: number, maxPoints: number, now: number): MemoryPoint[]
}

const KEPT_MS = 60 * 60_000
/** One a second, and some room for samples taken out of turn after a load. */
const MAX_KEPT = 5_000

export function createMemoryHistory(): MemoryHistory {
  const points: MemoryPoint[] = []
  let firstKept = 0

  function push(point: MemoryPoint): void {
    points.push(point)
    while (
      firstKept < points.length &&
      ((points[firstKept]?.at ?? 0) < point.at - KEPT_MS || points.length - firstKept > MAX_KEPT)
    ) {
      firstKept++
    }
    // Cut now and then, not on every sample.
    if (firstKept >= 600) {
      points.splice(0, firstKept)
      firstKept = 0
    }
  }

  return {
    add(sample) {
      for (const point of pointsAfter(points.at(-1), sample)) push(point)
    },
    query(rangeMs, maxPoints, now) {
      const from = now - Math.min(rangeMs, KEPT_MS)
      return downsample(
        points.slice(firstKept).filter((point) => point.at >= from && point.at <= now),
        maxPoints
      )
    }
  }
}
