/** The last hour of samples in memory, for the graph; a hole in time stays a hole. */
import type { MemoryPoint, MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { downsample } from './downsample.ts'

export interface MemoryHistory {
  add(sample: MemorySample): void
  /** The last `rangeMs` in at most `maxPoints` points, oldest first. */
  query(rangeMs: number, maxPoints: number, now: number): MemoryPoint[]
}

const KEPT_MS = 60 * 60_000
/** One a second, and some room for samples taken out of turn after a load. */
const MAX_KEPT = 5_000
/** Three times the slowest interval: beyond it nothing was read, and a line across would be invented. */
const HOLE_MS = 15_000

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
      const last = points.at(-1)
      const endsHere = sample.isStale || (last !== undefined && sample.sampledAt - last.at > HOLE_MS)
      if (endsHere && last !== undefined && !isHole(last)) push(hole(last.at + 1))
      if (sample.isStale) return
      const before = points.at(-1)
      if (before === undefined || sample.sampledAt > before.at) push(toPoint(sample))
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

function toPoint(sample: MemorySample): MemoryPoint {
  const loads = sample.gpus.map((gpu) => gpu.loadPercent).filter((load) => load !== null)
  const held: Record<string, number> = {}
  for (const model of sample.models) if (model.heldBytes !== null) held[modelKey(model.id)] = model.heldBytes
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

function hole(at: number): MemoryPoint {
  return { at, usedBytes: null, otherBytes: null, swapUsedBytes: null, gpuLoadPercent: null, pressure: null, held: {} }
}

function isHole(point: MemoryPoint): boolean {
  return point.usedBytes === null && Object.keys(point.held).length === 0
}
