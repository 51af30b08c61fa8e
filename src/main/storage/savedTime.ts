/** Cold starts that warmth has saved, in quarters of an hour: fine enough for every time zone's midnight. */
import type { DatabaseSync } from 'node:sqlite'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Logger } from '../lib/logger.ts'

export interface SavedSum {
  coldStarts: number
  savedMs: number
}

export interface SavedTimeStore {
  /** One cold start that did not happen. Known at once; a disk that refuses is logged, never thrown. */
  add(id: ModelId, savedMs: number): void
  /** By modelKey: from the quarter in which `fromAt` lies until now. */
  since(fromAt: number): ReadonlyMap<string, SavedSum>
}

export const quarterMs = 900_000
/** A week and, because days may have 25 hours, a little more. */
const keptMs = 9 * 86_400_000

export function createSavedTimeStore(deps: {
  database: DatabaseSync
  now: () => number
  logger: Logger
}): SavedTimeStore {
  const { database, now, logger } = deps
  /** By quarter, then by modelKey. */
  const quarters = new Map<number, Map<string, SavedSum>>()
  const upsert = database.prepare('INSERT OR REPLACE INTO saved_time VALUES (?, ?, ?, ?, ?)')
  const trim = database.prepare('DELETE FROM saved_time WHERE quarter_at < ?')

  function attempt(words: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      logger.error(words, error)
    }
  }

  function bucketOf(quarterAt: number): Map<string, SavedSum> {
    const bucket = quarters.get(quarterAt) ?? new Map<string, SavedSum>()
    quarters.set(quarterAt, bucket)
    return bucket
  }

  attempt('what warmth has saved could not be read', () => {
    for (const row of database.prepare('SELECT * FROM saved_time').iterate()) {
      const [quarterAt, coldStarts, savedMs] = [row['quarter_at'], row['cold_starts'], row['saved_ms']].map(Number)
      if (quarterAt === undefined || !isAmount(coldStarts) || !isAmount(savedMs)) continue
      const id = { hostId: String(row['host_id']), name: String(row['name']) }
      bucketOf(quarterAt).set(modelKey(id), { coldStarts, savedMs })
    }
  })

  function dropOld(): void {
    const before = quarterOf(now()) - keptMs
    const old = [...quarters.keys()].filter((quarterAt) => quarterAt < before)
    if (old.length === 0) return
    for (const quarterAt of old) quarters.delete(quarterAt)
    attempt('old savings could not be removed', () => trim.run(before))
  }

  return {
    add(id, savedMs) {
      if (!isAmount(savedMs)) return
      dropOld()
      const quarterAt = quarterOf(now())
      const bucket = bucketOf(quarterAt)
      const before = bucket.get(modelKey(id)) ?? { coldStarts: 0, savedMs: 0 }
      const sum = { coldStarts: before.coldStarts + 1, savedMs: before.savedMs + savedMs }
      bucket.set(modelKey(id), sum)
      attempt('what warmth has saved could not be saved', () =>
        upsert.run(quarterAt, id.hostId, id.name, sum.coldStarts, sum.savedMs)
      )
    },
    since(fromAt) {
      const sums = new Map<string, SavedSum>()
      const [from, to] = [quarterOf(fromAt), now()]
      for (const [quarterAt, bucket] of quarters) {
        // Later than now: the clock was wrong when that was written, or is now.
        if (quarterAt < from || quarterAt > to) continue
        for (const [key, { coldStarts, savedMs }] of bucket) {
          const sum = sums.get(key) ?? { coldStarts: 0, savedMs: 0 }
          sums.set(key, { coldStarts: sum.coldStarts + coldStarts, savedMs: sum.savedMs + savedMs })
        }
      }
      return sums
    }
  }
}

function quarterOf(at: number): number {
  return Math.floor(at / quarterMs) * quarterMs
}

function isAmount(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0
}
