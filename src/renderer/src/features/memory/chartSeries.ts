/** Turns memory points into the rows of the chart: models stacked from zero, other programs above, nulls where nothing was sampled. */
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { compareNames } from '../../lib/compareNames.ts'
import { memoryGaps, type SampledPoints } from './memoryGaps.ts'
import { thinPoints } from './thinPoints.ts'

/** `at` and `other` beside one column per model; null draws nothing. */
export interface ChartRow {
  [dataKey: string]: number | null
  at: number
  other: number | null
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
}

/** About five pixels each: a redraw of five stacked models stays within three frames on two cores without a GPU. */
export const maxRows = 120

/** Lowest first: by name, as in the memory bar, so that nobody changes place while the range moves. */
export function chartSeries(points: readonly MemoryPoint[], fromAt: number, toAt: number): ChartSeries {
  const sampled = memoryGaps(withinRange(points, fromAt, toAt))
  // Every gap takes a row too.
  const gapCount = Math.min(sampled.gaps.filter(Boolean).length, maxRows / 2)
  const kept = thinPoints(sampled.points, toAt - fromAt, maxRows - gapCount)
  const gapBefore = gapsBetween(sampled, kept)
  const present = [...new Set(kept.flatMap((point) => Object.keys(point.held)))].sort(byName)
  const columns = present.map((key, index) => ({ modelKey: key, dataKey: `model${index}` }))
  const rows = kept.flatMap((point, index) => {
    const before = kept[index - 1]
    const row = rowOf(point, columns)
    return before !== undefined && gapBefore[index] === true
      ? [emptyRow((before.at + point.at) / 2, columns), row]
      : [row]
  })
  return { rows, columns }
}

function byName(a: string, b: string): number {
  return compareNames(parseModelKey(a).name, parseModelKey(b).name) || (a < b ? -1 : 1)
}

/** One point before the range is kept too, so that areas reach the left edge. */
function withinRange(points: readonly MemoryPoint[], fromAt: number, toAt: number): MemoryPoint[] {
  const sorted = points.every((point, index) => index === 0 || point.at >= (points[index - 1]?.at ?? 0))
    ? points
    : [...points].sort((a, b) => a.at - b.at)
  const first = sorted.findIndex((point) => point.at >= fromAt)
  if (first < 0) return []
  return sorted.slice(Math.max(0, first - 1)).filter((point) => point.at <= toAt)
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
  const row: ChartRow = { at: point.at, other: point.otherBytes }
  // A model that is not loaded holds nothing: zero here is known, not made up.
  for (const column of columns) row[column.dataKey] = point.held[column.modelKey] ?? 0
  return row
}

function emptyRow(at: number, columns: readonly ChartColumn[]): ChartRow {
  const row: ChartRow = { at, other: null }
  for (const column of columns) row[column.dataKey] = null
  return row
}
