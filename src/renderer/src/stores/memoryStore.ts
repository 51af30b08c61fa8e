/** Mirror of memory: the newest sample, and the points of the last hour for the graph. */
import { create } from 'zustand'
import type { MemoryPoint, MemorySample } from '../../../shared/memory.ts'
import { holeMs, pointsAfter } from '../../../shared/memoryPoint.ts'

export const historyRangeMs = 3_600_000
/** Asked for sample by sample; further back there are means. */
export const finestRangeMs = 300_000

export interface MemoryMirror {
  sample: MemorySample | null
  /** Ascending in time, at most the last hour. */
  points: readonly MemoryPoint[]
  /** False until the history has come. */
  isHistoryKnown: boolean
}

export const useMemoryStore = create<MemoryMirror>(() => ({ sample: null, points: [], isHistoryKnown: false }))

/** A sample joins the graph once; where it shows that nothing was read for a while, a hole joins too. */
export function withSample(mirror: MemoryMirror, sample: MemorySample): MemoryMirror {
  const before = beforeSetBack(mirror.points, sample)
  const added = pointsAfter(before.at(-1), sample)
  if (added.length === 0) return { ...mirror, sample }
  const from = sample.sampledAt - historyRangeMs
  return { ...mirror, sample, points: [...before, ...added].filter((point) => point.at >= from) }
}

/** A clock that was set back: what lies ahead of it now is written anew, as the core does. */
function beforeSetBack(points: readonly MemoryPoint[], { sampledAt, isStale }: MemorySample): readonly MemoryPoint[] {
  const lastAt = points.at(-1)?.at ?? 0
  return !isStale && lastAt - sampledAt > holeMs ? points.filter((point) => point.at < sampledAt) : points
}

/** The coarser points up to where the finer ones begin, then the finer ones. */
export function withFiner(points: readonly MemoryPoint[], finer: readonly MemoryPoint[]): MemoryPoint[] {
  const fromAt = finer[0]?.at ?? Number.POSITIVE_INFINITY
  return [...points.filter((point) => point.at + point.spanMs <= fromAt), ...finer]
}

/** The asked-for history, with the points already here that are newer than it. */
export function withHistory(mirror: MemoryMirror, points: readonly MemoryPoint[]): MemoryMirror {
  const last = points.at(-1)
  // What a mean speaks for is not drawn a second time.
  const endAt = last === undefined ? 0 : last.at + Math.max(last.spanMs, 1)
  const newer = mirror.points.filter((point) => point.at >= endAt)
  return { ...mirror, points: [...points, ...newer], isHistoryKnown: true }
}
