/** How long things took with each model on its host: the newest of each kind, on disk and in memory. */
import type { DatabaseSync } from 'node:sqlite'
import type { ModelId } from '../../shared/model.ts'
import { modelKey, parseModelKey } from '../../shared/modelKey.ts'
import type { Logger } from '../lib/logger.ts'

/** `token`: a token of an answer, on average over it; `token_gap`: the longest wait within one. */
export const timingPhases = ['load', 'first_token', 'token_gap', 'token'] as const
export type TimingPhase = (typeof timingPhases)[number]

export interface Timing {
  durationMs: number
  /** Of a first token: how long its prompt was; null where the server did not tell. */
  promptTokens: number | null
}

export interface ModelTimingStore {
  /** Known at once; a disk that refuses is logged, never thrown. What is no length of time is passed over. */
  add(id: ModelId, phase: TimingPhase, timing: Timing): void
  /** Newest first. */
  newest(id: ModelId, phase: TimingPhase): readonly Timing[]
  /** Of which anything is known. */
  models(): ModelId[]
  forget(id: ModelId): void
}

interface TimingStoreDeps {
  database: DatabaseSync
  now: () => number
  logger: Logger
  /** Of each model and phase; older ones go. */
  keepAtMost?: number
}

type Known = Record<TimingPhase, Timing[]>

export function createModelTimingStore(deps: TimingStoreDeps): ModelTimingStore {
  const { database, now, logger, keepAtMost = 20 } = deps
  const byModel = new Map<string, Known>()
  const insert = database.prepare('INSERT INTO model_timings VALUES (?, ?, ?, ?, ?, ?)')
  // The first that came, not the one with the earliest time: the clock may have been set back.
  const removeOldest = database.prepare(
    'DELETE FROM model_timings WHERE rowid = (SELECT min(rowid) FROM model_timings WHERE host_id = ? AND name = ? AND phase = ?)'
  )
  const remove = database.prepare('DELETE FROM model_timings WHERE host_id = ? AND name = ?')

  function attempt(words: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      logger.error(words, error)
    }
  }

  function remember(key: string, phase: TimingPhase, timing: Timing): boolean {
    const known = byModel.get(key) ?? { load: [], first_token: [], token_gap: [], token: [] }
    byModel.set(key, known)
    known[phase].unshift(timing)
    const isFull = known[phase].length > keepAtMost
    if (isFull) known[phase].length = keepAtMost
    return isFull
  }

  attempt('what was measured of models could not be read', () => {
    for (const row of database.prepare('SELECT * FROM model_timings ORDER BY rowid').iterate()) {
      const phase = timingPhases.find((one) => one === row['phase'])
      const timing = parseTiming(row['duration_ms'], row['prompt_tokens'])
      if (!phase || !timing) continue
      remember(modelKey({ hostId: String(row['host_id']), name: String(row['name']) }), phase, timing)
    }
  })

  return {
    add(id, phase, { durationMs, promptTokens }) {
      const timing = parseTiming(durationMs, promptTokens)
      if (timing === null) return
      const isFull = remember(modelKey(id), phase, timing)
      attempt('what was measured of a model could not be saved', () => {
        insert.run(id.hostId, id.name, phase, Math.round(now()), timing.durationMs, timing.promptTokens)
        if (isFull) removeOldest.run(id.hostId, id.name, phase)
      })
    },
    newest: (id, phase) => byModel.get(modelKey(id))?.[phase] ?? [],
    models: () => [...byModel.keys()].map(parseModelKey),
    forget(id) {
      byModel.delete(modelKey(id))
      attempt('what was measured of a model could not be forgotten', () => remove.run(id.hostId, id.name))
    }
  }
}

/** What a newer or broken Stoker wrote is passed over, and so is a time that ran backwards. */
function parseTiming(durationMs: unknown, promptTokens: unknown): Timing | null {
  if (typeof durationMs !== 'number' || !Number.isFinite(durationMs) || durationMs < 0) return null
  const isCount = typeof promptTokens === 'number' && Number.isSafeInteger(promptTokens) && promptTokens >= 0
  return { durationMs, promptTokens: isCount ? promptTokens : null }
}
