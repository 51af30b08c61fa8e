import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createModelTimingStore, timingPhases } from './modelTimings.ts'

const id = { hostId: 'h', name: 'a:latest' }
let database: DatabaseSync
let now = 1_000
const open = () => createModelTimingStore({ database, now: () => now, logger: silentLogger })
const load = (durationMs: number) => ({ durationMs, promptTokens: null })

beforeEach(() => {
  now = 1_000
  database = openDatabase(':memory:').database
})

describe('timings', () => {
  it('keep the newest 20 of each model and phase, newest first, over a restart', () => {
    const store = open()
    for (let ms = 1; ms <= 30; ms++) store.add(id, 'load', load(ms))
    store.add(id, 'first_token', { durationMs: 5, promptTokens: 7 })
    store.add({ hostId: 'h', name: 'b' }, 'load', load(9))
    for (const one of [store, open()]) {
      expect(one.newest(id, 'load').map(({ durationMs }) => durationMs)).toEqual(
        Array.from({ length: 20 }, (_, index) => 30 - index)
      )
      expect(one.newest(id, 'first_token')).toEqual([{ durationMs: 5, promptTokens: 7 }])
      expect(one.newest(id, 'token_gap')).toEqual([])
      expect(one.models()).toEqual([id, { hostId: 'h', name: 'b' }])
    }
    expect(database.prepare('SELECT count(*) AS rows FROM model_timings').get()).toEqual({ rows: 22 })
  })

  it('are in the order in which they came, though the clock was set back between them', () => {
    const store = open()
    store.add(id, 'load', load(1))
    now = 10
    store.add(id, 'load', load(2))
    expect(
      open()
        .newest(id, 'load')
        .map(({ durationMs }) => durationMs)
    ).toEqual([2, 1])
  })

  it('of a model that was deleted are forgotten, on disk as well', () => {
    const store = open()
    store.add(id, 'load', load(1))
    store.forget(id)
    for (const one of [store, open()]) expect(one.newest(id, 'load')).toEqual([])
  })

  it('go on in memory where the disk refuses', () => {
    const store = open()
    database.exec('DROP TABLE model_timings')
    store.add(id, 'load', load(4))
    expect(store.newest(id, 'load')).toEqual([load(4)])
    store.forget(id)
    expect(store.newest(id, 'load')).toEqual([])
  })

  it('that cannot be read do not keep Stoker from starting', () => {
    open().add(id, 'load', load(1))
    const damaged = new Proxy(database, {
      get(target, name: keyof DatabaseSync) {
        if (name !== 'prepare') return target[name]
        return (sql: string) => {
          const statement = target.prepare(sql)
          if (!sql.startsWith('SELECT *')) return statement
          return { iterate: () => expect.fail('database disk image is malformed') }
        }
      }
    })
    expect(createModelTimingStore({ database: damaged, now: () => 1, logger: silentLogger }).models()).toEqual([])
  })

  it('are never made up from rows that another Stoker wrote', () => {
    const value = fc.oneof(fc.double(), fc.constant(null), fc.integer())
    fc.assert(
      fc.property(
        fc.constantFrom(...timingPhases, 'load_v2'),
        fc.double(),
        value,
        (phase, durationMs, promptTokens) => {
          database.exec('DELETE FROM model_timings')
          try {
            database
              .prepare('INSERT INTO model_timings VALUES (?, ?, ?, 1, ?, ?)')
              .run(id.hostId, id.name, phase, durationMs, promptTokens)
          } catch {
            return
          }
          for (const one of timingPhases)
            for (const timing of open().newest(id, one)) {
              expect(timing.durationMs).toBeGreaterThanOrEqual(0)
              // SQLite has no -0, so the sign of a zero is not asked for.
              if (timing.promptTokens !== null) expect(timing.promptTokens + 0).toBe((promptTokens ?? NaN) + 0)
            }
        }
      )
    )
  })

  it('takes no time that ran backwards or is none', () => {
    const store = open()
    for (const bad of [-1, NaN, Infinity]) store.add(id, 'load', load(bad))
    expect(store.newest(id, 'load')).toEqual([])
  })
})
