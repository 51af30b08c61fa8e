/** Results of a run as files, in pieces that are made one at a time: a batch of any size needs no more memory than one piece. */
import { resultSteps } from '../../../shared/chainGraph.ts'
import { StokerError } from '../../../shared/errors.ts'
import type { ExportFormat, RunItem, StepResult } from '../../../shared/run.ts'
import { itemNotes } from '../../../shared/stepNotes.ts'
import type { InputRow, InputStore } from '../../storage/inputStore.ts'
import type { RunStore, StoredRun } from '../../storage/runStore.ts'
import { csvRow, itemMarkdown, oneLine } from './exportTexts.ts'
import { uniqueColumns } from './readCsv.ts'
import { createUniqueNames, safeFileName } from './safeFileName.ts'

export interface ExportPiece {
  /** Pieces of one name belong one after the other. */
  files: { fileName: string; text: string }[]
  /** Where the next piece begins; null: this was the last. */
  nextItem: number | null
}

export type ExportRun = (run: StoredRun, format: ExportFormat, fromItem?: number) => ExportPiece

/** An item with its whole texts. */
export interface ExportedItem {
  item: RunItem
  /** What is to be told of its outputs: "Draft: default text". */
  notes: string[]
  /** The row or line it was made of; null: a file or a text, which its name tells. */
  input: Pick<InputRow, 'text' | 'columns'> | null
  finalOutput: string | null
  /** In the order of the chain; null: it has none. */
  outputs: { name: string; text: string | null }[]
}

interface RunExportDeps {
  store: Pick<RunStore, 'items' | 'end' | 'output' | 'counts'>
  inputs: Pick<InputStore, 'get' | 'items' | 'rows'>
  /** A piece ends with the item that reaches one of these. */
  pieceItems?: number
  pieceLetters?: number
}

const namesPage = 1_000
const firstColumns = ['item', 'name', 'status', 'reason', 'notes']

export function createRunExport(deps: RunExportDeps): ExportRun {
  const { store, inputs, pieceItems = 200, pieceLetters = 2_000_000 } = deps
  /** Of the run whose files are being made: every piece needs the names of those before it. */
  let names: { runId: string; fileNames: string[] } | null = null

  /** Always the same for the same run. */
  function fileNamesOf(run: StoredRun): string[] {
    if (names?.runId === run.id) return names.fileNames
    const unique = createUniqueNames()
    const fileNames: string[] = []
    const fallback = extensionOf(run)
    for (let from = 0; from < run.itemCount; from += namesPage) {
      const page = inputs.items(run.inputId, from, Math.min(namesPage, run.itemCount - from))
      for (const { item, name } of page) {
        const own = fallback === '.json' ? undefined : /\.[a-z0-9]{1,8}$/i.exec(name)?.[0]
        const base = own === undefined ? name : name.slice(0, -own.length)
        fileNames[item] = unique(base, `item ${item + 1}`, own ?? fallback)
      }
    }
    names = { runId: run.id, fileNames }
    return fileNames
  }

  /** Of a table, or of lines; none of files and texts, which are long and have names. */
  function inputColumnsOf({ inputId }: StoredRun): string[] {
    const input = inputs.get(inputId)
    if (input === null || input.kind === 'files' || input.kind === 'text') return []
    if (input.kind === 'csv') return input.columns
    // What `{{input}}` is of a line: not every line of JSON is an object.
    return input.columns.includes('input') ? input.columns : ['input', ...input.columns]
  }

  /** From `fromItem` to the end of the piece. */
  function* itemsOf(run: StoredRun, fromItem: number, hasRows: boolean): Generator<ExportedItem> {
    const { items } = store.items(run.id, { fromItem, limit: pieceItems })
    const rows = hasRows && inputColumnsOf(run).length > 0 ? inputs.rows(run.inputId, fromItem, items.length) : []
    let letters = 0
    for (const [index, item] of items.entries()) {
      const input = rows[index] ?? null
      const notes = itemNotes(item.steps, run.chain)
      const finalOutput = store.end(run.id, item.item)?.finalOutput ?? null
      const outputs = run.chain.steps.map(({ id, name }) => ({ name, text: store.output(run.id, item.item, id) }))
      yield { item, notes, input, finalOutput, outputs }
      letters += [finalOutput, input?.text ?? null, ...outputs.map(({ text }) => text)].reduce(
        (sum, text) => sum + (text?.length ?? 0),
        0
      )
      if (letters >= pieceLetters) return
    }
  }

  /** A table says of every item what became of it; files of results there would be none. */
  function requireResults({ id }: StoredRun): void {
    const { done, stopped } = store.counts(id).items
    if (done + stopped > 0) return
    const hint = 'Export it once an item has ended well, or as CSV: that says what became of each.'
    throw new StokerError('invalid_input', 'There is nothing to export: no item has a result.', hint)
  }

  return (run, format, fromItem = 0) => {
    const files: ExportPiece['files'] = []
    const texts: string[] = []
    let nextItem = fromItem
    if (format === 'files' && fromItem === 0) requireResults(run)
    const inputColumns = inputColumnsOf(run)
    if (fromItem === 0) texts.push(beginningOf(run, format, inputColumns))
    for (const one of itemsOf(run, fromItem, format === 'csv' || format === 'jsonl')) {
      nextItem = one.item.item + 1
      if (format !== 'files') texts.push(textOf(run, format, one, inputColumns))
      else if (one.finalOutput !== null) {
        const fileName = fileNamesOf(run)[one.item.item] ?? `item ${nextItem}${extensionOf(run)}`
        files.push({ fileName, text: one.finalOutput })
      }
    }
    const isLast = nextItem === fromItem || nextItem >= run.itemCount
    if (isLast) names = null
    if (format !== 'files') files.push({ fileName: fileNameOf(run, extensions[format]), text: texts.join('') })
    return { files, nextItem: isLast ? null : nextItem }
  }
}

const extensions = { csv: '.csv', jsonl: '.jsonl', markdown: '.md' } as const

/** The day is that of Greenwich: the same run has the same name everywhere. */
function fileNameOf({ chain, createdAt }: StoredRun, extension: string): string {
  const day = new Date(createdAt).toISOString().slice(0, 10)
  return safeFileName(chain.name, 'run', ` ${day}${extension}`)
}

/** Of one item's file, where its name has none of its own. */
function extensionOf({ chain }: StoredRun): '.json' | '.md' | '.txt' {
  const results = resultSteps(chain)
  if (results.length !== 1) return '.md'
  return chain.steps.find(({ id }) => id === results[0])?.output.format === 'json' ? '.json' : '.txt'
}

function valueOf(input: ExportedItem['input'], column: string): string {
  if (input?.columns && Object.hasOwn(input.columns, column)) return input.columns[column] ?? ''
  return column === 'input' ? (input?.text ?? '') : ''
}

function measuredOf({ item: _item, stepId: _stepId, letters: _letters, ...measured }: StepResult): object {
  return measured
}

/** The mark before a table makes spreadsheets read it as UTF-8. */
function beginningOf({ chain }: StoredRun, format: ExportFormat, inputColumns: readonly string[]): string {
  if (format === 'markdown') return `# ${oneLine(chain.name)}\n`
  if (format !== 'csv') return ''
  return `\ufeff${csvRow(uniqueColumns([...firstColumns, ...inputColumns, 'final output', ...chain.steps.map(({ name }) => name)]))}`
}

function textOf(
  run: StoredRun,
  format: Exclude<ExportFormat, 'files'>,
  one: ExportedItem,
  inputColumns: readonly string[]
): string {
  const { item, notes, input, finalOutput, outputs } = one
  const { name, status, reason, error } = item
  if (format === 'markdown') return itemMarkdown(one, resultSteps(run.chain).length)
  if (format === 'csv') {
    const why = reason ?? error?.message ?? ''
    const values = inputColumns.map((column) => valueOf(input, column))
    const texts = outputs.map(({ text }) => text ?? '')
    return csvRow([item.item + 1, name, status, why, notes.join('; '), ...values, finalOutput ?? '', ...texts])
  }
  const steps = Object.fromEntries(
    outputs.map(({ name, text }, at) => {
      const step = item.steps[at]
      return [name, { output: text, ...(step && measuredOf(step)) }]
    })
  )
  const told = {
    item: item.item + 1,
    name,
    status,
    reason,
    error,
    notes,
    ...(input && { input: input.columns ?? input.text }),
    finalOutput,
    steps
  }
  return `${JSON.stringify(told)}\n`
}
