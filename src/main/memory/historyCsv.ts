/** History as a table for other programs: RFC 4180, every stored row, one column per model. Unknown is empty; not loaded is 0. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HistoryRange, MemoryHistory } from './history.ts'
import type { HistoryRow } from './historyRow.ts'

export interface HistoryExport {
  fileName: string
  csv: string
}

const columns = [
  'at',
  'span_seconds',
  'used_bytes',
  'used_min_bytes',
  'used_max_bytes',
  'other_bytes',
  'swap_used_bytes',
  'gpu_load_percent',
  'pressure'
]
const newLine = '\r\n'

/**
 * Nothing is cut: history keeps 44,640 minutes, or an hour of samples, so a table has under 50,000 rows. It is written a day at a
 * time, and others get their turn in between.
 */
export async function exportHistory(
  history: Pick<MemoryHistory, 'rows'>,
  range: HistoryRange,
  now: number
): Promise<HistoryExport> {
  const models: string[] = []
  const lines: { text: string; models: number }[] = []
  for (const rows of history.rows(range)) {
    for (const row of rows) {
      const text = lineOf(row, models)
      lines.push({ text, models: models.length })
    }
    await nextTurn()
  }
  // A model seen later adds a column: what was written before it had it not loaded.
  const padded = lines.map(({ text, models: known }) => text + ',0'.repeat(models.length - known))
  const header = [...columns, ...models.map((key) => quoted(key))].join(',')
  const toAt = range.toAt ?? now
  return { fileName: fileNameOf(Math.max(0, toAt - range.rangeMs), toAt), csv: [header, ...padded, ''].join(newLine) }
}

/** Adds to `models` the ones it meets first. */
function lineOf({ point, unknown }: HistoryRow, models: string[]): string {
  for (const key of [...Object.keys(point.held), ...unknown]) if (!models.includes(key)) models.push(key)
  const cells: (string | number | null)[] = [
    new Date(point.at).toISOString(),
    point.spanMs / 1_000,
    point.usedBytes,
    point.usedMinBytes,
    point.usedMaxBytes,
    point.otherBytes,
    point.swapUsedBytes,
    point.gpuLoadPercent,
    point.pressure,
    ...models.map((key) => point.held[key] ?? (unknown.includes(key) ? null : 0))
  ]
  return cells.map((cell) => cell ?? '').join(',')
}

/** A spreadsheet runs what begins like a formula: an apostrophe before it keeps it text. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** "stoker-memory-20260314T0826Z-20260314T0926Z.csv": no colons, which not every system takes. */
function fileNameOf(fromAt: number, toAt: number): string {
  const [from, to] = [fromAt, toAt].map((at) => `${new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`)
  return `stoker-memory-${from}-${to}.csv`
}
