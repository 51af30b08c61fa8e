/** The event log on disk: append, and read back newest first. */
import type { DatabaseSync } from 'node:sqlite'
import { activityEventSchema, type ActivityEvent, type NewActivityEvent } from '../../shared/activity.ts'
import type { Logger } from '../lib/logger.ts'
import { parseJson } from './writes.ts'

/** Older events go when there are more than this many. */
const keepAtMost = 50_000

export interface ActivityLog {
  /** Never throws: a full disk must not fail the load it tells of. The event is answered either way. */
  add(event: NewActivityEvent): ActivityEvent
  /** Newest first. `fromAt` to `toAt` in epoch ms, both included; `beforeId` for the next page. */
  list(query: {
    fromAt?: number | undefined
    toAt?: number | undefined
    beforeId?: number | undefined
    limit?: number | undefined
  }): ActivityEvent[]
}

export function createActivityLog(deps: { database: DatabaseSync; now: () => number; logger: Logger }): ActivityLog {
  const { database, now, logger } = deps
  const insert = database.prepare(
    `INSERT INTO activity (at, kind, actor, host_id, model_name, reason, duration_ms, bytes, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const select = database.prepare('SELECT * FROM activity WHERE id < ? ORDER BY id DESC LIMIT ?')
  // The index on time says where the ids of a time begin and end: no row outside them is looked at. Where the clock was set back,
  // rows of other times lie among them.
  const selectTime = database.prepare(
    `WITH ids AS (SELECT min(id) AS first, max(id) AS last FROM activity WHERE at BETWEEN :fromAt AND :toAt)
     SELECT * FROM activity WHERE id >= (SELECT first FROM ids) AND id <= (SELECT last FROM ids) AND id < :beforeId
       AND +at BETWEEN :fromAt AND :toAt ORDER BY id DESC LIMIT :limit`
  )
  const trim = database.prepare(`DELETE FROM activity WHERE id <= ?`)
  let unsavedId = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM activity').get()?.['id'] ?? 0)

  return {
    add(event) {
      const at = now()
      try {
        const { lastInsertRowid } = insert.run(
          at,
          event.kind,
          event.actor,
          event.modelId?.hostId ?? event.hostId,
          event.modelId?.name ?? null,
          event.reason,
          event.durationMs,
          event.bytes,
          event.error && JSON.stringify(event.error)
        )
        unsavedId = Number(lastInsertRowid)
        if (unsavedId % 1_000 === 0) trim.run(unsavedId - keepAtMost)
      } catch (error) {
        logger.error('an event could not be saved', error)
        unsavedId += 1
      }
      return { ...event, id: unsavedId, at }
    },
    list({ fromAt, toAt, beforeId = Number.MAX_SAFE_INTEGER, limit = 200 }) {
      const isAnyTime = fromAt === undefined && toAt === undefined
      const rows = isAnyTime
        ? select.all(beforeId, limit)
        : selectTime.all({ fromAt: fromAt ?? 0, toAt: toAt ?? Number.MAX_SAFE_INTEGER, beforeId, limit })
      return rows.flatMap((row) => {
        const event = fromRow(row)
        return event ? [event] : []
      })
    }
  }
}

/** A row as an event; null for one that a newer or broken Stoker wrote. */
function fromRow(row: Record<string, unknown>): ActivityEvent | null {
  const hostId = row['host_id']
  const parsed = activityEventSchema.safeParse({
    id: row['id'],
    at: row['at'],
    kind: row['kind'],
    actor: row['actor'],
    modelId: row['model_name'] === null ? null : { hostId, name: row['model_name'] },
    hostId,
    reason: row['reason'],
    durationMs: row['duration_ms'],
    bytes: row['bytes'],
    error: parseJson(row['error'])
  })
  return parsed.success ? parsed.data : null
}
