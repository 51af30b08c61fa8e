/** Leaving in good order: whatever was started is ended within a bound, then the process goes with the right code. */
import type { Clock } from '../lib/clock.ts'
import { disposeWithin } from '../lib/disposeWithin.ts'
import type { Logger } from '../lib/logger.ts'

/** Everything is to be over within 3 s of the signal; the rest is for the process itself. */
const disposeLimitMs = 2_500
/** One Ctrl-C arrives several times: from the terminal, which signals a whole group, and from whoever started us and hands it on. */
const echoMs = 1_000
const failed = 1

interface Leaving {
  /** What to end; the last one added is ended first. */
  onLeave(stop: () => void | Promise<void>): void
  /** Ends everything and the process, once. `message` is for the person at the terminal. */
  leave(code: number, message?: string): Promise<never>
}

/** From here on a signal, or a failure nobody caught, ends the process by way of `leave`. A second signal does not wait. */
export function leaveOnSignals(clock: Clock, logger: Logger): Leaving {
  const stops: (() => void | Promise<void>)[] = []
  let leaving: Promise<never> | null = null
  let leavingSince = 0

  async function stopAll(): Promise<void> {
    for (const stop of stops.toReversed()) await stop()
  }
  async function end(code: number, message: string | undefined): Promise<never> {
    if (message) process.stderr.write(`${message}\n`)
    leavingSince = clock.now()
    await disposeWithin(stopAll, disposeLimitMs, clock, logger)
    process.exit(code)
  }
  // Who fails because everything is being ended has nothing to add.
  const leave = (code: number, message?: string): Promise<never> => (leaving ??= end(code, message))

  function takeSignal(): void {
    if (leaving === null) void leave(0)
    else if (clock.now() - leavingSince > echoMs) process.exit(failed)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, takeSignal)
  process.on('unhandledRejection', (reason) => logger.error('Something failed that nobody waited for', reason))
  process.on('uncaughtException', (error) => {
    logger.error('Stoker failed and has to leave', error)
    void leave(failed)
  })
  return { onLeave: (stop) => void stops.push(stop), leave }
}
