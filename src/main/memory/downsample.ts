/** Thins a graph: the rows of each step of time as one point, with their peaks. A hole that leaves a step empty stays a hole. */
import type { MemoryPoint } from '../../shared/memory.ts'
import { holeAt } from '../../shared/memoryPoint.ts'
import { startOf, type HistoryRow } from './historyRow.ts'
import { meanOf } from './rowMean.ts'

/** `rows` in time order, holes among them, as one point per step that has any. */
export function downsample(rows: readonly HistoryRow[], stepMs: number): MemoryPoint[] {
  const points: MemoryPoint[] = []
  /** Where the hole begins that nothing has ended yet. */
  let cutAt: number | null = null
  for (let index = 0; index < rows.length;) {
    const at = startOf(rows[index]?.point.at ?? 0, stepMs)
    const group: HistoryRow[] = []
    const before = cutAt
    for (let row = rows[index]; row !== undefined && row.point.at < at + stepMs; row = rows[++index]) {
      cutAt = row.sampledMs === 0 ? at : null
      group.push(row)
    }
    const mean = meanOf(group, at, stepMs)
    if (mean === null) continue
    const emptyAt = (points.at(-1)?.at ?? at) + stepMs
    if (before !== null && emptyAt < at) points.push(holeAt(emptyAt))
    points.push(mean.point)
  }
  const last = points.at(-1)
  return cutAt !== null && last !== undefined && cutAt > last.at ? [...points, holeAt(cutAt)] : points
}

/** Rows of stored spans with a hole wherever one span does not follow on another. */
export function withHoles(rows: readonly HistoryRow[]): HistoryRow[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1]?.point
    const endAt = before === undefined ? row.point.at : before.at + before.spanMs
    return row.point.at > endAt ? [{ point: holeAt(endAt), sampledMs: 0, unknown: [] }, row] : [row]
  })
}
