/** What history keeps: one sample, or the mean of a span, and how much of time it speaks for. */
import type { MemoryPoint, MemorySample } from '../../shared/memory.ts'
import { holeMs } from '../../shared/memoryPoint.ts'
import { modelKey } from '../../shared/modelKey.ts'

export interface HistoryRow {
  point: MemoryPoint
  /** Its weight in a mean: a sample speaks for the time since the one before it. 0: a hole, in which nothing was read. */
  sampledMs: number
  /** Models that were loaded while nobody knew what they held: left out of the means, never counted as 0. */
  unknown: readonly string[]
}

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * The means that are stored, each made from the rows of the one before it: a query of any range reads 1,200 rows at most. All minutes
 * of a month take ten times what a query may, in a loop as in SQL.
 */
export const storedSpansMs = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS] as const

/** A point of `sample`, or the hole before it, as a row after `lastAt`. */
export function rowOfSample(point: MemoryPoint, sample: MemorySample, lastAt: number | null): HistoryRow {
  if (point.at !== sample.sampledAt || sample.isStale) return { point, sampledMs: 0, unknown: [] }
  const gapMs = lastAt === null ? SECOND_MS : point.at - lastAt
  const unknown = sample.models.flatMap(({ id, heldBytes }) => (heldBytes === null ? [modelKey(id)] : []))
  return { point, sampledMs: gapMs > holeMs ? SECOND_MS : Math.max(1, gapMs), unknown }
}

export function startOf(at: number, spanMs: number): number {
  return Math.floor(at / spanMs) * spanMs
}
