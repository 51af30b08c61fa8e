/** The rows of the test bench: every model that is there and every result there is, filtered and in order. Pure. */
import type { BenchResult } from '../../../../shared/diagnostics.ts'
import type { Model, ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { compareNames } from '../../lib/compareNames.ts'

export interface BenchRow {
  key: string
  id: ModelId
  /** Null: not tested yet. */
  result: BenchResult | null
  /** It was tested, and is no longer on its host. */
  isGone: boolean
}

export const benchOutcomes = ['fails', 'slow', 'works'] as const
export type BenchFilter = 'all' | BenchResult['outcome'] | 'untested'
export const benchColumns = ['name', 'outcome', 'loadMs', 'firstTokenMs', 'tokensPerSecond', 'heldBytes'] as const
export type BenchColumn = (typeof benchColumns)[number]
export interface BenchSort {
  column: BenchColumn
  isDescending: boolean
}

export function benchRows(models: readonly Model[], results: readonly BenchResult[]): BenchRow[] {
  const resultByKey = new Map(results.map((result) => [modelKey(result.id), result]))
  const installed = models.filter(({ state }) => state !== 'absent')
  const keys = new Set(installed.map(({ id }) => modelKey(id)))
  const rowOf = (id: ModelId, isGone: boolean): BenchRow => {
    const key = modelKey(id)
    return { key, id, result: resultByKey.get(key) ?? null, isGone }
  }
  const gone = results.filter(({ id }) => !keys.has(modelKey(id)))
  return [...installed.map(({ id }) => rowOf(id, false)), ...gone.map(({ id }) => rowOf(id, true))]
}

export function countOf(rows: readonly BenchRow[], filter: BenchFilter): number {
  return rows.filter((row) => passes(row, filter)).length
}

export function shownRows(
  rows: readonly BenchRow[],
  { search, filter, sort }: { search: string; filter: BenchFilter; sort: BenchSort }
): BenchRow[] {
  const words = search.toLowerCase().trim()
  return rows
    .filter((row) => passes(row, filter) && row.id.name.toLowerCase().includes(words))
    .sort((a, b) => compareRows(a, b, sort) || compareNames(a.id.name, b.id.name) || compareNames(a.key, b.key))
}

function passes({ result }: BenchRow, filter: BenchFilter): boolean {
  return filter === 'all' || filter === (result?.outcome ?? 'untested')
}

function compareRows(a: BenchRow, b: BenchRow, { column, isDescending }: BenchSort): number {
  const turn = isDescending ? -1 : 1
  if (column === 'name') return turn * compareNames(a.id.name, b.id.name)
  const [left, right] = [valueOf(a, column), valueOf(b, column)]
  // What nobody measured comes last, whichever way.
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return turn * (left - right)
}

function valueOf({ result }: BenchRow, column: Exclude<BenchColumn, 'name'>): number | null {
  if (column === 'outcome') return result === null ? null : benchOutcomes.indexOf(result.outcome)
  return result?.[column] ?? null
}
