/** Turns memory points into the rows of the chart: models stacked from zero, other programs above, nulls where nothing was sampled. */
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { compareNames } from '../../lib/compareNames.ts'
import { drawnAt } from './drawnAt.ts'
import { memoryGaps, type SampledPoints } from './memoryGaps.ts'
import { peakHeight, thinPoints } from './thinPoints.ts'

/** One column per model beside what is of all; null draws nothing. */
export interface ChartRow {
  [dataKey: string]: number | null
  at: number
  /** What one row stands for; 0: one sample. */
  spanMs: number
  other: number | null
  /** As the system counts it: the mean of the row, and its highest moment. */
  used: number | null
  usedMax: number | null
  /** How high the stack was in the row's highest moment. */
  peak: number | null
  /** The same of the models alone. */
  heldPeak: number | null
}

export interface ChartColumn {
  /** The model, as modelKey writes it. */
  modelKey: string
  /** A plain name: a dot or a bracket of a model's own name would be read as a path. */
  dataKey: string
}

export interface ChartSeries {
  rows: ChartRow[]
  columns: ChartColumn[]
  /** Some row is a mean, and hides a moment that was higher. */
  hasPeaks: boolean
}

/** About five pixels each: a redraw of five stacked models stays within three frames on two cores without a GPU. */
export const maxRows = 120
/** Of a picture that is drawn once a minute, or once. */
export const maxStillRows = 600

/** Lowest first: by name, as in the memory bar, so that nobody changes place while the range moves. */
export function chartSeries(
  points: readonly MemoryPoint[],
  fromAt: number,
  toAt: number,
  mostRows = maxRows
): ChartSeries {
  const sampled = memoryGaps(withinRange(points, fromAt, toAt))
  // Every gap takes a row too.
  const gapCount = Math.min(sampled.gaps.filter(Boolean).length, mostRows / 2)
  const kept = thinPoints(sampled.points, toAt - fromAt, mostRows - gapCount)
  const gapBefore = gapsBetween(sampled, kept)
  const present = [...new Set(kept.flatMap((point) => Object.keys(point.held)))].sort(byName)
  const columns = present.map((key, index) => ({ modelKey: key, dataKey: `model${index}` }))
  const rows = kept.flatMap((point, index) => {
    const before = kept[index - 1]
    const row = rowOf(point, columns)
    return before !== undefined && gapBefore[index] === true
      ? [emptyRow((drawnAt(before) + drawnAt(point)) / 2, columns), row]
      : [row]
  })
  return { rows, columns, hasPeaks: kept.some(({ spanMs }) => spanMs > 0) }
}

function byName(a: string, b: string): number {
  return compareNames(parseModelKey(a).name, parseModelKey(b).name) || (a < b ? -1 : 1)
}

/** One point before the range and one after it are kept too, so that areas reach both edges. */
function withinRange(points: readonly MemoryPoint[], fromAt: number, toAt: number): MemoryPoint[] {
  const isSorted = points.every((point, index) => index === 0 || point.at >= (points[index - 1]?.at ?? 0))
  const sorted = isSorted ? points : [...points].sort((a, b) => a.at - b.at)
  const first = sorted.findIndex((point) => drawnAt(point) >= fromAt)
  if (first < 0) return []
  const after = sorted.findIndex((point) => drawnAt(point) > toAt)
  return sorted.slice(Math.max(0, first - 1), after < 0 ? sorted.length : after + 1)
}

/** For each kept point: was there a gap anywhere between it and the kept one before? */
function gapsBetween({ points, gaps }: SampledPoints, kept: readonly MemoryPoint[]): boolean[] {
  const result: boolean[] = []
  let sinceKept = false
  let next = 0
  points.forEach((point, index) => {
    sinceKept ||= gaps[index] === true
    if (point !== kept[next]) return
    result.push(sinceKept)
    sinceKept = false
    next += 1
  })
  return result
}

function rowOf(point: MemoryPoint, columns: readonly ChartColumn[]): ChartRow {
  const row: ChartRow = {
    at: drawnAt(point),
    spanMs: point.spanMs,
    other: point.otherBytes,
    used: point.usedBytes,
    usedMax: point.usedMaxBytes,
    peak: point.otherBytes === null ? null : peakHeight(point),
    heldPeak: point.heldMaxBytes
  }
  // A model that is not loaded holds nothing: zero here is known, not made up.
  for (const column of columns) row[column.dataKey] = point.held[column.modelKey] ?? 0
  return row
}

function emptyRow(at: number, columns: readonly ChartColumn[]): ChartRow {
  const row: ChartRow = { at, spanMs: 0, other: null, used: null, usedMax: null, peak: null, heldPeak: null }
  for (const column of columns) row[column.dataKey] = null
  return row
}
