/** History as a table for other programs: RFC 4180, every stored row, one column per model. Unknown is empty; not loaded is 0. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { StokerError } from '../../shared/errors.ts'
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
  'models_max_bytes',
  'other_bytes',
  'swap_used_bytes',
  'gpu_load_percent',
  'pressure'
]
const newLine = '\r\n'

/** More would be too much for one answer to a page. A month with six models has 8 MB. */
const MAX_LENGTH = 12_000_000

/**
 * Nothing is left out: history keeps 44,640 minutes, or an hour of samples, so a table has under 50,000 rows. Where many models make
 * it too large, it is refused. It is made a day at a time, and others get their turn in between.
 */
export async function exportHistory(
  history: Pick<MemoryHistory, 'rows'>,
  range: HistoryRange,
  now: number
): Promise<HistoryExport> {
  const { models, lines } = await readLines(history, range)
  // A model seen later adds a column: in the lines before, it was not loaded.
  const padded = lines.map(({ text, cells }) => text + ',0'.repeat(models.length - cells))
  const header = [...columns, ...models.map((key) => quoted(key))].join(',')
  const csv = [header, ...padded, ''].join(newLine)
  if (csv.length > MAX_LENGTH) {
    const size = `${(csv.length / 1e6).toFixed(1)} MB`
    throw new StokerError(
      'limit_reached',
      `This table would have ${size}: ${models.length} models were loaded in that time.`,
      'Choose a shorter range.'
    )
  }
  const toAt = range.toAt ?? now
  return { fileName: fileNameOf(Math.max(0, toAt - range.rangeMs), toAt), csv }
}

interface Lines {
  /** In the order of their columns. */
  models: string[]
  /** `cells`: how many models each has a cell for. */
  lines: { text: string; cells: number }[]
}

async function readLines(history: Pick<MemoryHistory, 'rows'>, range: HistoryRange): Promise<Lines> {
  const models: string[] = []
  const lines: Lines['lines'] = []
  try {
    for (const rows of history.rows(range)) {
      for (const row of rows) lines.push({ text: lineOf(row, models), cells: models.length })
      await nextTurn()
    }
  } catch (cause) {
    // Half a table would look like a whole one.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StokerError(
      'storage_failed',
      `The history could not be read: ${reason}.`,
      'Check the disk of the data folder.',
      { cause }
    )
  }
  return { models, lines }
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
    point.heldMaxBytes,
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

/** The end of the year 9999: later ones are named in another way, or not at all. */
const LAST_AT = 253_402_300_799_999

/** "stoker-memory-20260314T0826Z-20260314T0926Z.csv": no colons, which not every system takes. */
function fileNameOf(fromAt: number, toAt: number): string {
  const [from, to] = [fromAt, toAt].map(
    (at) => `${new Date(Math.min(at, LAST_AT)).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`
  )
  return `stoker-memory-${from}-${to}.csv`
}
