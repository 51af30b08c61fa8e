/** One Stoker per data folder: a lock that the operating system drops by itself when its holder dies, however it dies. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export type InstanceLock =
  | { state: 'held'; release(): void }
  /** Another process holds it. */
  | { state: 'taken' }
  /** The folder cannot be locked (read-only, or a file system without locks); nothing is kept from starting. */
  | { state: 'unavailable'; reason: string }

/**
 * SQLite's exclusive lock on an otherwise empty file: taken in one atomic step on every platform, and never stale, so neither a
 * killed process nor a reused process id can lock a person out.
 */
export function takeInstanceLock(dataDirectory: string): InstanceLock {
  // Looked up at run time: a runtime older than node:sqlite goes without the lock instead of failing to start.
  const sqlite = process.getBuiltinModule?.('node:sqlite')
  if (!sqlite) return { state: 'unavailable', reason: 'this runtime has no node:sqlite' }
  let database
  try {
    // What was asked of models is nobody else's business.
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
    database = new sqlite.DatabaseSync(join(dataDirectory, 'instance.lock'))
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;')
  } catch (error) {
    database?.close()
    const isBusy = (error as { errcode?: number }).errcode === 5
    return isBusy
      ? { state: 'taken' }
      : { state: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  }
  const held = database
  return {
    state: 'held',
    release: () => {
      if (held.isOpen) held.close()
    }
  }
}
