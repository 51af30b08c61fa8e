/**
 * The settings file on disk: replaced whole, one change at a time, each beginning with what stands there, whoever wrote it. What cannot
 * be read is set aside before anything is written in its place.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import PQueue from 'p-queue'
import { StokerError } from '../../shared/errors.ts'
import { rewriteFile } from '../lib/atomicFile.ts'
import type { WatchFile } from '../lib/fileWatch.ts'
import { emptySettingsFile, parseSettingsFile, writeSettingsFile, type SettingsFile } from './parseSettingsFile.ts'

export interface SettingsFileStore {
  content(): SettingsFile
  /** Rejects with `storage_failed`, or with what `compute` throws; then nothing has changed. */
  change(compute: (now: SettingsFile) => SettingsFile): Promise<void>
  /** What is wrong with the file now, and what was set aside since the start, in words. */
  problems(): string[]
  dispose(): void
}

interface SettingsFileDeps {
  path: string
  now: () => number
  watchFile: WatchFile
  /** Something else than Stoker changed the file, and it counts from now on. */
  onTakenUp: () => void
  /** What was found wrong since the start, once each. */
  onProblem: (problem: string) => void
  rename?: (from: string, to: string) => void
}

export function createSettingsFileStore(deps: SettingsFileDeps): SettingsFileStore {
  const { path, now, rename = renameSync } = deps
  let content = emptySettingsFile
  /** As last understood or written by us; null: there was no file. */
  let knownText: string | null = null
  let asides: string[] = []
  let current: string[] = []
  const writes = new PQueue({ concurrency: 1 })

  begin()
  const stopWatching = deps.watchFile(path, () => void writes.add(takeUp))

  function begin(): void {
    const text = readText()
    if (text === null) return
    const parsed = parseSettingsFile(text)
    if (parsed.kind !== 'read') return setAside(parsed.kind, `${whyNot(parsed)}, and the defaults are in force`)
    content = parsed.file
    knownText = text
    current = parsed.problems
  }

  /** Null: there is none. One that may not be read is as good as broken. */
  function readText(): string | null {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      return existsSync(path) ? String(error) : null
    }
  }

  /** Never over another file; where even that fails, the file stays, and nothing is written until it can be moved. */
  function setAside(kind: 'newer' | 'broken', why: string): void {
    let aside = `${path}.${kind}-${now()}`
    for (let copy = 2; existsSync(aside); copy += 1) aside = `${path}.${kind}-${now()}-${copy}`
    try {
      rename(path, aside)
      knownText = null
      asides = [...asides, `${why}. It is kept as ${aside}.`]
      current = []
    } catch {
      current = [`${why}. It could not be set aside, so no setting can be saved: ${path}.`]
    }
  }

  /** What somebody else wrote meanwhile; half a file, or none, resets nothing. */
  function takeUp(): void {
    const text = readText()
    if (text === knownText) return say(problemsOf(text))
    if (text === null) return say(['The settings file is gone. Its values stay in force until Stoker ends.'])
    const parsed = parseSettingsFile(text)
    if (parsed.kind !== 'read')
      return say([`${whyNot(parsed)}. The values from before stay in force until it is put right.`])
    const hadOtherHosts = JSON.stringify(parsed.file.hosts) !== JSON.stringify(content.hosts)
    content = parsed.file
    knownText = text
    const hosts = hadOtherHosts
      ? ['The hosts in the settings file were changed: they count when Stoker starts again.']
      : []
    say([...parsed.problems, ...hosts])
    deps.onTakenUp()
  }

  function say(problems: string[]): void {
    const unheard = problems.filter((problem) => !current.includes(problem))
    current = problems
    unheard.forEach(deps.onProblem)
  }

  /** Before a file that nobody could read would be written over. */
  function rescue(): void {
    const text = readText()
    if (text === null || text === knownText) return
    const parsed = parseSettingsFile(text)
    if (parsed.kind === 'read') return takeUp()
    setAside(parsed.kind, `${whyNot(parsed)} when a setting was saved`)
    const said = asides.at(-1)
    if (current.length > 0 || said === undefined)
      throw new StokerError('storage_failed', current[0] ?? 'The settings file could not be set aside.')
    deps.onProblem(said)
  }

  return {
    content: () => content,
    change: (compute) =>
      writes.add(async () => {
        rescue()
        const next = compute(content)
        const text = writeSettingsFile(next)
        await rewriteFile(path, text)
        content = next
        knownText = text
        current = problemsOf(text)
      }),
    problems: () => [...asides, ...current],
    dispose: stopWatching
  }
}

function problemsOf(text: string | null): string[] {
  const parsed = text === null ? null : parseSettingsFile(text)
  return parsed?.kind === 'read' ? parsed.problems : []
}

function whyNot(parsed: { kind: 'newer'; version: number } | { kind: 'broken'; reason: string }): string {
  return parsed.kind === 'newer'
    ? `The settings file is of a newer Stoker (version ${parsed.version})`
    : `The settings file cannot be read (${parsed.reason})`
}
