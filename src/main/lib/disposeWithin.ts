/** Ends something, but does not wait for ever: quitting is bounded whatever a child process does. */
import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'

/** Resolves when `dispose` has ended or the limit has passed; a failure is logged, because quitting goes on regardless. */
export async function disposeWithin(
  dispose: () => Promise<void>,
  limitMs: number,
  clock: Clock,
  logger: Logger
): Promise<void> {
  let stopWaiting = (): void => {}
  const limit = new Promise<void>((resolve) => {
    stopWaiting = clock.after(limitMs, () => {
      logger.warn(`Not everything ended within ${limitMs} ms; leaving anyway.`)
      resolve()
    })
  })
  const disposed = Promise.resolve()
    .then(dispose)
    .catch((error: unknown) => logger.error('Ending failed', error))
  await Promise.race([disposed, limit])
  stopWaiting()
}
