/** Batches: the items that runs work through, on disk, so that a thousand files need no memory. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { StokerError } from '../../shared/errors.ts'
import { maxColumns, maxItems, type InputItem, type InputSet, type RunInput } from '../../shared/run.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createRemovedRows } from './removedRows.ts'
import { parseJson, readOrFail, writeAll } from './writes.ts'

export interface InputRow {
  name: string
  text: string
  /** Of a table's row or a JSON object; null: none. */
  columns: Record<string, string> | null
}

export interface InputStore {
  /**
   * Appends; `problems` are added to those it has, and `readLines` to how far its source was read (so that "line 5,001" is named right in
   * a second piece). Throws `storage_failed`, `invalid_input` (another kind, more than maxItems or maxColumns); then nothing was added.
   */
  append(
    inputId: string,
    kind: RunInput['kind'],
    rows: readonly InputRow[],
    problems: readonly string[],
    readLines?: number
  ): InputSet
  get(inputId: string): InputSet | null
  /** Lines of its source that were read so far; 0 for a batch that is not there. */
  readLines(inputId: string): number
  /** Without their texts. */
  items(inputId: string, fromItem: number, limit: number): InputItem[]
  row(inputId: string, item: number): InputRow | null
  rows(inputId: string, fromItem: number, limit: number): InputRow[]
  /** Letters of a typical item: the mean. */
  meanLetters(inputId: string): number | null
  /** Unless a run refers to it. */
  remove(inputId: string): void
  /** Batches that no run refers to and that are older than this. */
  sweep(olderThanAt: number): void
  dispose(): void
}

interface InputStoreDeps {
  database: DatabaseSync
  logger: Logger
  now?: () => number
  /** Left out: what was removed is cleared away at once, not in pieces. */
  clock?: Pick<Clock, 'after'>
}

const previewLetters = 200
const previewItems = 5
const keptProblems = 200
const kinds = ['text', 'lines', 'csv', 'jsonl', 'files'] as const
const textsSchema = z.array(z.string())

interface Batch {
  number: number
  kind: RunInput['kind']
  itemCount: number
  bytes: number
  letters: number
  readLines: number
  columns: string[]
  problems: string[]
  problemCount: number
}

export function createInputStore(deps: InputStoreDeps): InputStore {
  const { database, logger, now = Date.now } = deps
  const removed = createRemovedRows({ database, clock: deps.clock, logger })
  const statements = prepare(database)

  function batchOf(inputId: string): Batch | null {
    const row = statements.get.get(inputId)
    return row === undefined ? null : fromRow(row)
  }

  function writeRows(
    inputNumber: number,
    firstItem: number,
    rows: readonly InputRow[]
  ): { bytes: number; letters: number } {
    let [bytes, letters] = [0, 0]
    rows.forEach(({ name, text, columns }, index) => {
      const item = firstItem + index
      statements.addItem.run(inputNumber, item, name, beginningOf(text), text.length)
      statements.addText.run(inputNumber, item, columns && JSON.stringify(columns), text)
      bytes += Buffer.byteLength(text)
      letters += text.length
    })
    return { bytes, letters }
  }

  function append(...[inputId, kind, rows, problems, readLines = 0]: Parameters<InputStore['append']>): void {
    const before = batchOf(inputId)
    if (before && before.kind !== kind) {
      throw new StokerError(
        'invalid_input',
        `This batch is made of ${kindWords[before.kind]}, not of ${kindWords[kind]}.`
      )
    }
    const firstItem = before?.itemCount ?? 0
    if (firstItem + rows.length > maxItems) {
      const message = `A batch holds at most ${inWords(maxItems)} items; with these it would have ${inWords(firstItem + rows.length)}.`
      throw new StokerError('invalid_input', message, 'Divide it into several runs.')
    }
    const number = before?.number ?? Number(statements.add.run(inputId, kind, now()).lastInsertRowid)
    const { bytes, letters } = writeRows(number, firstItem, rows)
    const columns = new Set(before?.columns)
    for (const row of rows) for (const column of Object.keys(row.columns ?? {})) columns.add(column)
    if (columns.size > maxColumns) {
      const message = `A batch has at most ${inWords(maxColumns)} columns; with these it would have ${inWords(columns.size)}.`
      throw new StokerError('invalid_input', message, 'Give lines whose fields have the same names.')
    }
    const kept = [...(before?.problems ?? []), ...problems].slice(0, keptProblems)
    statements.change.run(
      firstItem + rows.length,
      (before?.bytes ?? 0) + bytes,
      (before?.letters ?? 0) + letters,
      (before?.readLines ?? 0) + readLines,
      JSON.stringify([...columns]),
      JSON.stringify(kept),
      (before?.problemCount ?? 0) + problems.length,
      now(),
      number
    )
  }

  function items(inputNumber: number, fromItem: number, limit: number): InputItem[] {
    return statements.items.all(inputNumber, fromItem, limit).map((row) => ({
      item: Number(row['item']),
      name: String(row['name']),
      preview: String(row['preview']),
      letters: Number(row['letters'])
    }))
  }

  function get(inputId: string): InputSet | null {
    const batch = batchOf(inputId)
    if (batch === null) return null
    const { number, kind, itemCount, bytes, columns, problems, problemCount } = batch
    return {
      id: inputId,
      kind,
      itemCount,
      bytes,
      columns,
      preview: items(number, 0, previewItems),
      problems,
      problemCount
    }
  }

  function rows(inputId: string, fromItem: number, limit: number): InputRow[] {
    const batch = batchOf(inputId)
    if (batch === null) return []
    return statements.rows.all(batch.number, fromItem, limit).map((row) => ({
      name: String(row['name']),
      text: String(row['text']),
      columns: columnsFrom(row['column_values'])
    }))
  }

  removed.clear()
  return {
    append(...wish) {
      writeAll(database, 'The batch', () => append(...wish))
      return readOrFail('The batch', () => get(wish[0]))!
    },
    get: (inputId) => readOrFail('The batch', () => get(inputId)),
    readLines: (inputId) => readOrFail('The batch', () => batchOf(inputId)?.readLines ?? 0),
    items: (inputId, fromItem, limit) =>
      readOrFail('The batch', () => {
        const batch = batchOf(inputId)
        return batch === null ? [] : items(batch.number, fromItem, limit)
      }),
    row: (inputId, item) => readOrFail('The batch', () => rows(inputId, item, 1).at(0) ?? null),
    rows: (inputId, fromItem, limit) => readOrFail('The batch', () => rows(inputId, fromItem, limit)),
    meanLetters(inputId) {
      const batch = readOrFail('The batch', () => batchOf(inputId))
      return batch === null || batch.itemCount === 0 ? null : batch.letters / batch.itemCount
    },
    remove(inputId) {
      writeAll(database, 'The batches', () => {
        statements.removeNumber.run(inputId)
        statements.remove.run(inputId)
      })
      removed.clear()
    },
    sweep(olderThanAt) {
      try {
        writeAll(database, 'The batches', () => {
          statements.sweepNumbers.run(olderThanAt)
          statements.sweep.run(olderThanAt)
        })
      } catch (error) {
        logger.warn('old batches could not be cleared away', error)
      }
      removed.clear()
    },
    dispose: removed.dispose
  }
}

const unrun = 'NOT EXISTS (SELECT 1 FROM runs WHERE input_id = inputs.id)'
const toRemovedRows = "INSERT INTO removed_rows SELECT 'input', number FROM inputs WHERE"

function prepare(database: DatabaseSync) {
  return {
    get: database.prepare('SELECT * FROM inputs WHERE id = ?'),
    add: database.prepare("INSERT INTO inputs VALUES (NULL, ?, ?, 0, 0, 0, 0, '[]', '[]', 0, ?)"),
    change: database.prepare(
      `UPDATE inputs SET item_count = ?, bytes = ?, letters = ?, read_lines = ?, column_names = ?, problems = ?, problem_count = ?,
         changed_at = ? WHERE number = ?`
    ),
    addItem: database.prepare('INSERT INTO input_items VALUES (?, ?, ?, ?, ?)'),
    addText: database.prepare('INSERT INTO input_texts VALUES (?, ?, ?, ?)'),
    items: database.prepare('SELECT * FROM input_items WHERE input_number = ? AND item >= ? ORDER BY item LIMIT ?'),
    rows: database.prepare(
      `SELECT name, column_values, text FROM input_items JOIN input_texts USING (input_number, item)
       WHERE input_number = ? AND item >= ? ORDER BY item LIMIT ?`
    ),
    removeNumber: database.prepare(`${toRemovedRows} id = ? AND ${unrun}`),
    remove: database.prepare(`DELETE FROM inputs WHERE id = ? AND ${unrun}`),
    sweepNumbers: database.prepare(`${toRemovedRows} changed_at < ? AND ${unrun}`),
    sweep: database.prepare(`DELETE FROM inputs WHERE changed_at < ? AND ${unrun}`)
  }
}

function fromRow(row: Record<string, unknown>): Batch {
  const numberOf = (name: string): number => Number(row[name])
  return {
    number: numberOf('number'),
    kind: kinds.find((kind) => kind === row['kind']) ?? 'text',
    itemCount: numberOf('item_count'),
    bytes: numberOf('bytes'),
    letters: numberOf('letters'),
    readLines: numberOf('read_lines'),
    columns: textsSchema.safeParse(parseJson(row['column_names'])).data ?? [],
    problems: textsSchema.safeParse(parseJson(row['problems'])).data ?? [],
    problemCount: numberOf('problem_count')
  }
}

/** Not by a schema: a column may be called "__proto__". */
function columnsFrom(json: unknown): Record<string, string> | null {
  const value = parseJson(json)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.values(value).every((one) => typeof one === 'string') ? (value as Record<string, string>) : null
}

const kindWords: Record<RunInput['kind'], string> = {
  text: 'plain text',
  lines: 'lines',
  csv: 'rows of a CSV table',
  jsonl: 'lines of JSON',
  files: 'files'
}

/** Never half of a letter that takes two places. */
function beginningOf(text: string): string {
  const end = /[\uD800-\uDBFF]/.test(text.charAt(previewLetters - 1)) ? previewLetters - 1 : previewLetters
  return text.slice(0, end)
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}
