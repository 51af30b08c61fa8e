/** What was found must outlive Stoker; what a broken disk or a newer Stoker left must neither throw nor be shown. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { BenchResult, CheckRun } from '../../shared/diagnostics.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createDiagnosticsStore } from './diagnosticsStore.ts'

const result = (name: string, at: number, outcome: BenchResult['outcome'] = 'works'): BenchResult => ({
  id: { hostId: 'built-in', name },
  at,
  outcome,
  reason: outcome === 'fails' ? 'There is not enough memory.' : null,
  loadMs: 812,
  firstTokenMs: 40,
  totalMs: 600,
  tokensPerSecond: 55.2,
  heldBytes: 105e6,
  text: 'lorem',
  error: null
})
const run = (at: number): CheckRun => ({
  at,
  checks: [{ id: 'disk', hostId: null, label: 'Disk', outcome: 'ok', words: '12 GB free.', hint: null, durationMs: 1 }]
})

function open(path = ':memory:') {
  const { database } = openDatabase(path)
  return { database, store: createDiagnosticsStore({ database, logger: silentLogger }) }
}

describe('results of the test bench', () => {
  it('are there after a restart, the newest of each model, newest first', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-diagnostics-'))
    const path = join(directory, 'stoker.db')
    const first = open(path)
    expect(first.store.results()).toEqual([])
    expect(first.store.run()).toBeNull()
    first.store.saveResult(result('a', 10, 'fails'))
    first.store.saveResult(result('b', 20))
    first.store.saveResult(result('a', 30))
    first.store.saveRun(run(5))
    first.store.saveRun(run(9))
    const known = [result('a', 30), result('b', 20)]
    expect(first.store.results()).toEqual(known)
    first.database.close()
    const { store, database } = open(path)
    expect(store.results()).toEqual(known)
    expect(store.run()).toEqual(run(9))
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('the oldest go: neither the file nor the list grows for ever', () => {
    const { store, database } = open()
    for (let at = 1; at <= 1_010; at++) store.saveResult(result(`m${at}`, at))
    for (let at = 1; at <= 30; at++) store.saveRun(run(at))
    expect(store.results()).toHaveLength(1_000)
    expect(store.results().at(-1)?.at).toBe(11)
    expect(database.prepare('SELECT count(*) AS n, min(at) AS first FROM bench_results').get()).toEqual({
      n: 1_000,
      first: 11
    })
    expect(database.prepare('SELECT count(*) AS n, min(at) AS first FROM check_runs').get()).toEqual({
      n: 20,
      first: 11
    })
  })

  it('are kept in memory where the disk refuses, and that is logged, not thrown', () => {
    const { database } = openDatabase(':memory:')
    const error = vi.fn()
    const store = createDiagnosticsStore({ database, logger: { ...silentLogger, error } })
    database.exec('PRAGMA query_only = ON')
    store.saveResult(result('a', 1))
    store.saveRun(run(1))
    expect(store.results()).toHaveLength(1)
    expect(store.run()).toEqual(run(1))
    expect(error).toHaveBeenCalledTimes(2)
  })

  it('rows that make no sense are passed over, whatever they hold', () => {
    const { database } = openDatabase(':memory:')
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        database.prepare('INSERT OR REPLACE INTO bench_results VALUES (?, ?, ?, ?)').run('h', 'x', 2, text)
        database.prepare('INSERT OR REPLACE INTO check_runs VALUES (?, ?)').run(2, text)
        const store = createDiagnosticsStore({ database, logger: silentLogger })
        expect(store.results()).toEqual([])
        expect(store.run()).toBeNull()
      }),
      { numRuns: 100 }
    )
    database.prepare('INSERT INTO check_runs VALUES (?, ?)').run(1, JSON.stringify(run(1)))
    expect(createDiagnosticsStore({ database, logger: silentLogger }).run()).toEqual(run(1))
  })
})
