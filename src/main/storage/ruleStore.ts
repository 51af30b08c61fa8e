/** The rules of the schedule in their order, and what became of them, kept between runs. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { ruleSchema, ruleStateSchema, type Rule, type RuleState } from '../../shared/schedule.ts'
import type { Logger } from '../lib/logger.ts'
import { parseJson } from './writes.ts'

export interface StoredRule {
  rule: Rule
  /** The newest start that was dealt with; null: none yet. */
  handledDueAt: number | null
  lastRun: RuleState['lastRun']
}

export interface RuleStore {
  list(): StoredRule[]
  /** Said once at start: rules that could not be read. They stay where they are. */
  readonly problems: readonly string[]
  /** A new one goes to the end, a known one keeps its place. Kept in memory at once; a disk that refuses is logged, never thrown. */
  save(stored: StoredRule): void
  remove(ruleId: string): void
}

const handledSchema = z.number().int().nullable().catch(null)
const lastRunSchema = ruleStateSchema.shape.lastRun

export function createRuleStore({ database, logger }: { database: DatabaseSync; logger: Logger }): RuleStore {
  const rules = new Map<string, StoredRule>()
  const positions = new Map<string, number>()
  const problems: string[] = []
  let nextPosition = 0
  try {
    for (const row of database.prepare('SELECT * FROM warmup_rules ORDER BY position, id').all()) {
      nextPosition = Math.max(nextPosition, Number(row['position']) + 1)
      const stored = fromRow(row)
      if (stored === null) {
        problems.push(`A rule of the schedule (${String(row['id'])}) could not be read and is left alone.`)
        continue
      }
      rules.set(stored.rule.id, stored)
      positions.set(stored.rule.id, Number(row['position']))
    }
  } catch (error) {
    problems.push('The rules of the schedule could not be read: the history file is damaged.')
    logger.error('the rules of the schedule could not be read', error)
  }
  const upsert = database.prepare('INSERT OR REPLACE INTO warmup_rules VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM warmup_rules WHERE id = ?')

  function attempt(words: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      logger.error(words, error)
    }
  }

  return {
    list: () => [...rules.values()],
    problems,
    save(stored) {
      const { rule, handledDueAt, lastRun } = stored
      const position = positions.get(rule.id) ?? nextPosition++
      positions.set(rule.id, position)
      rules.set(rule.id, stored)
      attempt('a rule of the schedule could not be saved', () =>
        upsert.run(rule.id, position, JSON.stringify(rule), handledDueAt, lastRun && JSON.stringify(lastRun))
      )
    },
    remove(ruleId) {
      rules.delete(ruleId)
      positions.delete(ruleId)
      attempt('a rule of the schedule could not be removed', () => remove.run(ruleId))
    }
  }
}

/** Null for one that a newer or broken Stoker wrote; what became of it may be forgotten, the rule itself may not be guessed. */
function fromRow(row: Record<string, unknown>): StoredRule | null {
  const rule = ruleSchema.safeParse(parseJson(row['rule'])).data
  if (rule === undefined || rule.id !== row['id']) return null
  return {
    rule,
    handledDueAt: handledSchema.parse(row['handled_due_at']),
    lastRun: lastRunSchema.safeParse(parseJson(row['last_run'])).data ?? null
  }
}
