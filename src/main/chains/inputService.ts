/** Batches as the contract asks for them: read once, kept on disk, run as often as one likes. */
import { formatBytes } from '../../shared/byteWords.ts'
import { StokerError } from '../../shared/errors.ts'
import type { InputItem, InputSet, RunInput } from '../../shared/run.ts'
import type { Clock } from '../lib/clock.ts'
import type { InputStore } from '../storage/inputStore.ts'
import { readInput } from './files/readInput.ts'

export interface InputService {
  /** Appends to the batch, or begins it. */
  add(inputId: string, input: RunInput): InputSet
  /** A batch of its own, for a run that brings its inputs along. */
  addNew(input: RunInput): InputSet
  /** What a batch of it would be, for a plan: nothing is kept. */
  look(input: RunInput): { itemCount: number; columns: string[]; meanLetters: number | null }
  get(inputId: string): InputSet
  items(inputId: string, fromItem?: number, limit?: number): InputItem[]
  /** Batches that were never run, a day after they last grew. */
  sweep(): void
}

interface InputServiceDeps {
  store: InputStore
  newId: () => string
  clock: Pick<Clock, 'now'>
}

const keptUnusedMs = 86_400_000
const usualPage = 100

export function createInputService({ store, newId, clock }: InputServiceDeps): InputService {
  function add(inputId: string, input: RunInput): InputSet {
    const { rows, problems, readLines } = readInput(input, store.readLines(inputId))
    return store.append(inputId, input.kind, rows, problems, readLines)
  }

  function get(inputId: string): InputSet {
    const found = store.get(inputId)
    if (found) return found
    throw new StokerError('invalid_input', 'These inputs are no longer kept.', 'Add them again.')
  }

  return {
    add,
    addNew: (input) => add(newId(), input),
    look(input) {
      const { rows } = readInput(input)
      const columns = new Set(rows.flatMap((row) => Object.keys(row.columns ?? {})))
      const letters = rows.reduce((sum, { text }) => sum + text.length, 0)
      return {
        itemCount: rows.length,
        columns: [...columns],
        meanLetters: rows.length === 0 ? null : letters / rows.length
      }
    },
    get,
    items(inputId, fromItem = 0, limit = usualPage) {
      get(inputId)
      return store.items(inputId, fromItem, limit)
    },
    sweep: () => store.sweep(clock.now() - keptUnusedMs)
  }
}

/** "40 files, 312 kB". */
export function inputWords({ kind, itemCount, bytes }: Pick<InputSet, 'kind' | 'itemCount' | 'bytes'>): string {
  const [one, many] = kindWords[kind]
  return `${itemCount.toLocaleString('en-US')} ${itemCount === 1 ? one : many}, ${formatBytes(bytes)}`
}

const kindWords: Record<InputSet['kind'], [one: string, many: string]> = {
  text: ['text', 'texts'],
  lines: ['line', 'lines'],
  csv: ['row', 'rows'],
  jsonl: ['line of JSON', 'lines of JSON'],
  files: ['file', 'files']
}
