/** What the Memory screen draws now: one picture a second, none while nobody looks. */
import { useMemo } from 'react'
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { useNow } from '../../lib/useNow.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { chartSeries, type ChartSeries } from './chartSeries.ts'

export interface MemoryFrame extends ChartSeries {
  fromAt: number
  toAt: number
  points: readonly MemoryPoint[]
  /** Time between the newest samples; null before there are two. */
  intervalMs: number | null
}

export function useMemoryFrame(rangeMs: number): MemoryFrame {
  const now = useNow()
  // Read, not subscribed to: the clock alone decides when to draw, so that a burst of samples costs no more than one.
  const { points } = useMemoryStore.getState()
  return useMemo(() => {
    const last = points.at(-1)?.at ?? now
    // A sample may be a moment ahead of the tick: its right edge is the picture's.
    const toAt = Math.max(now, last)
    const fromAt = toAt - rangeMs
    return {
      ...chartSeries(points, fromAt, toAt),
      fromAt,
      toAt,
      points,
      intervalMs: intervalOf(points)
    }
  }, [points, now, rangeMs])
}

function intervalOf(points: readonly MemoryPoint[]): number | null {
  const [before, last] = points.slice(-2)
  return before === undefined || last === undefined ? null : last.at - before.at
}
