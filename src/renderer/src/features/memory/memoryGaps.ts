/** Finds the silences in a series of samples: a line over them would claim memory nobody measured. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

const quickestIntervalMs = 1_000
/** The sampler's own pace while nobody watches. */
export const slowestIntervalMs = 5_000
const neighbours = 4

export interface SampledPoints {
  points: MemoryPoint[]
  /** One flag per point: nothing was sampled between it and the one before. */
  gaps: boolean[]
}

/** The points that say something. Where the core noted a hole, or was silent for long, the next one begins after a gap. */
export function memoryGaps(all: readonly MemoryPoint[], drawnMs: number): SampledPoints {
  const points = all.filter((point) => !isHole(point))
  const holes = all.filter(isHole)
  let nextHole = 0
  const gaps = points.map((point, index) => {
    let holeBefore = false
    for (; (holes[nextHole]?.at ?? Infinity) < point.at; nextHole += 1) holeBefore = true
    return index > 0 && (holeBefore || isLong(points, index, drawnMs))
  })
  return { points, gaps }
}

function isHole(point: MemoryPoint): boolean {
  return point.usedBytes === null && point.otherBytes === null && Object.keys(point.held).length === 0
}

/** Whether the step to this point is more than three usual ones. */
function isLong(points: readonly MemoryPoint[], index: number, drawnMs: number): boolean {
  const at = (place: number): number => points[place]?.at ?? 0
  const step = at(index) - at(index - 1)
  const quickest = Math.max(quickestIntervalMs, drawnMs)
  // Nearly every step ends here: this runs for thousands of points each second.
  if (step <= 3 * quickest) return false
  // Sampling is faster while someone watches, so what is usual is asked of the steps near by, never of the whole range.
  const first = Math.max(0, index - 1 - neighbours)
  const last = Math.min(points.length - 1, index + neighbours)
  const count = last - first - 1
  const slowest = Math.max(slowestIntervalMs, drawnMs)
  const usual = count > 0 ? (at(last) - at(first) - step) / count : slowest
  return step > 3 * Math.min(slowest, Math.max(quickest, usual))
}
