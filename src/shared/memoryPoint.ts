/** How samples become the points of the graph, the same in the core and on the page: a hole in time stays a hole. */
import type { MemoryPoint, MemorySample } from './memory.ts'
import { modelKey } from './modelKey.ts'

/** Three times the slowest interval: beyond it nothing was read, and a line across would be invented. */
export const holeMs = 15_000

/** What a sample adds after `last`: its point, before it a hole where nothing was read, nothing where it repeats an old reading. */
export function pointsAfter(last: MemoryPoint | undefined, sample: MemorySample): MemoryPoint[] {
  const isNew = !sample.isStale && (last === undefined || sample.sampledAt > last.at)
  const lastEnd = last === undefined ? sample.sampledAt : last.at + last.spanMs
  const endsHere = sample.isStale || sample.sampledAt - lastEnd > holeMs
  const holes = endsHere && last !== undefined && !isHole(last) ? [holeAt(last.at + 1)] : []
  return isNew ? [...holes, pointOf(sample)] : holes
}

export function pointOf(sample: MemorySample): MemoryPoint {
  const loads = sample.gpus.map((gpu) => gpu.loadPercent).filter((load) => load !== null)
  const held: Record<string, number> = {}
  for (const model of sample.models) if (model.heldBytes !== null) held[modelKey(model.id)] = model.heldBytes
  return {
    at: sample.sampledAt,
    spanMs: 0,
    usedBytes: sample.usedBytes,
    usedMinBytes: sample.usedBytes,
    usedMaxBytes: sample.usedBytes,
    heldMaxBytes: sumKnown(sample.models.map(({ heldBytes }) => heldBytes)),
    otherBytes: sample.otherBytes,
    swapUsedBytes: sample.swapUsedBytes,
    gpuLoadPercent: loads.length === 0 ? null : Math.max(...loads),
    pressure: sample.pressure,
    held
  }
}

/** Null when one of them is: a part of the sum would pass for the whole. */
function sumKnown(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, bytes) => (sum === null || bytes === null ? null : sum + bytes), 0)
}

/** Stands for a time in which nothing was read. */
export function isHole(point: MemoryPoint): boolean {
  return point.usedBytes === null && Object.keys(point.held).length === 0
}

export function holeAt(at: number): MemoryPoint {
  return {
    at,
    spanMs: 0,
    usedBytes: null,
    usedMinBytes: null,
    usedMaxBytes: null,
    heldMaxBytes: null,
    otherBytes: null,
    swapUsedBytes: null,
    gpuLoadPercent: null,
    pressure: null,
    held: {}
  }
}
