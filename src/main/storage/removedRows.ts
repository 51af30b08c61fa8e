/** Clears away the rows of removed runs and batches in small pieces: a gigabyte at once would stop the whole app for seconds. */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

export interface RemovedRows {
  /** Goes on in pieces until nothing is left; without a clock all at once. */
  clear(): void
  dispose(): void
}

interface RemovedRowsDeps {
  database: DatabaseSync
  clock?: Pick<Clock, 'after'> | undefined
  logger: Logger
  /** Items whose rows go with one write. */
  pieceItems?: number
}

const pauseMs = 20
const tablesOf: Record<string, { column: string; tables: string[] }> = {
  run: { column: 'run_number', tables: ['run_texts', 'run_steps', 'run_finals', 'run_items'] },
  input: { column: 'input_number', tables: ['input_texts', 'input_items'] }
}

export function createRemovedRows(deps: RemovedRowsDeps): RemovedRows {
  const { database, clock, logger, pieceItems = 40 } = deps
  let cancel: (() => void) | null = null
  let isDisposed = false

  /** False when nothing was left. */
  function clearPiece(): boolean {
    const next = database.prepare('SELECT kind, number FROM removed_rows LIMIT 1').get()
    if (next === undefined) return false
    const [kind, number] = [String(next['kind']), Number(next['number'])]
    const { column, tables } = tablesOf[kind] ?? { column: '', tables: [] }
    database.exec('BEGIN IMMEDIATE')
    try {
      let isEmpty = true
      for (const table of tables) {
        const first = database.prepare(`SELECT min(item) AS item FROM ${table} WHERE ${column} = ?`).get(number)?.[
          'item'
        ]
        if (typeof first !== 'number') continue
        isEmpty = false
        database.prepare(`DELETE FROM ${table} WHERE ${column} = ? AND item < ?`).run(number, first + pieceItems)
        break
      }
      if (isEmpty) database.prepare('DELETE FROM removed_rows WHERE kind = ? AND number = ?').run(kind, number)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
    return true
  }

  function clear(): void {
    if (isDisposed || cancel) return
    try {
      if (clock === undefined) {
        while (clearPiece());
        return
      }
      if (!clearPiece()) return
    } catch (error) {
      // The next removal or the next start goes on with it.
      logger.warn('what was removed could not be cleared away', error)
      return
    }
    cancel = clock.after(pauseMs, () => {
      cancel = null
      if (database.isOpen) clear()
    })
  }

  return {
    clear,
    dispose() {
      isDisposed = true
      cancel?.()
      cancel = null
    }
  }
}
