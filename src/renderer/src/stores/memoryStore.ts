/** Mirror of memory: the newest sample, and the points of the last hour for the graph. */
import { create } from 'zustand'
import type { MemoryPoint, MemorySample } from '../../../shared/memory.ts'
import { modelKey } from '../../../shared/modelKey.ts'

export const historyRangeMs = 3_600_000

export interface MemoryMirror {
  sample: MemorySample | null
  /** Ascending in time, at most the last hour. */
  points: readonly MemoryPoint[]
  /** False until the history has come. */
  isHistoryKnown: boolean
}

export const useMemoryStore = create<MemoryMirror>(() => ({ sample: null, points: [], isHistoryKnown: false }))

export function pointOf(sample: MemorySample): MemoryPoint {
  const held: Record<string, number> = {}
  for (const model of sample.models) if (model.heldBytes !== null) held[modelKey(model.id)] = model.heldBytes
  const loads = sample.gpus.flatMap((gpu) => (gpu.loadPercent === null ? [] : [gpu.loadPercent]))
  return {
    at: sample.sampledAt,
    usedBytes: sample.usedBytes,
    otherBytes: sample.otherBytes,
    swapUsedBytes: sample.swapUsedBytes,
    gpuLoadPercent: loads.length === 0 ? null : Math.max(...loads),
    pressure: sample.pressure,
    held
  }
}

/** A sample joins the graph once: a stale one repeats an old reading and must not look like a new one. */
export function withSample(mirror: MemoryMirror, sample: MemorySample): MemoryMirror {
  const lastAt = mirror.points.at(-1)?.at ?? 0
  if (sample.isStale || sample.sampledAt <= lastAt) return { ...mirror, sample }
  const from = sample.sampledAt - historyRangeMs
  const firstKept = mirror.points.findIndex((point) => point.at >= from)
  const kept = firstKept === -1 ? [] : mirror.points.slice(firstKept)
  return { ...mirror, sample, points: [...kept, pointOf(sample)] }
}

/** The asked-for history, with the points already here that are newer than it. */
export function withHistory(mirror: MemoryMirror, points: readonly MemoryPoint[]): MemoryMirror {
  const lastAt = points.at(-1)?.at ?? 0
  const newer = mirror.points.filter((point) => point.at > lastAt)
  return { ...mirror, points: [...points, ...newer], isHistoryKnown: true }
}
