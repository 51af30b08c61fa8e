/** Batches: the items that runs work through, on disk, so that a thousand files need no memory. */
import type { InputSet, RunInput } from '../../shared/run.ts'

export interface InputRow {
  name: string
  text: string
  /** Of a table's row or a JSON object; null: none. */
  columns: Record<string, string> | null
}

export interface InputStore {
  /** Appends; `problems` are added to those it has. Throws `storage_failed`, `invalid_input` (another kind, or more than maxItems). */
  append(inputId: string, kind: RunInput['kind'], rows: readonly InputRow[], problems: readonly string[]): InputSet
  get(inputId: string): InputSet | null
  row(inputId: string, item: number): InputRow | null
  rows(inputId: string, fromItem: number, limit: number): InputRow[]
  /** Letters of a typical item: the mean. */
  meanLetters(inputId: string): number | null
  /** Batches that no run refers to and that are older than this. */
  sweep(olderThanAt: number): void
}
