/** What the guarded calls of one host share. */
import { toErrorInfo, type ErrorInfo, type TimeoutPhase } from '../../shared/errors.ts'
import type { TimeLimit } from '../../shared/model.ts'
import type { Clock } from '../lib/clock.ts'
import type { Attempts } from './attempts.ts'
import type { ConcurrencyEvent } from './concurrencyPolicy.ts'
import type { HostBreaker } from './hostBreaker.ts'
import type { HostQueue } from './hostQueue.ts'
import type { HostTraffic } from './hostTraffic.ts'

export type CallRoute =
  'load' | 'generate' | 'unload' | 'inspect' | 'describeNeed' | 'setKeepAlive' | 'pull' | 'copy' | 'remove'

/** One call, its attempts and waits included, as the metrics count it. */
export interface ObservedCall {
  route: CallRoute
  /** Without the wait for its turn. */
  durationMs: number
  /** Null where it waited in no queue. */
  queueWaitMs: number | null
  error: ErrorInfo | null
}

export interface CallContext {
  hostName: string
  limit(phase: TimeoutPhase, name: string, promptCharacters?: number): TimeLimit
  breaker: HostBreaker
  queue: HostQueue
  traffic: HostTraffic
  attempts: Attempts
  /** What an attempt showed of how much the host can do at once. */
  noteConcurrency(event: Exclude<ConcurrencyEvent, { kind: 'pressure' }>): void
  /** An attempt failed: is the host well? */
  noteFailure(error: ErrorInfo): void
  observe(call: ObservedCall): void
  clock: Clock
}

/** Runs a call and tells the metrics how it ended. */
export async function observed<Result>(
  { observe, clock }: Pick<CallContext, 'observe' | 'clock'>,
  route: CallRoute,
  work: () => Promise<Result>,
  queueWaitMs: () => number | null = () => null
): Promise<Result> {
  const startedAt = clock.now()
  const tell = (error: ErrorInfo | null): void => {
    const waitedMs = queueWaitMs()
    const durationMs = Math.max(0, clock.now() - startedAt - (waitedMs ?? 0))
    observe({ route, durationMs, queueWaitMs: waitedMs, error })
  }
  try {
    const result = await work()
    tell(null)
    return result
  } catch (thrown) {
    tell(toErrorInfo(thrown))
    throw thrown
  }
}
