/** Leaving in good order: whatever was started is ended within a bound, then the process goes with the right code. */
import type { Clock } from '../lib/clock.ts'
import { disposeWithin } from '../lib/disposeWithin.ts'
import type { Logger } from '../lib/logger.ts'

/** Everything is to be over within 3 s of the signal; the rest is for the process itself. */
const disposeLimitMs = 2_500
const failed = 1

interface Leaving {
  /** What to end; the last one added is ended first. */
  onLeave(stop: () => void | Promise<void>): void
  /** Ends everything and the process. `message` is for the person at the terminal. */
  leave(code: number, message?: string): Promise<never>
}

/** From here on a signal, or a failure nobody caught, ends the process by way of `leave`. A second signal does not wait. */
export function leaveOnSignals(clock: Clock, logger: Logger): Leaving {
  const stops: (() => void | Promise<void>)[] = []
  let isLeaving = false

  async function stopAll(): Promise<void> {
    for (const stop of stops.toReversed()) await stop()
  }
  async function leave(code: number, message?: string): Promise<never> {
    if (message) process.stderr.write(`${message}\n`)
    if (isLeaving) process.exit(failed)
    isLeaving = true
    await disposeWithin(stopAll, disposeLimitMs, clock, logger)
    process.exit(code)
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0))
  process.on('unhandledRejection', (reason) => logger.error('Something failed that nobody waited for', reason))
  process.on('uncaughtException', (error) => {
    logger.error('Stoker failed and has to leave', error)
    void leave(failed)
  })
  // A terminal or a pipe that was closed is no reason to fail: the browser is still there.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return { onLeave: (stop) => void stops.push(stop), leave }
}
