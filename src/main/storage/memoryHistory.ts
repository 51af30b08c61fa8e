/** Memory over time on disk: rows by their span and time, models by number. It may throw: whoever writes decides what is kept meanwhile. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { pressures, type Pressure } from '../../shared/memory.ts'
import type { HistoryRow } from '../memory/historyRow.ts'

export interface MemoryHistoryStore {
  /** Rows of one span that begin at `fromAt` or later and before `toAt`, oldest first. Span 0: samples. */
  read(spanMs: number, fromAt: number, toAt: number): HistoryRow[]
  /** A row of the same span and time is replaced. Only inside `together`. */
  write(rows: readonly HistoryRow[]): void
  remove(spanMs: number, fromAt: number, toAt: number): void
  oldestAt(spanMs: number): number | null
  /** All of it or nothing: what throws undoes the rest. */
  together(work: () => void): void
}

/** In the order of the table's columns. */
type Columns = [
  spanMs: number,
  at: number,
  sampledMs: number,
  usedBytes: number | null,
  usedMinBytes: number | null,
  usedMaxBytes: number | null,
  heldMaxBytes: number | null,
  otherBytes: number | null,
  swapUsedBytes: number | null,
  gpuLoadPercent: number | null,
  pressure: string | null,
  held: string
]

export function createMemoryHistoryStore({ database }: { database: DatabaseSync }): MemoryHistoryStore {
  const models = createModelNumbers(database)
  const select = database.prepare('SELECT * FROM memory_rows WHERE span_ms = ? AND at >= ? AND at < ? ORDER BY at')
  // Half the time of rows as objects.
  select.setReturnArrays(true)
  const upsert = database.prepare('INSERT OR REPLACE INTO memory_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM memory_rows WHERE span_ms = ? AND at >= ? AND at < ?')
  const oldest = database.prepare('SELECT min(at) AS at FROM memory_rows WHERE span_ms = ?')

  function toColumns({ point, sampledMs, unknown }: HistoryRow): SQLInputValue[] | null {
    const at = whole(point.at)
    if (at === null) return null
    const amounts = Object.entries(point.held).flatMap(([key, bytes]) => [models.number(key), whole(bytes)])
    const unknowns = unknown.flatMap((key) => [models.number(key), null])
    return [
      point.spanMs,
      at,
      whole(sampledMs) ?? 1,
      whole(point.usedBytes),
      whole(point.usedMinBytes),
      whole(point.usedMaxBytes),
      whole(point.heldMaxBytes),
      whole(point.otherBytes),
      whole(point.swapUsedBytes),
      Number.isFinite(point.gpuLoadPercent) ? point.gpuLoadPercent : null,
      point.pressure,
      JSON.stringify([...amounts, ...unknowns])
    ]
  }

  return {
    read: (spanMs, fromAt, toAt) =>
      (select.all(spanMs, fromAt, toAt) as unknown as Columns[]).map((row) => fromColumns(row, models.key)),
    write(rows) {
      for (const row of rows) {
        const columns = toColumns(row)
        if (columns !== null) upsert.run(...columns)
      }
    },
    remove: (spanMs, fromAt, toAt) => void remove.run(spanMs, fromAt, toAt),
    oldestAt: (spanMs) => (oldest.get(spanMs)?.['at'] as number | null | undefined) ?? null,
    together(work) {
      database.exec('BEGIN IMMEDIATE')
      try {
        work()
        database.exec('COMMIT')
      } catch (error) {
        // A full disk may have undone it already.
        if (database.isTransaction) database.exec('ROLLBACK')
        models.forget()
        throw error
      }
    }
  }
}

function fromColumns(row: Columns, keyOf: (number: number) => string | undefined): HistoryRow {
  const held: Record<string, number> = {}
  const unknown: string[] = []
  const amounts = parseAmounts(row[11])
  for (let index = 0; index < amounts.length; index += 2) {
    const key = keyOf(amounts[index] ?? Number.NaN)
    const bytes = amounts[index + 1]
    if (key === undefined) continue
    if (typeof bytes === 'number') held[key] = bytes
    else unknown.push(key)
  }
  const point = {
    at: row[1],
    spanMs: row[0],
    usedBytes: row[3],
    usedMinBytes: row[4],
    usedMaxBytes: row[5],
    heldMaxBytes: row[6],
    otherBytes: row[7],
    swapUsedBytes: row[8],
    gpuLoadPercent: row[9],
    pressure: isPressure(row[10]) ? row[10] : null,
    held
  }
  return { point, sampledMs: row[2], unknown }
}

function parseAmounts(text: string): (number | null)[] {
  try {
    const amounts: unknown = JSON.parse(text)
    return Array.isArray(amounts) ? amounts : []
  } catch {
    return []
  }
}

/** A model's name is written once, not in every row. */
function createModelNumbers(database: DatabaseSync) {
  const all = database.prepare('SELECT id, key FROM memory_models')
  const insert = database.prepare('INSERT INTO memory_models (key) VALUES (?) RETURNING id')
  const numbers = new Map<string, number>()
  const keys = new Map<number, string>()
  function note(key: string, id: unknown): number {
    const number = Number(id)
    numbers.set(key, number)
    keys.set(number, key)
    return number
  }
  function load(): void {
    for (const { id, key } of all.all()) note(String(key), id)
  }
  load()
  return {
    number: (key: string): number => numbers.get(key) ?? note(key, insert.get(key)?.['id']),
    key: (number: number): string | undefined => keys.get(number),
    /** After a write that was undone: the numbers it gave were undone with it. */
    forget(): void {
      numbers.clear()
      keys.clear()
      load()
    }
  }
}

/** What the table takes: an amount that is none would fail the whole write, and with it every other row. */
function whole(value: number | null): number | null {
  if (value === null) return null
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) ? rounded : null
}

function isPressure(text: string | null): text is Pressure {
  return text !== null && (pressures as readonly string[]).includes(text)
}
