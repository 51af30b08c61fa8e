import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewActivityEvent } from '../../shared/activity.ts'
import { silentLogger } from '../lib/logger.ts'
import { createActivityLog } from './activityLog.ts'
import { openDatabase } from './database.ts'
import { createMemoryHistoryStore } from './memoryHistory.ts'
import { createModelFactStore } from './modelFacts.ts'
import { migrations } from './migrations.ts'
import { createNeedStore } from './needStore.ts'

/** As it was written then; it never changes. */
const firstSchema = `
  CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
    host_id TEXT, model_name TEXT, reason TEXT, duration_ms REAL, bytes INTEGER, error TEXT) STRICT;
  CREATE INDEX activity_at ON activity (at);
  CREATE TABLE model_facts (host_id TEXT NOT NULL, name TEXT NOT NULL, is_pinned INTEGER NOT NULL DEFAULT 0,
    keep_alive_seconds REAL, last_load_ms REAL, last_used_at INTEGER, PRIMARY KEY (host_id, name)) STRICT;
  PRAGMA user_version = 1;`

let directory: string
const file = (): string => join(directory, 'stoker.db')
const event: NewActivityEvent = {
  kind: 'loaded',
  actor: 'you',
  modelId: { hostId: 'h', name: 'a:latest' },
  hostId: 'h',
  reason: null,
  durationMs: 12.5,
  bytes: 5_000_000_000,
  error: null
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-storage-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('the database', () => {
  it('keeps what was written across restarts', () => {
    const first = openDatabase(file())
    createActivityLog({ database: first.database, now: () => 1000, logger: silentLogger }).add(event)
    createModelFactStore({ database: first.database, logger: silentLogger }).change(
      { hostId: 'h', name: 'a' },
      { isPinned: true, lastLoadMs: 250, keptFor: { kind: 'rule', name: 'Mornings' } }
    )
    first.database.close()
    const second = openDatabase(file())
    expect(second.problem).toBeNull()
    expect(createActivityLog({ database: second.database, now: () => 2000, logger: silentLogger }).list({})).toEqual([
      { ...event, id: 1, at: 1000 }
    ])
    expect(
      createModelFactStore({ database: second.database, logger: silentLogger }).get({ hostId: 'h', name: 'a' })
    ).toEqual({
      isPinned: true,
      keepAliveSeconds: null,
      lastLoadMs: 250,
      lastUsedAt: null,
      keptFor: { kind: 'rule', name: 'Mornings' }
    })
    second.database.close()
  })

  it('of the first release keeps all it holds, and gets what came since', () => {
    const old = new DatabaseSync(file())
    old.exec(firstSchema)
    old.exec(`INSERT INTO activity (at, kind, actor, host_id, model_name) VALUES (5, 'loaded', 'you', 'h', 'a:latest')`)
    old.exec(`INSERT INTO model_facts VALUES ('h', 'a:latest', 1, 60, 12.5, 99)`)
    old.close()
    for (let time = 0; time < 2; time++) {
      const { database, problem } = openDatabase(file())
      expect(problem).toBeNull()
      const log = createActivityLog({ database, now: () => 1, logger: silentLogger })
      expect(log.list({})).toMatchObject([{ id: 1, at: 5, modelId: { hostId: 'h', name: 'a:latest' } }])
      const facts = createModelFactStore({ database, logger: silentLogger }).get({ hostId: 'h', name: 'a:latest' })
      expect(facts).toEqual({
        isPinned: true,
        keepAliveSeconds: 60,
        lastLoadMs: 12.5,
        lastUsedAt: 99,
        keptFor: null
      })
      createMemoryHistoryStore({ database })
      createNeedStore({ database, now: () => 1, logger: silentLogger })
      database.close()
    }
  })

  it('from before items were noted finds those of which something is to be told', () => {
    const beforeNotes = 6
    const old = new DatabaseSync(file())
    for (const sql of migrations.slice(0, beforeNotes)) old.exec(sql)
    old.exec(`PRAGMA user_version = ${beforeNotes};
      INSERT INTO runs (number, id, chain_id, input_id, input_words, item_count, plan_order, auto_unload, status, created_at, worked_ms, loads, chain, progress)
        VALUES (1, 'run-1', 'c', 'i', '', 4, 'fewest_loads', 1, 'done', 1, 1, 1, '{}', '{}');
      INSERT INTO run_items (run_number, item, status) VALUES (1, 0, 'done'), (1, 1, 'done'), (1, 2, 'failed'), (1, 3, 'stopped');`)
    const step = old.prepare(
      `INSERT INTO run_steps (run_number, item, step_id, status, is_fallback, attempts, letters, context_note, error)
       VALUES (1, ?, 'one', ?, ?, 1, 1, ?, ?)`
    )
    step.run(0, 'done', 0, null, null)
    old.exec(
      'UPDATE runs SET answer_ms = 9999; UPDATE run_steps SET output_tokens = 30, tokens_per_second = 10, duration_ms = 5000'
    )
    step.run(1, 'done', 1, null, null)
    step.run(2, 'failed', 0, 'cut', '{}')
    step.run(3, 'defaulted', 0, null, '{}')
    old.close()
    const { database } = openDatabase(file())
    expect(database.prepare('SELECT items_noted, answer_ms FROM runs').get()).toEqual({
      items_noted: 2,
      answer_ms: 3_000
    })
    const noted = database.prepare('SELECT item FROM run_items WHERE is_noted = 1 ORDER BY item').all()
    expect(noted.map((row) => row['item'])).toEqual([1, 3])
    database.close()
  })

  it('of a newer Stoker is left as it is', () => {
    const newer = openDatabase(file()).database
    newer.exec('PRAGMA user_version = 99; CREATE TABLE of_the_future (id INTEGER)')
    newer.close()
    const { database, problem } = openDatabase(file())
    expect(problem).toMatch(/newer Stoker.*forgotten/)
    database.close()
    const again = new DatabaseSync(file())
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    expect(again.prepare('SELECT count(*) AS count FROM of_the_future').get()).toEqual({ count: 0 })
    again.close()
  })

  it('that is damaged is kept aside, and a new one begun', () => {
    writeFileSync(file(), 'this is not a database, whatever its name says'.repeat(100))
    const { database, problem } = openDatabase(file(), () => 7)
    expect(problem).toContain('broken-7')
    expect(readdirSync(directory)).toContain('stoker.db.broken-7')
    expect(createActivityLog({ database, now: () => 1, logger: silentLogger }).add(event).id).toBe(1)
    database.close()
  })

  it.each(['model_facts', 'memory_models', 'activity'])(
    'that is damaged within, where every start reads (%s), is kept aside as well',
    (table) => {
      const first = openDatabase(file()).database
      const root = Number(first.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(table)?.['rootpage'])
      first.close()
      const pageBytes = 4_096
      const descriptor = openSync(file(), 'r+')
      writeSync(descriptor, Buffer.alloc(pageBytes, 0x7f), 0, pageBytes, (root - 1) * pageBytes)
      closeSync(descriptor)
      const { database, problem } = openDatabase(file(), () => 7)
      expect(problem).toContain('broken-7')
      expect(createActivityLog({ database, now: () => 1, logger: silentLogger }).add(event).id).toBe(1)
      createModelFactStore({ database, logger: silentLogger })
      createMemoryHistoryStore({ database })
      database.close()
    }
  )

  it('that another program holds refuses soon: every write of ours stops the whole app for as long as it waits', () => {
    const { database } = openDatabase(file())
    const other = new DatabaseSync(file())
    other.exec('BEGIN EXCLUSIVE')
    const startedAt = performance.now()
    expect(() => database.exec('DELETE FROM activity')).toThrow(/locked/)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    other.close()
    database.close()
  })

  it('in a place that cannot be written goes on in memory, and says what is lost', () => {
    writeFileSync(join(directory, 'blocker'), '')
    const { database, problem } = openDatabase(join(directory, 'blocker', 'stoker.db'))
    expect(problem).toMatch(/forgotten/)
    expect(createActivityLog({ database, now: () => 1, logger: silentLogger }).add(event).id).toBe(1)
    database.close()
  })
})

describe('the activity log', () => {
  it('pages newest first without losing or repeating an event', () => {
    const { database } = openDatabase(':memory:')
    let now = 0
    const log = createActivityLog({ database, now: () => (now += 1), logger: silentLogger })
    for (let count = 0; count < 25; count++) log.add(event)
    const seen: number[] = []
    let beforeId: number | undefined
    for (;;) {
      const page = log.list({ beforeId, limit: 10 })
      if (page.length === 0) break
      seen.push(...page.map(({ id }) => id))
      beforeId = page.at(-1)?.id
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index))
    expect(log.list({ fromAt: 20 })).toHaveLength(6)
  })

  it('answers any window of time as if every event were looked at, a clock that was set back included', () => {
    const at = fc.integer({ min: 0, max: 50 })
    const query = fc.record(
      { fromAt: at, toAt: at, beforeId: fc.integer({ min: 1, max: 40 }), limit: fc.integer({ min: 1, max: 30 }) },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(fc.array(at, { maxLength: 40 }), query, (times, wish) => {
        const { database } = openDatabase(':memory:')
        let now = 0
        const log = createActivityLog({ database, now: () => now, logger: silentLogger })
        const all = times.map((time) => log.add({ ...event, reason: `at ${(now = time)}` }))
        const { fromAt = 0, toAt = 99, beforeId = 99, limit = 200 } = wish
        const wanted = all.filter((one) => one.at >= fromAt && one.at <= toAt && one.id < beforeId)
        expect(log.list(wish)).toEqual(wanted.toReversed().slice(0, limit))
        database.close()
      })
    )
  })

  it('keeps 50,000 events, and finds a short time among them', () => {
    const { database } = openDatabase(':memory:')
    let now = 0
    const log = createActivityLog({ database, now: () => now, logger: silentLogger })
    database.exec('BEGIN')
    for (now = 1; now <= 52_000; now++) log.add(event)
    database.exec('COMMIT')
    const kept = Number(database.prepare('SELECT count(*) AS count FROM activity').get()?.['count'])
    expect(kept).toBeGreaterThanOrEqual(50_000)
    expect(kept).toBeLessThanOrEqual(51_000)
    expect(log.list({ fromAt: 0, toAt: 52_000, limit: 1_000 })).toHaveLength(1_000)
    expect(log.list({ fromAt: 3_000, toAt: 3_009 }).map(({ at }) => at)).toEqual(
      Array.from({ length: 10 }, (_, index) => 3_009 - index)
    )
  })

  it('passes over a row it does not understand instead of failing the list', () => {
    const { database } = openDatabase(':memory:')
    const log = createActivityLog({ database, now: () => 1, logger: silentLogger })
    log.add(event)
    database.exec("INSERT INTO activity (at, kind, actor, error) VALUES (1, 'from_the_future', 'you', '{broken')")
    expect(log.list({})).toHaveLength(1)
  })

  it('answers the event even when the disk refuses: a full disk must not fail a load', () => {
    const { database } = openDatabase(':memory:')
    const log = createActivityLog({ database, now: () => 1, logger: silentLogger })
    database.exec('PRAGMA query_only = ON')
    expect(log.add(event).id).toBe(1)
    expect(log.add(event).id).toBe(2)
  })
})
