/** Keeps one child process running: restarts it after 1, 5 and 30 seconds when it fails, then every five minutes. */
import { delay, type Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ChildListener, LineChild } from './ports.ts'

interface ChildKeeperDeps {
  /** For the log: "vm_stat". */
  name: string
  start: (listener: ChildListener) => LineChild
  clock: Clock
  logger: Logger
  onLine: (line: string) => void
  /** It is down, by itself or because it was ended. */
  onDown: () => void
}

export interface ChildKeeper {
  /** Runs it from now on. */
  keep(): void
  /** Ends it; failures are remembered. */
  drop(): void
  isRunning(): boolean
  write(text: string): void
  /** It did what it is for. */
  succeeded(): void
  /** It runs, but is of no use: end it as if it had failed. */
  failed(reason: string): void
  /** Failed three times in a row: its user should take what else there is. */
  isFailing(): boolean
  /** Resolves when every process started here is gone. */
  dispose(): Promise<void>
}

const BACK_OFF_MS = [1_000, 5_000, 30_000, 300_000]
const FAILING_AFTER = 3
/** One that dies after every good line must not restart every second for ever; only lasting forgives. */
const FORGIVEN_AFTER_MS = 30_000
const KILL_LIMIT_MS = 1_000

export function createChildKeeper({ name, start, clock, logger, onLine, onDown }: ChildKeeperDeps): ChildKeeper {
  let isKept = false
  let current: { child: LineChild; startedAt: number } | null = null
  /** Whose lines count: those of a child that was dropped may still arrive. */
  let owner: object | null = null
  let failures = 0
  let cancelRestart = (): void => {}
  const alive = new Set<Promise<void>>()

  function launch(): void {
    const own = {}
    let isOver = false
    let resolveEnd = (): void => {}
    const ended = new Promise<void>((resolve) => (resolveEnd = resolve))
    alive.add(ended)
    const isCurrent = (): boolean => owner === own
    owner = own
    const child = start({
      line: (line) => {
        if (isCurrent()) onLine(line)
      },
      end: (reason) => {
        isOver = true
        alive.delete(ended)
        resolveEnd()
        if (isCurrent()) goneDown(reason)
      }
    })
    if (!isOver && isCurrent()) current = { child, startedAt: clock.now() }
  }
  function goneDown(reason: string): void {
    owner = null
    current = null
    failures++
    if (failures === FAILING_AFTER) logger.warn(`${name} keeps failing: ${reason}`)
    if (isKept) cancelRestart = clock.after(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 0, launch)
    onDown()
  }

  function end(): void {
    cancelRestart()
    owner = null
    const child = current?.child
    current = null
    child?.kill()
  }

  return {
    keep() {
      if (isKept) return
      isKept = true
      launch()
    },
    drop() {
      if (!isKept) return
      isKept = false
      end()
      onDown()
    },
    isRunning: () => current !== null,
    write: (text) => current?.child.write(text),
    succeeded() {
      if (current !== null && clock.now() - current.startedAt >= FORGIVEN_AFTER_MS) failures = 0
    },
    failed(reason) {
      if (current === null) return
      end()
      goneDown(reason)
    },
    isFailing: () => failures >= FAILING_AFTER,
    async dispose() {
      isKept = false
      end()
      await Promise.race([Promise.all(alive), delay(clock, KILL_LIMIT_MS)])
    }
  }
}
