/** Whether a failed attempt is followed by another, and after what pause. */
import type { StokerError } from '../../shared/errors.ts'
import { traitsOf } from './errorPolicy.ts'
import type { RequestSettings } from './requestSettings.ts'

export interface RetryTable {
  attempts: number
  firstDelayMs: number
  maxDelayMs: number
}

/** A server that asks for patience gets so many times the longest pause, and no more. */
const longestPatience = 4

/** A server on this machine is back in seconds or not at all; another machine may be behind a network that comes and goes. */
export function retryTable(settings: RequestSettings, isLocal: boolean): RetryTable {
  return isLocal
    ? {
        attempts: settings.localRetryAttempts,
        firstDelayMs: settings.localRetryFirstDelayMs,
        maxDelayMs: settings.localRetryMaxDelayMs
      }
    : {
        attempts: settings.remoteRetryAttempts,
        firstDelayMs: settings.remoteRetryFirstDelayMs,
        maxDelayMs: settings.remoteRetryMaxDelayMs
      }
}

export interface FailedAttempt {
  /** 1 for the first one. */
  attempt: number
  error: Pick<StokerError, 'code' | 'phase' | 'retryAfterMs'>
  table: RetryTable
  loadsWhenAsked: boolean
  /** From 0 to 1. */
  random: () => number
}

/** Null: it ends here. */
export function planRetry({
  attempt,
  error,
  table,
  loadsWhenAsked,
  random
}: FailedAttempt): { delayMs: number } | null {
  if (attempt >= table.attempts || !traitsOf(error, loadsWhenAsked).mayRetry) return null
  const longestMs = Math.max(table.firstDelayMs, table.maxDelayMs)
  const wholeMs = Math.min(table.firstDelayMs * 2 ** (attempt - 1), table.maxDelayMs)
  // Never less than half: those who failed together must not all come back at once, nor at once.
  const delayMs = wholeMs / 2 + (wholeMs / 2) * random()
  const askedMs = Math.min(error.retryAfterMs ?? 0, longestMs * longestPatience)
  return { delayMs: Math.round(Math.max(delayMs, askedMs)) }
}
