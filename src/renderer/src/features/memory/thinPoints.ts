/** Thins points for drawing without losing what matters: every lowest mean and highest peak, and every model's highest value. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

/** The height a point is drawn at: models and other programs on top of each other. */
export function stackHeight(point: MemoryPoint): number {
  let bytes = point.otherBytes ?? 0
  for (const key in point.held) bytes += point.held[key] ?? 0
  return bytes
}

/** The same at its highest moment: what the machine used beyond its mean within the point's span comes on top. */
export function peakHeight(point: MemoryPoint): number {
  const { usedBytes, usedMaxBytes } = point
  const aboveMean = usedBytes === null || usedMaxBytes === null ? 0 : Math.max(0, usedMaxBytes - usedBytes)
  return stackHeight(point) + aboveMean
}

/** At most `maxPoints` points in order of time. Buckets stand on the clock, so old ones do not shimmer as the range moves. */
export function thinPoints(points: readonly MemoryPoint[], rangeMs: number, maxPoints: number): MemoryPoint[] {
  if (points.length <= maxPoints) return [...points]
  // Two points of each bucket; a third of the room is for the models' peaks.
  const bucketCount = Math.floor(maxPoints / 3)
  const bucketMs = rangeMs / bucketCount
  const kept = new Set<MemoryPoint>()
  for (const point of modelPeaks(points, maxPoints - 2 * (bucketCount + 2))) kept.add(point)
  for (const { lowest, highest } of buckets(points, bucketMs)) kept.add(lowest).add(highest)
  return points.filter((point) => kept.has(point)).slice(-maxPoints)
}

interface Bucket {
  number: number
  lowest: MemoryPoint
  highest: MemoryPoint
  low: number
  high: number
}

/** `points` in order of time, so that a bucket is done when the next begins. */
function buckets(points: readonly MemoryPoint[], bucketMs: number): Bucket[] {
  const found: Bucket[] = []
  for (const point of points) {
    const number = Math.floor(point.at / bucketMs)
    const low = stackHeight(point)
    const high = peakHeight(point)
    const last = found.at(-1)
    if (last?.number !== number) {
      found.push({ number, lowest: point, highest: point, low, high })
      continue
    }
    if (low < last.low) Object.assign(last, { lowest: point, low })
    if (high > last.high) Object.assign(last, { highest: point, high })
  }
  return found
}

/** A model that came and went inside one bucket must still be seen; beyond `most` models there is no room to see any. */
function modelPeaks(points: readonly MemoryPoint[], most: number): MemoryPoint[] {
  const peaks = new Map<string, MemoryPoint>()
  for (const point of points) {
    for (const key in point.held) {
      const bytes = point.held[key] ?? 0
      const peak = peaks.get(key)
      if (peak === undefined ? peaks.size < most : bytes > (peak.held[key] ?? 0)) peaks.set(key, point)
    }
  }
  return [...peaks.values()]
}
