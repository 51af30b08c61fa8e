/** Chains as they are saved, with their earlier states: every save is on disk before it is told of. */
import type { DatabaseSync } from 'node:sqlite'
import { chainSchema, type Chain, type ChainVersion } from '../../shared/chain.ts'
import type { Logger } from '../lib/logger.ts'
import { versionsToForget } from './versionThinning.ts'
import { parseJson, readOrFail, writeAll } from './writes.ts'

export interface StoredChain {
  chain: Chain
  savedAt: number
  lastRunAt: number | null
}

export interface ChainStore {
  list(): StoredChain[]
  get(chainId: string): StoredChain | null
  /** Said once at start: chains that could not be read. They stay where they are. */
  readonly problems: readonly string[]
  /**
   * The state before it becomes a version; saved again as it is, nothing changes. What cannot be read under this id is set aside
   * under another, never written over. Throws `storage_failed`, as all writes below do; then the chain is as it was.
   */
  save(chain: Chain): StoredChain
  noteRun(chainId: string, at: number): void
  /** With its versions. */
  remove(chainId: string): void
  /** Newest first; the state in force is not one of them. */
  versions(chainId: string): ChainVersion[]
  version(chainId: string, savedAt: number): Chain | null
}

interface ChainStoreDeps {
  database: DatabaseSync
  now: () => number
  logger: Logger
}

export function createChainStore({ database, now, logger }: ChainStoreDeps): ChainStore {
  const statements = prepare(database)
  const chains = new Map<string, StoredChain>()
  const unreadable = new Set<string>()
  const problems: string[] = []
  try {
    for (const row of statements.all.all()) {
      const [id, stored] = [String(row['id']), fromRow(row)]
      if (stored) chains.set(id, stored)
      else {
        unreadable.add(id)
        problems.push(`The chain ${nameOf(row['document']) ?? id} could not be read and is left alone.`)
      }
    }
  } catch (error) {
    problems.push('The chains could not be read: the history file is damaged.')
    logger.error('chains could not be read', error)
  }

  function setAside(chainId: string, at: number): void {
    if (!unreadable.has(chainId)) return
    statements.rename.run(`${chainId}.broken-${at}`, chainId)
  }

  function keepVersion(chainId: string, { chain, savedAt }: StoredChain, at: number): void {
    statements.addVersion.run(chainId, savedAt, JSON.stringify(chain))
    const known = statements.versionTimes.all(chainId).map((row) => Number(row['saved_at']))
    for (const old of versionsToForget(known, at)) statements.removeVersion.run(chainId, old)
  }

  return {
    list: () => [...chains.values()],
    get: (chainId) => chains.get(chainId) ?? null,
    problems,
    save(chain) {
      const before = chains.get(chain.id)
      const document = JSON.stringify(chain)
      if (before && JSON.stringify(before.chain) === document) return before
      // Later than the state before it, even where the clock was set back: versions are told apart by their times.
      const savedAt = Math.max(Math.round(now()), (before?.savedAt ?? -1) + 1)
      const stored: StoredChain = { chain, savedAt, lastRunAt: before?.lastRunAt ?? null }
      writeAll(database, `The chain ${chain.name}`, () => {
        setAside(chain.id, savedAt)
        if (before) keepVersion(chain.id, before, savedAt)
        statements.save.run(chain.id, document, savedAt, stored.lastRunAt)
      })
      unreadable.delete(chain.id)
      chains.set(chain.id, stored)
      return stored
    },
    noteRun(chainId, at) {
      const stored = chains.get(chainId)
      if (!stored) return
      writeAll(database, `The chain ${stored.chain.name}`, () => statements.noteRun.run(Math.round(at), chainId))
      chains.set(chainId, { ...stored, lastRunAt: Math.round(at) })
    },
    remove(chainId) {
      const stored = chains.get(chainId)
      if (!stored) return
      writeAll(database, `The chain ${stored.chain.name}`, () => {
        statements.remove.run(chainId)
        statements.removeVersions.run(chainId)
      })
      chains.delete(chainId)
    },
    versions: (chainId) =>
      readOrFail('The versions of the chain', () =>
        statements.versions.all(chainId).flatMap((row) => {
          const chain = chainFrom(row['document'])
          if (chain === null) return []
          return { savedAt: Number(row['saved_at']), name: chain.name, stepCount: chain.steps.length }
        })
      ),
    version: (chainId, savedAt) =>
      readOrFail('The version of the chain', () => chainFrom(statements.version.get(chainId, savedAt)?.['document']))
  }
}

function prepare(database: DatabaseSync) {
  return {
    all: database.prepare('SELECT * FROM chains ORDER BY rowid'),
    save: database.prepare(
      `INSERT INTO chains VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (id) DO UPDATE SET document = ?2, saved_at = ?3, last_run_at = ?4`
    ),
    rename: database.prepare('UPDATE chains SET id = ? WHERE id = ?'),
    noteRun: database.prepare('UPDATE chains SET last_run_at = ? WHERE id = ?'),
    remove: database.prepare('DELETE FROM chains WHERE id = ?'),
    removeVersions: database.prepare('DELETE FROM chain_versions WHERE chain_id = ?'),
    addVersion: database.prepare('INSERT OR REPLACE INTO chain_versions VALUES (?, ?, ?)'),
    versionTimes: database.prepare('SELECT saved_at FROM chain_versions WHERE chain_id = ?'),
    removeVersion: database.prepare('DELETE FROM chain_versions WHERE chain_id = ? AND saved_at = ?'),
    versions: database.prepare(
      'SELECT saved_at, document FROM chain_versions WHERE chain_id = ? ORDER BY saved_at DESC'
    ),
    version: database.prepare('SELECT document FROM chain_versions WHERE chain_id = ? AND saved_at = ?')
  }
}

/** Null for one that a newer or broken Stoker wrote. */
function fromRow(row: Record<string, unknown>): StoredChain | null {
  const chain = chainFrom(row['document'])
  if (chain === null || chain.id !== row['id']) return null
  return {
    chain,
    savedAt: Number(row['saved_at']),
    lastRunAt: row['last_run_at'] === null ? null : Number(row['last_run_at'])
  }
}

function chainFrom(document: unknown): Chain | null {
  return chainSchema.safeParse(parseJson(document)).data ?? null
}

function nameOf(document: unknown): string | null {
  const value = parseJson(document)
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : null
  return typeof name === 'string' && name !== '' ? `“${name}”` : null
}
