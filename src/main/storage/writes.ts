/** Writes that must not be lost in silence: all of them or none, and a sentence where the disk refuses. */
import type { DatabaseSync } from 'node:sqlite'
import { StokerError } from '../../shared/errors.ts'

/** `what` is the subject of the sentence: "The run". Errors thrown on purpose inside come out as they are; either way nothing is kept. */
export function writeAll<Result>(database: DatabaseSync, what: string, work: () => Result): Result {
  try {
    database.exec('BEGIN IMMEDIATE')
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(database)
    throw error instanceof StokerError ? error : notKept(`${what} could not be saved`, error)
  }
}

/** A reading of which nothing is known when it fails. */
export function readOrFail<Result>(what: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof StokerError ? error : notKept(`${what} could not be read`, error)
  }
}

function notKept(words: string, cause: unknown): StokerError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (/disk is full/i.test(reason)) {
    return new StokerError('storage_failed', `${words}: the disk is full.`, 'Free some space, then try again.', {
      cause
    })
  }
  if (/locked|busy/i.test(reason)) {
    const message = `${words}: another program holds the history file.`
    return new StokerError('storage_failed', message, 'Close what has stoker.db open, then try again.', { cause })
  }
  return new StokerError('storage_failed', `${words}: ${reason}.`, 'Check the disk that holds the data folder.', {
    cause
  })
}

/** SQLite has rolled back by itself after some errors, and a closed file has nothing to roll back. */
function rollBack(database: DatabaseSync): void {
  try {
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK')
  } catch {
    // What made the write fail is what gets told.
  }
}

/** What a newer or broken Stoker wrote is null. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
