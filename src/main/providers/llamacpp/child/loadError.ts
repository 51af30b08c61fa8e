/** A load or an estimate that failed, with the last lines of the engine's log: the reason is there and nowhere else. */
import type { EngineFailure } from '../engineProtocol.ts'
import type { EngineLog } from './engineLog.ts'
import type { Library } from './engineOptions.ts'

export class LoadError extends Error {
  readonly reason: EngineFailure
  readonly log: string

  constructor(reason: EngineFailure, message: string, log: string) {
    super(message)
    this.reason = reason
    this.log = log
  }
}

/** The reason comes through the logger a little after the error itself. */
const logDelayMs = 120

export async function asLoadError(library: Library, error: unknown, log: EngineLog): Promise<LoadError> {
  await new Promise((resolve) => setTimeout(resolve, logDelayMs))
  const message = error instanceof Error ? error.message : String(error)
  return new LoadError(reasonOf(library, error), message, log.tail())
}

function reasonOf(library: Library, error: unknown): EngineFailure {
  if (error instanceof library.InsufficientMemoryError) return 'out_of_memory'
  if (error instanceof library.NoBinaryFoundError) return 'no_engine'
  return 'failed'
}
