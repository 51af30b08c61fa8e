/** The one SQLite file: opened in WAL mode, brought to the newest schema, and never the reason why Stoker does not start. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrations } from './migrations.ts'

/** What the services read at once: damage in it would keep Stoker from starting, damage elsewhere only loses what lies there. */
const startReads = ['SELECT max(id) FROM activity', 'SELECT * FROM model_facts', 'SELECT * FROM memory_models'] as const

export interface OpenedDatabase {
  database: DatabaseSync
  /** Why the file could not be used, in words; then everything is kept in memory only. */
  problem: string | null
}

/**
 * Opens `path`, or, where that cannot be, a database in memory, so that the app works and says what is lost. A file that is not a
 * database is kept aside under another name, never deleted.
 */
export function openDatabase(path: string, now: () => number = Date.now): OpenedDatabase {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return { database: open(path), problem: null }
  } catch (error) {
    if (isNotADatabase(error) && existsSync(path)) {
      const aside = `${path}.broken-${now()}`
      try {
        renameSync(path, aside)
        return {
          database: open(path),
          problem: `The history file was damaged and is kept as ${aside}. A new one was begun.`
        }
      } catch {
        // The folder itself is the trouble: go on in memory.
      }
    }
    const reason = error instanceof Error ? error.message : String(error)
    return {
      database: open(':memory:'),
      problem: `${path} cannot be written (${reason}). What happens now is forgotten when Stoker ends.`
    }
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  try {
    // Another process may hold the file for a moment; a WAL survives a kill in the middle of a write, and is cut back when it grew.
    database.exec(
      `PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
       PRAGMA journal_size_limit = 8388608;`
    )
    migrate(database)
    for (const sql of startReads) database.prepare(sql).all()
    // From here on a wait stops everything else: a line that is lost, and said so, is the lesser harm.
    database.exec('PRAGMA busy_timeout = 250')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get()
  const current = Number(row?.['user_version'] ?? 0)
  if (current > migrations.length) throw new Error(`made by a newer Stoker (schema ${current})`)
  migrations.slice(current).forEach((sql, index) => {
    database.exec(`BEGIN; ${sql} PRAGMA user_version = ${current + index + 1}; COMMIT;`)
  })
}

function isNotADatabase(error: unknown): boolean {
  const message = error instanceof Error ? error.message : ''
  return /not a database|malformed/i.test(message)
}
