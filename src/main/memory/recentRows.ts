/** The last hour of samples in memory, in time order, holes among them. */
import { HOUR_MS, type HistoryRow } from './historyRow.ts'

export interface RecentRows {
  first(): HistoryRow | undefined
  last(): HistoryRow | undefined
  /** The newest that is not a hole. */
  lastSampled(): HistoryRow | undefined
  push(row: HistoryRow): void
  /** Puts what was stored before under what is here; older than the hour is left out. */
  putBefore(rows: readonly HistoryRow[], now: number): void
  /** Forgets `at` and what is later. */
  dropFrom(at: number): void
  /** At `fromAt` and later, before `toAt`. */
  between(fromAt: number, toAt: number): HistoryRow[]
}

/** Some more than the hour, so that the first point of a range is made of all its samples. */
export const KEPT_MS = HOUR_MS + 60_000
/** One a second, and some room for samples taken out of turn after a load. */
const MAX_KEPT = 5_000

export function createRecentRows(): RecentRows {
  let rows: HistoryRow[] = []
  let firstKept = 0

  /** The first index whose time is `at` or later. */
  function indexOf(at: number): number {
    let low = firstKept
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((rows[middle]?.point.at ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    first: () => rows[firstKept],
    last: () => (rows.length > firstKept ? rows.at(-1) : undefined),
    lastSampled: () => rows.findLast((row, index) => index >= firstKept && row.sampledMs > 0),
    push(row) {
      rows.push(row)
      firstKept = Math.max(indexOf(row.point.at - KEPT_MS), rows.length - MAX_KEPT)
      // Cut now and then, not on every sample.
      if (firstKept < 600) return
      rows = rows.slice(firstKept)
      firstKept = 0
    },
    putBefore(older, now) {
      const newestAt = rows.at(-1)?.point.at ?? now
      const kept = older.filter(({ point }) => point.at >= newestAt - KEPT_MS)
      rows = [...kept, ...rows.slice(firstKept)].slice(-MAX_KEPT)
      firstKept = 0
    },
    dropFrom(at) {
      rows.length = indexOf(at)
      firstKept = Math.min(firstKept, rows.length)
    },
    between: (fromAt, toAt) => rows.slice(indexOf(fromAt), indexOf(toAt))
  }
}
