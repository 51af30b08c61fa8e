/** One request as often as the retry table allows, with its pauses, each of which its caller can end. */
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { delay, type Clock } from '../lib/clock.ts'
import type { GenerateRequest } from '../providers/provider.ts'
import { abortReason } from '../lib/abortReason.ts'
import type { HostBreaker } from './hostBreaker.ts'
import { planRetry, type RetryTable } from './retryPolicy.ts'

export interface AttemptWish {
  signal: AbortSignal
  /** False once something came of it that must not come twice. */
  mayRepeat?: () => boolean
  onRetry?: GenerateRequest['onRetry'] | undefined
  /** A pause that is longer than what is left is not begun. */
  leftMs?: () => number
}

/** Behind the breaker's own timer, not a millisecond before it: to be refused then would be the end of the attempts. */
const afterBreakerMs = 20

export type Attempts = <Result>(once: () => Promise<Result>, wish: AttemptWish) => Promise<Result>

interface AttemptsDeps {
  table: () => RetryTable
  loadsWhenAsked: boolean
  breaker: Pick<HostBreaker, 'now' | 'isRefusal'>
  /** The host is gone: nothing is asked of it again, and whatever failed then failed for that reason. */
  ended: AbortSignal
  clock: Clock
  random: () => number
}

export function createAttempts({ table, loadsWhenAsked, breaker, ended, clock, random }: AttemptsDeps): Attempts {
  function pauseAfter(attempt: number, thrown: unknown, wish: AttemptWish): number | null {
    if (!(thrown instanceof StokerError) || breaker.isRefusal(thrown)) return null
    if (wish.mayRepeat && !wish.mayRepeat()) return null
    const plan = planRetry({ attempt, error: thrown, table: table(), loadsWhenAsked, random })
    if (!plan) return null
    // A host that is left alone now is not asked before it may be.
    const untilTryMs = (breaker.now().nextTryAt ?? 0) - clock.now()
    const pauseMs = Math.max(plan.delayMs, untilTryMs > 0 ? untilTryMs + afterBreakerMs : 0)
    return pauseMs < (wish.leftMs?.() ?? Infinity) ? pauseMs : null
  }

  async function pause(pauseMs: number, { signal }: AttemptWish): Promise<void> {
    const either = AbortSignal.any([signal, ended])
    await delay(clock, pauseMs, either).catch(() => Promise.reject(abortReason(either)))
  }

  return async (once, wish) => {
    for (let attempt = 1; ; attempt++) {
      if (ended.aborted) throw abortReason(ended)
      try {
        return await once()
      } catch (thrown) {
        if (wish.signal.aborted) throw abortReason(wish.signal)
        if (ended.aborted) throw abortReason(ended)
        const pauseMs = pauseAfter(attempt, thrown, wish)
        if (pauseMs === null) throw thrown
        const nextAt = clock.now() + pauseMs
        const { message: reason } = toErrorInfo(thrown)
        wish.onRetry?.({ attempt: attempt + 1, attempts: table().attempts, nextAt, reason })
        await pause(pauseMs, wish)
      }
    }
  }
}
