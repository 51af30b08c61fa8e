/** Pages of a run's items, by status and by what is searched: only the numbers of those that match are gone through, and only the page is read. */
import type { DatabaseSync } from 'node:sqlite'
import type { RunItem } from '../../shared/run.ts'
import type { KnownRun } from './runList.ts'
import { newStepResult } from '../../shared/newStepResult.ts'
import { endFrom, stepFrom } from './runRows.ts'
import type { ItemWish } from './runStore.ts'

export type ReadItems = (known: KnownRun, wish: ItemWish) => { items: RunItem[]; total: number }

/** Of a final output, in a list. */
const shownLetters = 400

export function createRunItems({ database }: { database: DatabaseSync }): ReadItems {
  const statements = prepare(database)

  /** The page's numbers, in order, and how many there are in all. */
  function numbersOf({ number, run }: KnownRun, wish: ItemWish): { numbers: number[]; total: number } {
    const { status, search = '', fromItem, limit } = wish
    if (status === undefined && search === '') {
      const numbers = Array.from(
        { length: Math.max(0, Math.min(limit, run.itemCount - fromItem)) },
        (_, at) => fromItem + at
      )
      return { numbers, total: run.itemCount }
    }
    const inputNumber = Number(statements.inputNumber.get(run.inputId)?.['number'] ?? -1)
    const patterns = patternsOf(search)
    const all = statements.matching
      .all({ run: number, input: inputNumber, count: run.itemCount, status: status ?? null, ...patterns })
      .map((row) => Number(row['item']))
    const first = all.findIndex((item) => item >= fromItem)
    return { numbers: first < 0 ? [] : all.slice(first, first + limit), total: all.length }
  }

  function itemOf({ number, run }: KnownRun, inputNumber: number, item: number): RunItem {
    const input = statements.input.get(inputNumber, item)
    const row = statements.end.get(shownLetters, number, item)
    const end = row === undefined ? null : endFrom(row)
    const steps = new Map(
      statements.steps.all(number, item).flatMap((one) => {
        const step = stepFrom(one)
        return step === null ? [] : [[step.stepId, step] as const]
      })
    )
    return {
      item,
      name: String(input?.['name'] ?? `item ${item + 1}`),
      preview: String(input?.['preview'] ?? ''),
      status: end?.status ?? 'waiting',
      reason: end?.reason ?? null,
      error: end?.error ?? null,
      finalOutput: end?.finalOutput ?? null,
      steps: run.chain.steps.map(({ id }) => steps.get(id) ?? newStepResult(item, id, 'waiting'))
    }
  }

  return (known, wish) => {
    const { numbers, total } = numbersOf(known, wish)
    const inputNumber = Number(statements.inputNumber.get(known.run.inputId)?.['number'] ?? -1)
    return { items: numbers.map((item) => itemOf(known, inputNumber, item)), total }
  }
}

/** SQLite takes only A to Z for a to z: what is searched is tried as typed, small and large as well. */
function patternsOf(search: string): Record<'typed' | 'small' | 'large', string | null> {
  if (search === '') return { typed: null, small: null, large: null }
  const pattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return { typed: pattern(search), small: pattern(search.toLowerCase()), large: pattern(search.toUpperCase()) }
}

function prepare(database: DatabaseSync) {
  const has = (column: string): string =>
    ['typed', 'small', 'large'].map((name) => `${column} LIKE :${name} ESCAPE '\\'`).join(' OR ')
  return {
    inputNumber: database.prepare('SELECT number FROM inputs WHERE id = ?'),
    input: database.prepare('SELECT name, preview FROM input_items WHERE input_number = ? AND item = ?'),
    end: database.prepare(
      `SELECT run_items.*, substr(final_output, 1, ?) AS final_output
       FROM run_items LEFT JOIN run_finals USING (run_number, item) WHERE run_number = ? AND item = ?`
    ),
    steps: database.prepare('SELECT * FROM run_steps WHERE run_number = ? AND item = ?'),
    // The status comes first: what it rules out is not searched, and texts are only touched where something is searched.
    matching: database.prepare(
      `SELECT input_items.item AS item FROM input_items
       LEFT JOIN run_items ON run_items.run_number = :run AND run_items.item = input_items.item
       LEFT JOIN run_finals ON :typed IS NOT NULL AND run_finals.run_number = :run AND run_finals.item = input_items.item
       WHERE input_number = :input AND input_items.item < :count
         AND (:status IS NULL OR coalesce(run_items.status, 'waiting') = :status OR (:status = 'noted' AND is_noted = 1))
         AND (:typed IS NULL OR ${has('name')} OR ${has('final_output')})
       ORDER BY input_items.item`
    )
  }
}
