/** Inputs in words: what a batch is, how much, and what its button says. Pure. */
import type { InputSet, RunInput } from '../../../../shared/run.ts'
import { formatBytes, formatCount, plural } from '../../lib/format.ts'
import type { SendProgress } from './sendInput.ts'

export type InputKind = RunInput['kind']
/** What is typed, pasted or read from one file. */
export type TextKind = Exclude<InputKind, 'files'>

export const kindLabels: Record<InputKind, string> = {
  text: 'Text',
  lines: 'Lines',
  csv: 'CSV',
  jsonl: 'JSONL',
  files: 'Files'
}

const itemWords: Record<InputKind, readonly [string, string]> = {
  text: ['text', 'texts'],
  lines: ['line', 'lines'],
  csv: ['row', 'rows'],
  jsonl: ['line', 'lines'],
  files: ['file', 'files']
}

/** "40 files". */
function itemCountWords(kind: InputKind, count: number): string {
  const [one, many] = itemWords[kind]
  return plural(count, one, many)
}

/** "40 files, 312 kB". */
export function inputSetWords({ kind, itemCount, bytes }: Pick<InputSet, 'kind' | 'itemCount' | 'bytes'>): string {
  return `${itemCountWords(kind, itemCount)}, ${formatBytes(bytes)}`
}

/** "Run 40 files"; of one text, and of nothing yet, only the verb. */
export function runLabel(input: Pick<InputSet, 'kind' | 'itemCount'> | null): string {
  if (input === null || input.itemCount === 0 || (input.kind === 'text' && input.itemCount === 1)) return 'Run'
  return `Run ${itemCountWords(input.kind, input.itemCount)}`
}

/** What to put into the field, as an example. */
export const placeholders: Record<TextKind, string> = {
  text: 'One text, one item.',
  lines: 'One item a line.\nBlank lines are left out.',
  csv: 'title,body\nFirst,What the first is about\nSecond,"A comma, in quotes"',
  jsonl: '{"title": "First", "body": "What the first is about"}\n{"title": "Second", "body": "…"}'
}

/** How a template reaches it. */
export function reachWords(kind: InputKind, columns: readonly string[]): string {
  if (kind !== 'csv' && kind !== 'jsonl') return 'Templates reach each one as {{input}}.'
  const [first] = columns
  if (first === undefined) return 'Templates reach a whole row as {{input}}, a column by its name.'
  return `Templates reach a whole row as {{input}}, a column as ${columnReference(first)}.`
}

/** `{{input.title}}`, or `{{input["first name"]}}` where the name is no plain word. */
function columnReference(column: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(column) ? `{{input.${column}}}` : `{{input[${JSON.stringify(column)}]}}`
}

/** "Reading 120 of 400 files". */
export function sendingWords(kind: InputKind, { done, total }: SendProgress): string {
  if (kind === 'files')
    return total === 0 ? 'Looking for files' : `Reading ${formatCount(done)} of ${plural(total, 'file')}`
  return total > 1 ? `Reading ${kindLabels[kind]}, part ${done + 1} of ${total}` : 'Reading'
}

/** The first few of what was left out, and how many more of all there were. */
export function problemLines(problems: readonly string[], all: number, most = 4): string[] {
  if (all <= most) return [...problems]
  return [...problems.slice(0, most - 1), `and ${formatCount(all - most + 1)} more`]
}

/**
 * The values of a row as columns: of a table it begins "column: value" a line each, of JSON it is an object. A beginning may end before
 * its last columns; null: it is neither.
 */
export function cellsOf(preview: string, columns: readonly string[]): string[] | null {
  if (columns.length === 0) return null
  return preview.startsWith(`${columns[0] ?? ''}:`) ? cellsOfLines(preview, columns) : cellsOfJson(preview, columns)
}

function cellsOfLines(preview: string, columns: readonly string[]): string[] {
  let rest = `\n${preview}`
  return columns.map((column, index) => {
    const head = `\n${column}:`
    if (!rest.startsWith(head)) return ''
    const value = rest.slice(head.length)
    const next = columns[index + 1]
    const end = next === undefined ? -1 : value.indexOf(`\n${next}:`)
    rest = end === -1 ? '' : value.slice(end)
    return (end === -1 ? value : value.slice(0, end)).trim()
  })
}

function cellsOfJson(preview: string, columns: readonly string[]): string[] | null {
  try {
    const value: unknown = JSON.parse(preview)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    const row = value as Record<string, unknown>
    return columns.map((column) => {
      const cell = row[column]
      return typeof cell === 'string' ? cell : cell === undefined ? '' : JSON.stringify(cell)
    })
  } catch {
    return null
  }
}
