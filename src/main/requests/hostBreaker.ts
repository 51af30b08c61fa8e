/** The breaker of one host as requests meet it: who may pass, who is refused and in what words, and when it is due to be tried. */
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { abortReason } from '../lib/abortReason.ts'
import type { Clock } from '../lib/clock.ts'
import {
  admissionOf,
  isAboutConnections,
  newBreaker,
  nextBreaker,
  type Admission,
  type Breaker,
  type BreakerEvent
} from './breakerPolicy.ts'
import { showsLife, traitsOf } from './errorPolicy.ts'
import { formatLimit } from './limitWords.ts'

export interface HostBreaker {
  now(): Breaker
  admission(): Admission
  apply(event: BreakerEvent): void
  /** For a request that waits in no queue: resolves when it may begin, and tells whether it is the trial. Throws a refusal. */
  pass(signal: AbortSignal): Promise<{ isTrial: boolean }>
  /** What an attempt that failed says of the host. */
  attemptFailed(thrown: unknown, isTrial: boolean): void
  refusal(): StokerError
  /** Nobody was asked. */
  isRefusal(error: unknown): boolean
  /** No connection is to be had: whatever is asked now would fail. */
  isUnreachable(): boolean
  dispose(): void
}

interface HostBreakerDeps {
  hostName: string
  threshold: () => number
  clock: Clock
  onMove: (before: Breaker, after: Breaker) => void
  /** Its pause is over: whoever waits may be the trial. */
  onDue: () => void
}

/** A load or a long prompt may be silent for minutes: others must not wait for it. */
const trialPatienceMs = 30_000

export function createHostBreaker({ hostName, threshold, clock, onMove, onDue }: HostBreakerDeps): HostBreaker {
  const refusals = new WeakSet<object>()
  /** Those who wait for the trial of another. */
  const waiting = new Set<() => void>()
  let breaker = newBreaker(clock.now())
  let cancelTimer = (): void => {}
  let isDisposed = false

  const admission = (): Admission => admissionOf(breaker, clock.now())

  function wake(): void {
    const woken = [...waiting]
    waiting.clear()
    for (const resolve of woken) resolve()
  }

  function apply(event: BreakerEvent): void {
    const before = breaker
    const next = isDisposed ? before : nextBreaker(before, event, clock.now(), threshold())
    if (next === before) return
    breaker = next
    if (breaker.state !== before.state || breaker.nextTryAt !== before.nextTryAt) setTimer()
    onMove(before, breaker)
    if (breaker.state !== before.state) wake()
  }

  function setTimer(): void {
    cancelTimer()
    const { state, nextTryAt } = breaker
    if (state === 'half_open') cancelTimer = clock.after(trialPatienceMs, () => apply({ kind: 'trial_dropped' }))
    if (state === 'open' && nextTryAt !== null)
      cancelTimer = clock.after(Math.max(0, nextTryAt - clock.now()), () => {
        apply({ kind: 'due' })
        cancelTimer()
        wake()
        onDue()
      })
  }

  function refusal(): StokerError {
    const { reason, nextTryAt } = breaker
    const waitMs = nextTryAt === null ? 0 : nextTryAt - clock.now()
    const next =
      waitMs > 0
        ? `Next try in ${formatLimit(Math.max(1_000, Math.ceil(waitMs / 1_000) * 1_000))}.`
        : 'It is being tried now.'
    const error = new StokerError(
      'server_down',
      `${hostName} is left alone for a moment: it ${reason ?? 'failed'}. ${next}`,
      'Ask again after that. Its panel shows what was noticed.'
    )
    refusals.add(error)
    return error
  }

  /** Until the state changes or the pause is over. */
  function change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onChange = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        waiting.delete(onChange)
        reject(abortReason(signal))
      }
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.add(onChange)
    })
  }

  return {
    now: () => breaker,
    admission,
    apply,
    async pass(signal) {
      for (;;) {
        const may = admission()
        if (may === 'free') return { isTrial: false }
        if (may === 'refuse') throw refusal()
        if (may === 'trial') {
          apply({ kind: 'trial_begun' })
          return { isTrial: true }
        }
        if (isDisposed) throw refusal()
        await change(signal)
      }
    },
    attemptFailed(thrown, isTrial) {
      const error = toErrorInfo(thrown)
      const { isHostFailure, isUnreachable, isBusy } = traitsOf(error)
      const retryAfterMs = (thrown instanceof StokerError && thrown.retryAfterMs) || 0
      if (isHostFailure) apply({ kind: 'failed', words: error.message, isUnreachable, isBusy, isTrial, retryAfterMs })
      else if (showsLife(error)) apply({ kind: 'succeeded' })
      else if (isTrial) apply({ kind: 'trial_dropped' })
    },
    refusal,
    isRefusal: (error) => typeof error === 'object' && error !== null && refusals.has(error),
    isUnreachable: () => isAboutConnections(breaker) && admission() === 'refuse',
    dispose() {
      isDisposed = true
      cancelTimer()
      wake()
    }
  }
}
