/** What Stoker remembers of a model between runs: pinned, keep-alive, how long it takes to load, when it was last used. */
import type { DatabaseSync } from 'node:sqlite'
import { modelKey } from '../../shared/modelKey.ts'
import type { Keeper, ModelId } from '../../shared/model.ts'
import type { Logger } from '../lib/logger.ts'

export interface ModelFacts {
  isPinned: boolean
  /** null: follows the default. */
  keepAliveSeconds: number | null
  lastLoadMs: number | null
  lastUsedAt: number | null
  /** For whom alone its server was told to keep it for ever; null: nobody. Of a run the name is not kept. */
  keptFor: Keeper | null
}

export const noFacts: ModelFacts = {
  isPinned: false,
  keepAliveSeconds: null,
  lastLoadMs: null,
  lastUsedAt: null,
  keptFor: null
}

export interface ModelFactStore {
  get(id: ModelId): ModelFacts
  /** Kept in memory at once; a disk that refuses is logged, never thrown. */
  change(id: ModelId, change: Partial<ModelFacts>): ModelFacts
  forget(id: ModelId): void
}

export function createModelFactStore({ database, logger }: { database: DatabaseSync; logger: Logger }): ModelFactStore {
  const facts = new Map<string, ModelFacts>()
  for (const row of database.prepare('SELECT * FROM model_facts').all()) {
    facts.set(modelKey({ hostId: String(row['host_id']), name: String(row['name']) }), {
      isPinned: row['is_pinned'] === 1,
      keepAliveSeconds: numberOrNull(row['keep_alive_seconds']),
      lastLoadMs: numberOrNull(row['last_load_ms']),
      lastUsedAt: numberOrNull(row['last_used_at']),
      keptFor: keeperIn(row['kept_for_rule'])
    })
  }
  const upsert = database.prepare('INSERT OR REPLACE INTO model_facts VALUES (?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM model_facts WHERE host_id = ? AND name = ?')
  const attempt = (write: () => void): void => {
    try {
      write()
    } catch (error) {
      logger.error('what is known of a model could not be saved', error)
    }
  }

  return {
    get: (id) => facts.get(modelKey(id)) ?? noFacts,
    change(id, change) {
      const next = { ...(facts.get(modelKey(id)) ?? noFacts), ...change }
      facts.set(modelKey(id), next)
      const { keepAliveSeconds, lastLoadMs, lastUsedAt } = next
      attempt(() =>
        upsert.run(
          id.hostId,
          id.name,
          next.isPinned ? 1 : 0,
          keepAliveSeconds,
          lastLoadMs,
          lastUsedAt,
          columnOf(next.keptFor)
        )
      )
      return next
    },
    forget(id) {
      facts.delete(modelKey(id))
      attempt(() => remove.run(id.hostId, id.name))
    }
  }
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** No rule is without a name: the empty one stands for a run. */
const ofRun = ''

function keeperIn(column: unknown): Keeper | null {
  if (typeof column !== 'string') return null
  return { kind: column === ofRun ? 'run' : 'rule', name: column }
}

function columnOf(keeper: Keeper | null): string | null {
  return keeper && (keeper.kind === 'run' ? ofRun : keeper.name)
}
