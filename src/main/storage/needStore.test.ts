/** What was learned must outlive Stoker; what a broken disk or a newer Stoker left there must never become a number. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { NeedPart } from '../../shared/need.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createNeedStore, type NeedKey } from './needStore.ts'

const key: NeedKey = { fingerprint: 'w1', cacheType: 'f16', parallel: 1, engineVersion: 'engine 1' }
const parts: NeedPart[] = [
  { kind: 'weights', bytes: 900 },
  { kind: 'context', bytes: 100 }
]
const curve = {
  weightsBytes: 900,
  contexts: [
    { contextLength: 512, bytes: 50 },
    { contextLength: 1024, bytes: 100 }
  ]
}

function open(path = ':memory:', now = () => 1) {
  const { database } = openDatabase(path)
  return { database, store: createNeedStore({ database, now, logger: silentLogger }) }
}

describe('what was measured and estimated', () => {
  it('is there after a restart, for exactly what it was measured for', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-needs-'))
    const first = open(join(directory, 'stoker.db'))
    first.store.saveMeasured(key, 4096, parts)
    first.store.saveEstimate(key, curve)
    first.database.close()
    const { store, database } = open(join(directory, 'stoker.db'))
    expect(store.measured(key, 4096)).toEqual(parts)
    expect(store.estimate(key)).toEqual(curve)
    expect(store.measured(key, 8192)).toBeNull()
    const others: NeedKey[] = [
      { ...key, fingerprint: 'w2' },
      { ...key, cacheType: 'q8_0' },
      { ...key, parallel: 2 },
      { ...key, engineVersion: 'engine 2' }
    ]
    for (const other of others) {
      expect(store.measured(other, 4096)).toBeNull()
      expect(store.estimate(other)).toBeNull()
    }
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('is replaced by what is measured later', () => {
    const { store, database } = open()
    store.saveMeasured(key, 4096, parts)
    store.saveMeasured(key, 4096, [{ kind: 'weights', bytes: 7 }])
    expect(store.measured(key, 4096)).toEqual([{ kind: 'weights', bytes: 7 }])
    expect(database.prepare('SELECT count(*) AS count FROM measured_needs').get()).toEqual({ count: 1 })
  })

  it('is kept in memory where the disk refuses, and said once in the log, not thrown', () => {
    const { database } = openDatabase(':memory:')
    const error = vi.fn()
    const store = createNeedStore({ database, now: () => 1, logger: { ...silentLogger, error } })
    database.exec('PRAGMA query_only = ON')
    store.saveMeasured(key, 4096, parts)
    store.saveEstimate(key, curve)
    expect(store.measured(key, 4096)).toEqual(parts)
    expect(store.estimate(key)).toEqual(curve)
    expect(error).toHaveBeenCalled()
  })

  it('a database that was closed answers nothing, and does not throw into a prediction', () => {
    const { store, database } = open()
    database.close()
    expect(store.measured(key, 4096)).toBeNull()
    expect(store.estimate(key)).toBeNull()
    expect(() => store.saveMeasured(key, 4096, parts)).not.toThrow()
  })

  it('the oldest go when there are too many: the file must not grow for ever', () => {
    const { database } = openDatabase(':memory:')
    let now = 0
    const make = () =>
      createNeedStore({ database, now: () => ++now, logger: silentLogger, keepAtMost: 10, trimEvery: 5 })
    const store = make()
    for (let count = 1; count <= 40; count++) {
      store.saveMeasured(key, count, parts)
      store.saveEstimate({ ...key, fingerprint: `w${count}` }, curve)
    }
    const counts = database.prepare(
      'SELECT (SELECT count(*) FROM measured_needs) AS a, (SELECT count(*) FROM engine_estimates) AS b'
    )
    const { a, b } = counts.get() as { a: number; b: number }
    expect(a).toBeGreaterThanOrEqual(10)
    expect(a).toBeLessThan(15)
    expect(b).toBeLessThan(15)
    const fresh = make()
    expect(fresh.measured(key, 40)).toEqual(parts)
    expect(fresh.measured(key, 1)).toBeNull()
  })
})

describe('a row that makes no sense is passed over', () => {
  function withRow(json: string) {
    const { store, database } = open()
    database.prepare('INSERT INTO measured_needs VALUES (?, 4096, ?, 1, ?, ?, 1)').run('w1', 'f16', 'engine 1', json)
    database.prepare('INSERT INTO engine_estimates VALUES (?, ?, 1, ?, ?, 1)').run('w1', 'f16', 'engine 1', json)
    const read = { measured: store.measured(key, 4096), estimate: store.estimate(key) }
    database.close()
    return read
  }

  it.each([
    ['cut off', '[{"kind":"weights","by'],
    ['of a newer Stoker', '[{"kind":"soul","bytes":4}]'],
    ['negative', '[{"kind":"weights","bytes":-4}]'],
    ['a fraction', '[{"kind":"weights","bytes":4.5}]'],
    ['nothing', '[]'],
    ['zero in all', '[{"kind":"weights","bytes":0}]'],
    ['more than any machine has', '[{"kind":"weights","bytes":1e300}]'],
    ['a curve without points', '{"weightsBytes":5,"contexts":[]}'],
    ['a curve without weights', '{"weightsBytes":0,"contexts":[{"contextLength":512,"bytes":4}]}'],
    [
      'a curve that goes back',
      '{"weightsBytes":5,"contexts":[{"contextLength":512,"bytes":4},{"contextLength":256,"bytes":4}]}'
    ],
    ['a curve of texts', '{"weightsBytes":"5","contexts":[{"contextLength":"512","bytes":4}]}']
  ])('%s', (_, json) => {
    expect(withRow(json)).toEqual({ measured: null, estimate: null })
  })

  it('whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.record({ kind: fc.string(), bytes: fc.double() })).map((value) => JSON.stringify(value))
    )
    fc.assert(
      fc.property(text, (json) => {
        const { measured, estimate } = withRow(json)
        const total = measured?.reduce((sum, { bytes }) => sum + bytes, 0) ?? 1
        expect(Number.isSafeInteger(total) && total > 0).toBe(true)
        expect(estimate === null || estimate.contexts.length > 0).toBe(true)
      }),
      { numRuns: 60 }
    )
  })
})
