/** A chain is an evening's work: no save may be half, no damage may take the others with it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testChain } from '../../shared/chainRig.ts'
import { silentLogger } from '../lib/logger.ts'
import { createChainStore } from './chainStore.ts'
import { openDatabase } from './database.ts'

const minuteMs = 60_000
const chainOf = (id: string, name = id) => testChain({ Draft: '{{input}}' }, { id, name })
function open(path = ':memory:', now = (): number => 1_000) {
  const { database } = openDatabase(path)
  return { database, store: createChainStore({ database, now, logger: silentLogger }) }
}

describe('chains', () => {
  it('are there after a restart, with their versions and when they were run', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-chains-'))
    let now = 10 * minuteMs
    const first = open(join(directory, 'stoker.db'), () => now)
    first.store.save(chainOf('a', 'first'))
    first.store.save(chainOf('b'))
    first.store.noteRun('b', 77)
    now = 20 * minuteMs
    first.store.save(chainOf('a', 'second'))
    first.store.noteRun('nobody', 5)
    const told = first.store.list()
    first.database.close()
    const { store, database } = open(join(directory, 'stoker.db'))
    expect(store.list()).toEqual(told)
    expect(store.get('a')).toEqual({ chain: chainOf('a', 'second'), savedAt: 20 * minuteMs, lastRunAt: null })
    expect(store.get('b')?.lastRunAt).toBe(77)
    expect(store.versions('a')).toEqual([{ savedAt: 10 * minuteMs, name: 'first', stepCount: 1 }])
    expect(store.version('a', 10 * minuteMs)).toEqual(chainOf('a', 'first'))
    expect(store.version('a', 5)).toBeNull()
    store.remove('a')
    expect(store.get('a')).toBeNull()
    expect(store.versions('a')).toEqual([])
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('saved again as they are change nothing: an open page must not fill the history', () => {
    let now = 10 * minuteMs
    const { store } = open(':memory:', () => now)
    const saved = store.save(chainOf('a'))
    now = 20 * minuteMs
    expect(store.save(chainOf('a'))).toEqual(saved)
    expect(store.versions('a')).toEqual([])
  })

  it('saved with a clock that was set back are still told apart', () => {
    let now = 50 * minuteMs
    const { store } = open(':memory:', () => now)
    store.save(chainOf('a', 'first'))
    now = 10 * minuteMs
    expect(store.save(chainOf('a', 'second')).savedAt).toBe(50 * minuteMs + 1)
    expect(store.save(chainOf('a', 'third')).savedAt).toBe(50 * minuteMs + 2)
    // Both earlier states lie in the same two minutes: the last of them stands for both.
    expect(store.versions('a').map(({ name }) => name)).toEqual(['second'])
  })

  it('that cannot be read are said, left where they are, and never written over', () => {
    const { database, store } = open()
    store.save(chainOf('good'))
    const insert = database.prepare('INSERT INTO chains VALUES (?, ?, ?, ?)')
    const newer = JSON.stringify({ ...chainOf('newer', 'Of 2030'), version: 9 })
    insert.run('newer', newer, 5, null)
    insert.run('torn', '{"id": "to', 5, null)
    insert.run('other', JSON.stringify(chainOf('another')), 5, null)
    const again = createChainStore({ database, now: () => 2_000, logger: silentLogger })
    expect(again.list().map(({ chain }) => chain.id)).toEqual(['good'])
    expect(again.problems).toHaveLength(3)
    expect(again.problems[0]).toContain('“Of 2030”')
    again.save(chainOf('newer', 'mine'))
    again.remove('torn')
    const documents = database
      .prepare('SELECT document FROM chains')
      .all()
      .map(({ document }) => document)
    expect(documents).toContain(newer)
    expect(documents).toContain('{"id": "to')
    expect(createChainStore({ database, now: () => 3_000, logger: silentLogger }).get('newer')?.chain.name).toBe('mine')
  })

  it('that a disk refuses stay as they were, and say so by name', () => {
    const { database, store } = open()
    store.save(chainOf('a', 'first'))
    database.exec('PRAGMA query_only = ON')
    const refused = expect.objectContaining({
      code: 'storage_failed',
      message: expect.stringMatching(/^The chain \w+ could not be saved/)
    })
    expect(() => store.save(chainOf('a', 'second'))).toThrow(refused)
    expect(() => store.remove('a')).toThrow(refused)
    expect(() => store.noteRun('a', 5)).toThrow(refused)
    expect(store.get('a')).toEqual({ chain: chainOf('a', 'first'), savedAt: 1_000, lastRunAt: null })
    database.exec('PRAGMA query_only = OFF')
    expect(store.save(chainOf('a', 'second')).chain.name).toBe('second')
    expect(store.versions('a').map(({ name }) => name)).toEqual(['first'])
  })

  it('whose table is damaged do not keep Stoker from starting', () => {
    const { database } = open()
    const { store } = createFailingReads(database)
    expect(store.list()).toEqual([])
    expect(store.problems).toEqual(['The chains could not be read: the history file is damaged.'])
  })
})

/** A database whose table of chains answers with an error, as a damaged page does. */
function createFailingReads(database: ReturnType<typeof open>['database']) {
  const prepare = database.prepare.bind(database)
  database.prepare = (sql: string) => {
    const statement = prepare(sql)
    if (sql.startsWith('SELECT * FROM chains')) {
      statement.all = () => {
        throw new Error('database disk image is malformed')
      }
    }
    return statement
  }
  return { store: createChainStore({ database, now: () => 1, logger: silentLogger }) }
}
