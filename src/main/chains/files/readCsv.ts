/** Tables as programs and people write them: any of three separators, quotes, rows of uneven length. Throws only where there are too many rows. Pure. */
import { parse, type CsvError } from 'csv-parse/sync'
import { maxColumns, maxItems } from '../../../shared/run.ts'
import type { InputRow } from '../../storage/inputStore.ts'
import { maxTableLetters, tooManyItems } from './inputLimits.ts'
import type { ReadInput } from './readInput.ts'

const separators = [',', ';', '\t'] as const

/** The first row names the columns. */
export function readCsv(text: string, rowsBefore: number): ReadInput {
  const { records, mistake } = parseRecords(text, rowsBefore)
  const [header, ...body] = records
  const problems: string[] = []
  if (header === undefined) return { rows: [], problems: [mistake ?? 'The table is empty.'], readLines: 0 }
  if (header.length > maxColumns) {
    const message = `The table has ${inWords(header.length)} columns; at most ${inWords(maxColumns)} can be read.`
    return { rows: [], problems: [message], readLines: 0 }
  }
  if (body.length > maxItems) throw tooManyItems()
  const columns = uniqueColumns(header)
  const rows: InputRow[] = []
  let letters = 0
  for (const [index, values] of body.entries()) {
    const number = rowsBefore + index + 1
    if (values.every((value) => value.trim() === '')) {
      problems.push(`Row ${number} was left out: it is empty.`)
      continue
    }
    const row = rowOf(`row ${number}`, columns, values)
    letters += row.text.length
    if (letters > maxTableLetters) {
      problems.push(
        `Row ${number} and all after it were left out: with the names of its columns, the table is too long.`
      )
      break
    }
    if (values.length !== columns.length) problems.push(unevenWords(number, values.length, columns.length))
    rows.push(row)
  }
  if (mistake) problems.push(mistake)
  else if (body.length === 0) problems.push('The table has names of columns, but no row.')
  return { rows, problems, readLines: body.length }
}

function rowOf(name: string, columns: readonly string[], values: readonly string[]): InputRow {
  const fields = columns.map((column, at) => [column, values[at] ?? ''] as const)
  const lines = fields.map(([column, value]) => `${column}: ${value}`.trimEnd())
  return { name, text: lines.join('\n'), columns: Object.fromEntries(fields) }
}

/** What came before a mistake is kept. */
function parseRecords(text: string, rowsBefore: number): { records: string[][]; mistake: string | null } {
  const records: string[][] = []
  try {
    parse(text, {
      delimiter: separatorOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // The names of the columns, and one row too many.
      to: maxItems + 2,
      on_record: (record: string[]) => {
        records.push(record)
        return null
      }
    })
    return { records, mistake: null }
  } catch (error) {
    return { records, mistake: mistakeWords(error, rowsBefore + records.length) }
  }
}

/** `row`: where it stopped; 0: in the names of the columns. */
function mistakeWords(error: unknown, row: number): string {
  const place = row === 0 ? 'The whole table was' : `Row ${row} and all after it were`
  if ((error as Partial<CsvError>).code === 'CSV_QUOTE_NOT_CLOSED') {
    const where = row === 0 ? 'the names of its columns' : 'that row'
    return `${place} left out: quotes in ${where} are never closed. Close them, and give the table again.`
  }
  return `${place} left out: ${error instanceof Error ? error.message : String(error)}.`
}

/** The one that stands most often between the names of the columns, quoted ones not looked into. */
function separatorOf(text: string): (typeof separators)[number] {
  const counts = new Map<string, number>()
  let isQuoted = false
  let hasLetters = false
  for (const letter of text.slice(0, 100_000)) {
    if (letter === '"') isQuoted = !isQuoted
    if (isQuoted) continue
    if (letter === '\n' || letter === '\r') {
      if (hasLetters) break
      continue
    }
    hasLetters = true
    counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  return separators.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] ?? ','
}

/** Names that are empty or there already get a number: no value may hide another. */
export function uniqueColumns(header: readonly string[]): string[] {
  const plain = header.map((name, index) => name.trim() || `column ${index + 1}`)
  const given = new Set(plain)
  const taken = new Set<string>()
  return plain.map((name) => {
    let unique = name
    for (let count = 2; taken.has(unique) || (unique !== name && given.has(unique)); count++)
      unique = `${name} ${count}`
    taken.add(unique)
    return unique
  })
}

function unevenWords(number: number, values: number, columns: number): string {
  const has = `Row ${number} has ${values} ${values === 1 ? 'value' : 'values'} instead of ${columns}`
  return values < columns ? `${has}: the others are empty.` : `${has}: what is more was left out.`
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}
