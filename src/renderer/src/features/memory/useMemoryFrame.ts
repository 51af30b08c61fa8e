/** What the Memory screen draws now: at most one picture a second, fewer where a second is less than a pixel, none while nobody looks. */
import { useState } from 'react'
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { isHole } from '../../../../shared/memoryPoint.ts'
import { useNow } from '../../lib/useNow.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { chartSeries, type ChartSeries } from './chartSeries.ts'

/** The sampler's own pace while nobody watches. */
const slowestIntervalMs = 5_000

export interface MemoryFrame extends ChartSeries {
  fromAt: number
  toAt: number
  points: readonly MemoryPoint[]
  /** Time between the newest samples; null where they are too few, or thinned, to tell. */
  intervalMs: number | null
}

export function useMemoryFrame(rangeMs: number): MemoryFrame {
  const now = useNow()
  const isHistoryKnown = useMemoryStore((mirror) => mirror.isHistoryKnown)
  const key = `${Math.floor(now / redrawMs(rangeMs))} ${rangeMs} ${isHistoryKnown}`
  const [drawn, setDrawn] = useState<{ key: string; frame: MemoryFrame } | null>(null)
  if (drawn?.key === key) return drawn.frame
  // Read, not subscribed to: the clock decides when to draw, so that a burst of samples costs no more than one.
  const frame = frameOf(useMemoryStore.getState().points, now, rangeMs)
  setDrawn({ key, frame })
  return frame
}

/** About a pixel of the chart's width, and never less than a second. */
function redrawMs(rangeMs: number): number {
  return Math.max(1_000, Math.round(rangeMs / 720_000) * 1_000)
}

function frameOf(points: readonly MemoryPoint[], now: number, rangeMs: number): MemoryFrame {
  const [before, last] = points.slice(-2)
  // A sample may be a moment ahead of the tick: its right edge is the picture's.
  const toAt = Math.max(now, last?.at ?? 0)
  const fromAt = toAt - rangeMs
  return {
    ...chartSeries(points, fromAt, toAt),
    fromAt,
    toAt,
    points,
    intervalMs: intervalBetween(before, last)
  }
}

function intervalBetween(before: MemoryPoint | undefined, last: MemoryPoint | undefined): number | null {
  if (before === undefined || last === undefined || isHole(before) || isHole(last)) return null
  const stepMs = last.at - before.at
  return stepMs <= slowestIntervalMs + 500 ? stepMs : null
}
