/** Thins a graph to few points without losing what matters: whole samples are kept or left out, never averaged, and peaks stay. */
import type { MemoryPoint } from '../../shared/memory.ts'

/** Larger is more worth keeping; null: this point has no such figure. */
type Measure = (point: MemoryPoint) => number | null

/** What is kept of each bucket, the most important first. */
const measures: readonly Measure[] = [
  (point) => point.usedBytes,
  heldBytes,
  (point) => (point.usedBytes === null ? 1 : null),
  (point) => point.gpuLoadPercent,
  (point) => (point.usedBytes === null ? null : -point.usedBytes),
  (point) => -heldBytes(point)
]

/** At most `maxPoints` of `points` (in time order), among them the first, the last and the highest. */
export function downsample(points: readonly MemoryPoint[], maxPoints: number): MemoryPoint[] {
  if (points.length <= maxPoints) return [...points]
  const ends = [0, points.length - 1].slice(0, Math.max(0, maxPoints))
  const room = Math.max(0, maxPoints - ends.length)
  const bucketCount = Math.max(1, Math.floor(room / measures.length))
  const kept = new Set(ends)
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const start = Math.floor((bucket * points.length) / bucketCount)
    const end = Math.floor(((bucket + 1) * points.length) / bucketCount)
    keepPeaks(points, start, end, Math.min(room, measures.length), kept)
  }
  return [...kept].sort((a, b) => a - b).flatMap((index) => points[index] ?? [])
}

function keepPeaks(points: readonly MemoryPoint[], start: number, end: number, most: number, kept: Set<number>): void {
  for (const measure of measures.slice(0, most)) {
    const index = highest(points, start, end, measure)
    if (index !== null) kept.add(index)
  }
}

function highest(points: readonly MemoryPoint[], start: number, end: number, measure: Measure): number | null {
  let best: { index: number; value: number } | null = null
  for (let index = start; index < end; index++) {
    const point = points[index]
    const value = point === undefined ? null : measure(point)
    if (value !== null && (best === null || value > best.value)) best = { index, value }
  }
  return best?.index ?? null
}

function heldBytes(point: MemoryPoint): number {
  return Object.values(point.held).reduce((sum, bytes) => sum + bytes, 0)
}
