/** A rule that is lost, or run as something it never said, is a morning without a model. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Rule } from '../../shared/schedule.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createRuleStore } from './ruleStore.ts'

const ruleOf = (id: string, name = id): Rule => ({
  id,
  name,
  isEnabled: true,
  models: [{ id: { hostId: 'ollama', name: 'llama3.2:3b' }, contextLength: 8_192 }],
  when: { kind: 'window', time: '08:30', days: [1, 2], minutes: 570 }
})
const nothing = { handledDueAt: null, lastRun: null }
const open = (path = ':memory:') => {
  const { database } = openDatabase(path)
  return { database, store: createRuleStore({ database, logger: silentLogger }) }
}

describe('rules', () => {
  it('are there after a restart, in their order, with what became of them', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-rules-'))
    const first = open(join(directory, 'stoker.db'))
    const results = [
      { id: { hostId: 'ollama', name: 'llama3.2:3b' }, outcome: 'ready' as const, durationMs: 6_200, error: null }
    ]
    for (const id of ['c', 'a', 'b']) first.store.save({ rule: ruleOf(id), ...nothing })
    first.store.save({ rule: ruleOf('a', 'Office'), handledDueAt: 5, lastRun: { at: 6, dueAt: 5, results } })
    first.store.remove('b')
    first.store.save({ rule: ruleOf('d'), ...nothing })
    first.database.close()
    const { store, database } = open(join(directory, 'stoker.db'))
    expect(store.list()).toEqual([
      { rule: ruleOf('c'), ...nothing },
      { rule: ruleOf('a', 'Office'), handledDueAt: 5, lastRun: { at: 6, dueAt: 5, results } },
      { rule: ruleOf('d'), ...nothing }
    ])
    expect(store.problems).toEqual([])
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('a broken one is said and left where it is, and the others work', () => {
    const { database, store } = open()
    store.save({ rule: ruleOf('a'), ...nothing })
    const insert = database.prepare('INSERT INTO warmup_rules VALUES (?, ?, ?, ?, ?)')
    insert.run('newer', 1, JSON.stringify({ ...ruleOf('newer'), when: { kind: 'full_moon' } }), null, null)
    insert.run('torn', 2, '{"id":', 7, 'not json')
    insert.run('other', 3, JSON.stringify(ruleOf('another')), null, null)
    const again = createRuleStore({ database, logger: silentLogger })
    expect(again.list().map(({ rule }) => rule.id)).toEqual(['a'])
    expect(again.problems).toHaveLength(3)
    expect(again.problems[0]).toContain('newer')
    again.save({ rule: ruleOf('b'), ...nothing })
    expect(
      database
        .prepare('SELECT id FROM warmup_rules ORDER BY position')
        .all()
        .map((row) => row['id'])
    ).toEqual(['a', 'newer', 'torn', 'other', 'b'])
  })

  it('what became of a rule may be unreadable, the rule is kept', () => {
    const { database, store } = open()
    store.save({ rule: ruleOf('a'), ...nothing })
    database.prepare('UPDATE warmup_rules SET last_run = ?').run('{"at":"soon"}')
    expect(createRuleStore({ database, logger: silentLogger }).list()).toEqual([{ rule: ruleOf('a'), ...nothing }])
  })

  it('any text in the file is refused or read as a whole rule, never thrown', () => {
    const { database } = open()
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(...Object.keys(ruleOf('x'))).map((key) => JSON.stringify({ ...ruleOf('x'), [key]: 7 }))
    )
    fc.assert(
      fc.property(text, fc.option(fc.integer()), fc.option(text), (rule, handled, lastRun) => {
        database.exec('DELETE FROM warmup_rules')
        database.prepare('INSERT INTO warmup_rules VALUES (?, 0, ?, ?, ?)').run('x', rule, handled, lastRun)
        const store = createRuleStore({ database, logger: silentLogger })
        expect(store.list().length + store.problems.length).toBe(1)
      })
    )
  })

  it('a damaged table is said: the schedule would else be empty for no reason', () => {
    const { database } = open()
    database.exec('ALTER TABLE warmup_rules RENAME COLUMN position TO place')
    const store = createRuleStore({ database, logger: silentLogger })
    expect([store.list(), store.problems.length]).toEqual([[], 1])
  })

  it('a disk that refuses is logged, and the rule works until the end', () => {
    const { database } = open()
    const error = vi.fn()
    const store = createRuleStore({ database, logger: { ...silentLogger, error } })
    database.close()
    store.save({ rule: ruleOf('a'), ...nothing })
    store.remove('b')
    expect(store.list()).toHaveLength(1)
    expect(error).toHaveBeenCalledTimes(2)
  })
})
