/** Thins points for drawing without losing what matters: every highest and lowest total, and every model's highest value. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

const bucketsPerRange = 110

/** The height a point is drawn at: models and other programs on top of each other. */
export function stackHeight(point: MemoryPoint): number {
  return Object.values(point.held).reduce((sum, bytes) => sum + bytes, point.otherBytes ?? 0)
}

/** At most `maxPoints` points in order of time. Buckets stand on the clock, so old ones do not shimmer as the range moves. */
export function thinPoints(points: readonly MemoryPoint[], rangeMs: number, maxPoints = 300): MemoryPoint[] {
  if (points.length <= maxPoints) return [...points]
  const bucketMs = rangeMs / bucketsPerRange
  const kept = new Set<MemoryPoint>()
  for (const point of modelPeaks(points, maxPoints - 2 * (bucketsPerRange + 2))) kept.add(point)
  for (const [lowest, highest] of buckets(points, bucketMs).values()) kept.add(lowest).add(highest)
  return points.filter((point) => kept.has(point)).slice(-maxPoints)
}

function buckets(points: readonly MemoryPoint[], bucketMs: number): Map<number, [MemoryPoint, MemoryPoint]> {
  const found = new Map<number, [MemoryPoint, MemoryPoint]>()
  for (const point of points) {
    const bucket = Math.floor(point.at / bucketMs)
    const [lowest, highest] = found.get(bucket) ?? [point, point]
    const height = stackHeight(point)
    found.set(bucket, [height < stackHeight(lowest) ? point : lowest, height > stackHeight(highest) ? point : highest])
  }
  return found
}

/** A model that came and went inside one bucket must still be seen; beyond `most` models there is no room to see any. */
function modelPeaks(points: readonly MemoryPoint[], most: number): MemoryPoint[] {
  const peaks = new Map<string, MemoryPoint>()
  for (const point of points) {
    for (const [key, bytes] of Object.entries(point.held)) {
      const peak = peaks.get(key)
      if (peak === undefined ? peaks.size < most : bytes > (peak.held[key] ?? 0)) peaks.set(key, point)
    }
  }
  return [...peaks.values()]
}
