/** Tells when a file was changed and has been quiet since: a program that writes it in several steps is left to finish. */
import { statSync } from 'node:fs'
import type { Clock } from './clock.ts'

/** Calls back after every change; the returned function ends it. */
export type WatchFile = (path: string, onChanged: () => void) => () => void

/** Looks twice a second, so that a change is told of within one; cheap, and works on every disk, also a network's. */
const intervalMs = 500

export function createFileWatch(clock: Pick<Clock, 'after'>): WatchFile {
  return (path, onChanged) => {
    let seen = stampOf(path)
    let told = seen
    let cancel = clock.after(intervalMs, look)
    function look(): void {
      const stamp = stampOf(path)
      const isQuiet = stamp === seen
      seen = stamp
      cancel = clock.after(intervalMs, look)
      if (!isQuiet || stamp === told) return
      told = stamp
      onChanged()
    }
    return () => cancel()
  }
}

/** Everything that a change of a file moves; "" where there is none. A link is followed: what it points at counts. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return ''
  }
}
