/** The runs themselves: one row each, with sums that every record keeps up to date, so that no list ever counts items. */
import type { DatabaseSync } from 'node:sqlite'
import { chainSchema } from '../../shared/chain.ts'
import { errorInfoSchema } from '../../shared/model.ts'
import { planOrders } from '../../shared/plan.ts'
import { runProgressSchema, runStatuses, type RunProgress } from '../../shared/run.ts'
import type { Logger } from '../lib/logger.ts'
import type { RunCounts, RunListWish, StoredRun } from './runStore.ts'
import { parseJson } from './writes.ts'

export interface KnownRun {
  number: number
  run: StoredRun
}

type Changes = Partial<Omit<StoredRun, 'id' | 'chain'>>

export interface RunList {
  add(run: StoredRun): void
  /** On disk; `changed` follows once that is certain. */
  change(runId: string, fields: Changes): void
  changed(runId: string, fields: Changes): void
  find(runId: string): KnownRun | null
  list(wish: RunListWish): StoredRun[]
  atWork(): StoredRun[]
  counts(runId: string): RunCounts
  remove(runId: string): void
  forget(runId: string): void
}

/** Chains and plans of these are not parsed again at every look. */
const keptInMemory = 200
const noProgress: RunProgress = { plan: null, done: [], held: [], nowMs: 0, replans: [] }

/** How each field lies on disk. */
const columnOf: {
  [Field in keyof Required<Changes>]: [column: string, value: (run: Required<Changes>) => string | number | null]
} = {
  inputId: ['input_id', (run) => run.inputId],
  inputWords: ['input_words', (run) => run.inputWords],
  itemCount: ['item_count', (run) => run.itemCount],
  order: ['plan_order', (run) => run.order],
  autoUnload: ['auto_unload', (run) => Number(run.autoUnload)],
  status: ['status', (run) => run.status],
  createdAt: ['created_at', (run) => whole(run.createdAt)],
  startedAt: ['started_at', (run) => wholeOrNull(run.startedAt)],
  endedAt: ['ended_at', (run) => wholeOrNull(run.endedAt)],
  workedMs: ['worked_ms', (run) => run.workedMs],
  loads: ['loads', (run) => run.loads],
  plannedLoads: ['planned_loads', (run) => run.plannedLoads],
  peakBytes: ['peak_bytes', (run) => wholeOrNull(run.peakBytes)],
  plannedPeakBytes: ['planned_peak_bytes', (run) => wholeOrNull(run.plannedPeakBytes)],
  error: ['error', (run) => run.error && JSON.stringify(run.error)],
  progress: ['progress', (run) => JSON.stringify(run.progress)]
}
const fieldNames = Object.keys(columnOf) as (keyof Required<Changes>)[]

export function createRunList({ database, logger }: { database: DatabaseSync; logger: Logger }): RunList {
  /** The one writer is here, so what is known is what is on disk. In the order of their use, the newest last. */
  const known = new Map<string, KnownRun>()
  const columns = fieldNames.map((name) => columnOf[name][0])
  const add = database.prepare(
    `INSERT INTO runs (id, chain_id, chain, ${columns.join(', ')}) VALUES (?, ?, ?, ${columns.map(() => '?').join(', ')})`
  )
  const changes = new Map(
    fieldNames.map((name) => [name, database.prepare(`UPDATE runs SET ${columnOf[name][0]} = ? WHERE id = ?`)])
  )
  const find = database.prepare('SELECT * FROM runs WHERE id = ?')
  const counts = database.prepare(
    `SELECT item_count, items_done, items_stopped, items_failed, items_noted, steps_ended, output_tokens, answer_ms
     FROM runs WHERE id = ?`
  )
  // Of runs created in the same millisecond the later one is the newer: none is lost between two pages.
  const older = `(created_at < :at OR (created_at = :at AND number < (SELECT number FROM runs WHERE id = :id)))
    ORDER BY created_at DESC, number DESC LIMIT :limit`
  const newest = database.prepare(`SELECT id FROM runs WHERE ${older}`)
  const newestOfChain = database.prepare(`SELECT id FROM runs WHERE chain_id = :chain AND ${older}`)
  const atWork = database.prepare("SELECT id FROM runs WHERE status IN ('running', 'queued')")
  /** The batch first, while it can still be told which. */
  const removal = [
    `INSERT OR IGNORE INTO removed_rows SELECT 'input', number FROM inputs
       WHERE id = (SELECT input_id FROM runs WHERE id = :id) AND NOT EXISTS (SELECT 1 FROM runs WHERE input_id = inputs.id AND id <> :id)`,
    `DELETE FROM inputs
       WHERE id = (SELECT input_id FROM runs WHERE id = :id) AND NOT EXISTS (SELECT 1 FROM runs WHERE input_id = inputs.id AND id <> :id)`,
    "INSERT OR IGNORE INTO removed_rows SELECT 'run', number FROM runs WHERE id = :id",
    'DELETE FROM runs WHERE id = :id'
  ].map((sql) => database.prepare(sql))
  const unreadable = new Set<string>()

  function remember(one: KnownRun): KnownRun {
    known.delete(one.run.id)
    known.set(one.run.id, one)
    for (const id of known.keys()) {
      if (known.size <= keptInMemory) break
      known.delete(id)
    }
    return one
  }

  function findRun(runId: string): KnownRun | null {
    const one = known.get(runId)
    if (one) return remember(one)
    const row = find.get(runId)
    if (row === undefined) return null
    const run = fromRow(row)
    if (run) return remember({ number: Number(row['number']), run })
    if (!unreadable.has(runId)) logger.warn('a run could not be read and is left where it is', { runId })
    unreadable.add(runId)
    return null
  }

  /** What cannot be read is no reason not to start. */
  function runsOf(read: () => Record<string, unknown>[]): StoredRun[] {
    try {
      return read().flatMap((row) => findRun(String(row['id']))?.run ?? [])
    } catch (error) {
      logger.error('runs could not be read', error)
      return []
    }
  }

  return {
    find: findRun,
    add(run) {
      add.run(run.id, run.chain.id, JSON.stringify(run.chain), ...fieldNames.map((name) => columnOf[name][1](run)))
    },
    change(runId, fields) {
      for (const name of fieldNames) {
        if (fields[name] !== undefined) changes.get(name)?.run(columnOf[name][1](fields as Required<Changes>), runId)
      }
    },
    changed(runId, fields) {
      const one = known.get(runId)
      if (!one) return
      const said = Object.entries(fields).filter(([, value]) => value !== undefined)
      known.set(runId, { ...one, run: { ...one.run, ...Object.fromEntries(said) } })
    },
    list({ chainId, beforeAt: at = Number.MAX_SAFE_INTEGER, beforeId: id = '', limit }) {
      const before = { at, id, limit }
      return runsOf(() =>
        chainId === undefined ? newest.all(before) : newestOfChain.all({ ...before, chain: chainId })
      )
    },
    atWork: () => runsOf(() => atWork.all()),
    counts(runId) {
      const row = counts.get(runId)
      const numberOf = (name: string): number => Number(row?.[name] ?? 0)
      const [done, stopped, failed] = [numberOf('items_done'), numberOf('items_stopped'), numberOf('items_failed')]
      return {
        items: {
          waiting: Math.max(0, numberOf('item_count') - done - stopped - failed),
          running: 0,
          done,
          stopped,
          failed
        },
        notedItems: numberOf('items_noted'),
        stepRunsDone: numberOf('steps_ended'),
        outputTokens: numberOf('output_tokens'),
        answerMs: numberOf('answer_ms')
      }
    },
    remove(runId) {
      for (const statement of removal) statement.run({ id: runId })
    },
    forget: (runId) => known.delete(runId)
  }
}

/** Null for one that a newer or broken Stoker wrote. */
function fromRow(row: Record<string, unknown>): StoredRun | null {
  const chain = chainSchema.safeParse(parseJson(row['chain'])).data
  const order = planOrders.find((one) => one === row['plan_order'])
  const status = runStatuses.find((one) => one === row['status'])
  if (chain === undefined || order === undefined || status === undefined) return null
  const numberOrNull = (name: string): number | null => (row[name] === null ? null : Number(row[name]))
  return {
    id: String(row['id']),
    chain,
    inputId: String(row['input_id']),
    inputWords: String(row['input_words']),
    itemCount: Number(row['item_count']),
    order,
    autoUnload: row['auto_unload'] === 1,
    status,
    createdAt: Number(row['created_at']),
    startedAt: numberOrNull('started_at'),
    endedAt: numberOrNull('ended_at'),
    workedMs: Number(row['worked_ms']),
    loads: Number(row['loads']),
    plannedLoads: numberOrNull('planned_loads'),
    peakBytes: numberOrNull('peak_bytes'),
    plannedPeakBytes: numberOrNull('planned_peak_bytes'),
    error: errorInfoSchema.safeParse(parseJson(row['error'])).data ?? null,
    progress: runProgressSchema.safeParse(parseJson(row['progress'])).data ?? noProgress
  }
}

function whole(value: number): number {
  return Math.round(value)
}

function wholeOrNull(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}
