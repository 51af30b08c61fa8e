/** Many rows as one: means weighted by time, the lowest, the highest and the worst of them. Unknown stays unknown, a hole counts nothing. */
import { pressures, type MemoryPoint, type Pressure } from '../../shared/memory.ts'
import type { HistoryRow } from './historyRow.ts'

/** A running mean never leaves the range of its values, however many there are: a sum divided at the end does, by rounding. */
interface Mean {
  value: number
  weight: number
}

/** The mean of `rows` as the span that begins at `at`; null where nothing was sampled. */
export function meanOf(rows: readonly HistoryRow[], at: number, spanMs: number): HistoryRow | null {
  const sampled = rows.filter((row) => row.sampledMs > 0)
  if (sampled.length === 0) return null
  const sampledMs = sampled.reduce((sum, row) => sum + row.sampledMs, 0)
  const mean = (figure: (point: MemoryPoint) => number | null): number | null => meanFigure(sampled, figure)
  const gpuLoadPercent = mean((point) => point.gpuLoadPercent)
  const { held, unknown } = meanHeld(sampled, sampledMs)
  return {
    point: {
      at,
      spanMs,
      usedBytes: rounded(mean((point) => point.usedBytes)),
      usedMinBytes: extreme(sampled, (point) => point.usedMinBytes, Math.min),
      usedMaxBytes: extreme(sampled, (point) => point.usedMaxBytes, Math.max),
      heldMaxBytes: extreme(sampled, (point) => point.heldMaxBytes, Math.max),
      otherBytes: rounded(mean((point) => point.otherBytes)),
      swapUsedBytes: rounded(mean((point) => point.swapUsedBytes)),
      gpuLoadPercent: gpuLoadPercent === null ? null : Math.round(gpuLoadPercent * 10) / 10,
      pressure: worstPressure(sampled),
      held
    },
    sampledMs: Math.min(sampledMs, spanMs),
    unknown
  }
}

function meanFigure(rows: readonly HistoryRow[], figure: (point: MemoryPoint) => number | null): number | null {
  const mean: Mean = { value: 0, weight: 0 }
  for (const row of rows) addTo(mean, figure(row.point), row.sampledMs)
  return mean.weight === 0 ? null : mean.value
}

/** Where a model was not loaded it held 0; where it was loaded and unknown, that time is left out. */
function meanHeld(
  rows: readonly HistoryRow[],
  sampledMs: number
): Pick<HistoryRow, 'unknown'> & { held: Record<string, number> } {
  const known = new Map<string, Mean>()
  const unknownMs = new Map<string, number>()
  for (const row of rows) {
    const { held } = row.point
    for (const key in held) {
      let mean = known.get(key)
      if (mean === undefined) known.set(key, (mean = { value: 0, weight: 0 }))
      addTo(mean, held[key] ?? null, row.sampledMs)
    }
    for (const key of row.unknown) unknownMs.set(key, (unknownMs.get(key) ?? 0) + row.sampledMs)
  }
  const held: Record<string, number> = {}
  for (const [key, { value, weight }] of known) {
    const toldMs = Math.max(weight, sampledMs - (unknownMs.get(key) ?? 0))
    held[key] = Math.round(weight === toldMs ? value : (value * weight) / toldMs)
  }
  return { held, unknown: [...unknownMs.keys()].filter((key) => !known.has(key)) }
}

function addTo(mean: Mean, value: number | null, weight: number): void {
  if (value === null) return
  mean.weight += weight
  mean.value += ((value - mean.value) * weight) / mean.weight
}

function extreme(
  rows: readonly HistoryRow[],
  figure: (point: MemoryPoint) => number | null,
  pick: (a: number, b: number) => number
): number | null {
  let found: number | null = null
  for (const row of rows) {
    const value = figure(row.point)
    if (value !== null) found = found === null ? value : pick(found, value)
  }
  return found
}

function worstPressure(rows: readonly HistoryRow[]): Pressure | null {
  let worst = -1
  for (const { point } of rows) if (point.pressure !== null) worst = Math.max(worst, pressures.indexOf(point.pressure))
  return pressures[worst] ?? null
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}
