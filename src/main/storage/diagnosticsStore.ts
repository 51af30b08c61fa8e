/** What the test bench and the checks of this machine found, kept between runs. */
import type { DatabaseSync } from 'node:sqlite'
import type { z } from 'zod'
import { benchResultSchema, checkRunSchema, type BenchResult, type CheckRun } from '../../shared/diagnostics.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Logger } from '../lib/logger.ts'

/** Of models that came and went: the oldest results go. */
const keepResults = 1_000
const keepRuns = 20

export interface DiagnosticsStore {
  /** The newest result of each model, newest first. */
  results(): BenchResult[]
  /** The newest run; null before the first. */
  run(): CheckRun | null
  /** Known at once; a disk that refuses is logged, never thrown. */
  saveResult(result: BenchResult): void
  saveRun(run: CheckRun): void
}

export function createDiagnosticsStore(deps: { database: DatabaseSync; logger: Logger }): DiagnosticsStore {
  const { database, logger } = deps
  const insertResult = database.prepare('INSERT OR REPLACE INTO bench_results VALUES (?, ?, ?, ?)')
  const trimResults = database.prepare(
    'DELETE FROM bench_results WHERE rowid IN (SELECT rowid FROM bench_results ORDER BY at DESC LIMIT -1 OFFSET ?)'
  )
  const insertRun = database.prepare('INSERT OR REPLACE INTO check_runs VALUES (?, ?)')
  const trimRuns = database.prepare(
    'DELETE FROM check_runs WHERE at IN (SELECT at FROM check_runs ORDER BY at DESC LIMIT -1 OFFSET ?)'
  )
  /** Oldest first. */
  const resultByKey = new Map<string, BenchResult>()
  let newestRun: CheckRun | null = null

  function attempt(words: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      logger.error(words, error)
    }
  }

  attempt('what the diagnostics found could not be read', () => {
    for (const row of database.prepare('SELECT result FROM bench_results ORDER BY at').all()) {
      const result = parse(benchResultSchema, row['result'])
      if (result) resultByKey.set(modelKey(result.id), result)
    }
    const runs = database.prepare('SELECT run FROM check_runs ORDER BY at DESC').all()
    newestRun = runs.map((row) => parse(checkRunSchema, row['run'])).find((run) => run !== null) ?? null
  })

  return {
    results: () => [...resultByKey.values()].reverse(),
    run: () => newestRun,
    saveResult(result) {
      const key = modelKey(result.id)
      // Set anew, it is the last in the map's order.
      resultByKey.delete(key)
      resultByKey.set(key, result)
      const [oldest] = resultByKey.keys()
      if (resultByKey.size > keepResults && oldest !== undefined) resultByKey.delete(oldest)
      attempt('a result of the test bench could not be saved', () => {
        insertResult.run(result.id.hostId, result.id.name, result.at, JSON.stringify(result))
        trimResults.run(keepResults)
      })
    },
    saveRun(run) {
      newestRun = run
      attempt('a check of this machine could not be saved', () => {
        insertRun.run(run.at, JSON.stringify(run))
        trimRuns.run(keepRuns)
      })
    }
  }
}

/** What a newer or broken Stoker wrote is passed over. */
function parse<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> | null {
  if (typeof json !== 'string') return null
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}
