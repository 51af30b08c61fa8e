import type { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createSavedTimeStore, quarterMs } from './savedTime.ts'

const day = 86_400_000
const start = 20_000 * day
const id = { hostId: 'h', name: 'a' }
let database: DatabaseSync
let now = start
const open = () => createSavedTimeStore({ database, now: () => now, logger: silentLogger })

beforeEach(() => {
  now = start
  database = openDatabase(':memory:').database
})

describe('saved time', () => {
  it('adds up within a quarter and across them, over a restart', () => {
    const store = open()
    store.add(id, 100)
    store.add(id, 50)
    now += quarterMs
    store.add(id, 7)
    store.add({ hostId: 'h', name: 'b' }, 1)
    for (const one of [store, open()]) {
      expect(one.since(start).get('h/a')).toEqual({ coldStarts: 3, savedMs: 157 })
      expect(one.since(start + quarterMs).get('h/a')).toEqual({ coldStarts: 1, savedMs: 7 })
      expect(one.since(start).get('h/b')).toEqual({ coldStarts: 1, savedMs: 1 })
    }
    expect(database.prepare('SELECT count(*) AS rows FROM saved_time').get()).toEqual({ rows: 3 })
  })

  it('older than any week is dropped, on disk as well', () => {
    const store = open()
    store.add(id, 100)
    now += 10 * day
    store.add(id, 1)
    expect(store.since(0).get('h/a')).toEqual({ coldStarts: 1, savedMs: 1 })
    expect(database.prepare('SELECT count(*) AS rows FROM saved_time').get()).toEqual({ rows: 1 })
  })

  it('written while the clock was a year ahead does not count as of today for a year', () => {
    now += 365 * day
    open().add(id, 100)
    now = start
    expect(open().since(start).size).toBe(0)
  })

  it('goes on in memory where the disk refuses, and takes no time that is none', () => {
    const store = open()
    database.exec('DROP TABLE saved_time')
    for (const ms of [5, NaN, -1, Infinity]) store.add(id, ms)
    expect(store.since(start).get('h/a')).toEqual({ coldStarts: 1, savedMs: 5 })
  })
})
