/** Batches as the contract asks for them: read once, kept on disk, run as often as one likes. */
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
  /** It was given up again; where a run was made with it, it stays. */
  remove(inputId: string): void
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
    const linesBefore = store.readLines(inputId)
    const { rows, problems, readLines } = readInput(input, linesBefore)
    // Stoker may be at work for months: its start alone would let unused ones pile up.
    if (linesBefore === 0) sweep()
    return store.append(inputId, input.kind, rows, problems, readLines)
  }

  function sweep(): void {
    store.sweep(clock.now() - keptUnusedMs)
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
    remove: store.remove,
    get,
    items(inputId, fromItem = 0, limit = usualPage) {
      get(inputId)
      return store.items(inputId, fromItem, limit)
    },
    sweep
  }
}
