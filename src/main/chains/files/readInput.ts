/**
 * What was pasted or dropped, as the items of a batch. `{{input}}` of a table's row is a line "column: value" for each column, in the
 * table's order; of a line of JSON it is that line, or, where it is one text, the text itself. Nothing is left out without
 * being named; throws only where there are more items than a batch may hold. Pure.
 */
import { parseExact, valueText } from '../../../shared/outputJson.ts'
import { maxItems, type RunInput } from '../../../shared/run.ts'
import type { InputRow } from '../../storage/inputStore.ts'
import { tooManyItems } from './inputLimits.ts'
import { findJsonMistake } from './jsonMistake.ts'
import { readCsv } from './readCsv.ts'

export interface ReadInput {
  rows: InputRow[]
  /** What was left out or mended, and why. */
  problems: string[]
  /** Of its source, blank ones included: where the next piece goes on counting. Of a table: rows. */
  readLines: number
}

/** `linesBefore`: read of the same batch in earlier pieces. Each piece of a table begins with the names of the columns. */
export function readInput(input: RunInput, linesBefore = 0): ReadInput {
  switch (input.kind) {
    case 'text':
      return {
        rows: [{ name: linesBefore === 0 ? 'text' : `text ${linesBefore + 1}`, text: input.text, columns: null }],
        problems: [],
        readLines: 1
      }
    case 'lines':
      return readLines(input.text, linesBefore)
    case 'csv':
      return readCsv(withoutMark(input.text), linesBefore)
    case 'jsonl':
      return readJsonLines(input.text, linesBefore)
    case 'files':
      return readFiles(input.files)
  }
}

/** Every line end there is: of Unix, Windows, old Macs, mainframes, and the two of Unicode. */
function readLines(text: string, linesBefore: number): ReadInput {
  const lines = linesOf(text, /\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
  const rows: InputRow[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    if (rows.length === maxItems) throw tooManyItems()
    rows.push({ name: `line ${linesBefore + index + 1}`, text: line, columns: null })
  }
  return { rows, problems: [], readLines: lines.length }
}

/** The line ends of Unicode may stand within a text of JSON: they end no line here. */
function readJsonLines(text: string, linesBefore: number): ReadInput {
  const lines = linesOf(text, /\r\n|\n|\r/)
  const rows: InputRow[] = []
  const problems: string[] = []
  for (const [index, line] of lines.entries()) {
    const number = linesBefore + index + 1
    const json = line.trim()
    if (json === '') continue
    if (rows.length + problems.length === maxItems) throw tooManyItems()
    const mistake = findJsonMistake(line)
    if (mistake) {
      problems.push(`Line ${number} is not JSON and was left out: column ${mistake.column}: ${mistake.words}.`)
    } else rows.push({ name: `line ${number}`, ...rowOf(parseExact(json), json) })
  }
  return { rows, problems, readLines: lines.length }
}

function rowOf(value: unknown, json: string): Pick<InputRow, 'text' | 'columns'> {
  if (typeof value === 'string') return { text: value, columns: null }
  if (!json.startsWith('{')) return { text: json, columns: null }
  const columns = Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, textOf(field)]))
  return { text: json, columns }
}

function textOf(value: unknown): string {
  return value === null ? '' : valueText(value)
}

function readFiles(files: Extract<RunInput, { kind: 'files' }>['files']): ReadInput {
  const rows: InputRow[] = []
  const problems: string[] = []
  for (const { name, text } of files) {
    const content = withoutMark(text)
    const refusal = refusalOf(content)
    if (refusal === null) rows.push({ name, text: content, columns: null })
    else problems.push(`${name} was left out: ${refusal}.`)
  }
  return { rows, problems, readLines: files.length }
}

/** One letter in a thousand that could not be read: more than a slip in a text of UTF-8, less than any other encoding gives. */
const unreadableShare = 0.001

function refusalOf(text: string): string | null {
  if (text.trim() === '') return 'it is empty'
  if (text.includes('\0')) return 'it is not text'
  const unreadable = countOf(text, '\ufffd')
  return unreadable > text.length * unreadableShare ? 'it is not text, or not saved as UTF-8' : null
}

function countOf(text: string, letter: string): number {
  let count = 0
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) count += 1
  return count
}

/** What ends with a line end has no further line. */
function linesOf(text: string, ends: RegExp): string[] {
  const lines = withoutMark(text).split(ends)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The mark that some editors put before UTF-8. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
