/** When a host is left alone and when it is tried again: (state, what happened, now) -> state, and the reason in words. */
import type { BreakerState } from '../../shared/hostRequests.ts'

export interface Breaker {
  state: BreakerState
  sinceAt: number
  /** In a row, until now. */
  failures: number
  /** The newest of them that found no connection, without any other between; and all that were turned away. */
  unreachable: number
  busy: number
  /** Times it was opened without a request that succeeded in between: the pauses grow with it. */
  openings: number
  /** The last health check failed: then one that succeeds is news. */
  isIll: boolean
  /** When an ill host is asked for its health again; null when not ill, or not known. */
  nextCheckAt: number | null
  reason: string | null
  nextTryAt: number | null
}

export type BreakerEvent =
  | { kind: 'succeeded' }
  | { kind: 'failed'; words: string; isUnreachable: boolean; isBusy: boolean; isTrial: boolean; retryAfterMs: number }
  | { kind: 'trial_begun' }
  /** The pause has passed, by a timer: whatever the clock says, which may be a millisecond behind, or set back. */
  | { kind: 'due' }
  /** Cancelled before it told anything, or silent for so long that another may try. */
  | { kind: 'trial_dropped' }
  | { kind: 'healthy' }
  /** `nextCheckAt`: when its health is asked for again; null when not known. */
  | { kind: 'unhealthy'; words: string; nextCheckAt: number | null }

/** The pause after the first, second ... opening in a row. */
export const openTimesMs = [2_000, 4_000, 8_000, 16_000, 30_000] as const
/** A server that asks for a longer pause than this gets this. */
const longestPauseMs = 120_000

export function newBreaker(now: number): Breaker {
  return {
    state: 'closed',
    sinceAt: now,
    failures: 0,
    unreachable: 0,
    busy: 0,
    openings: 0,
    isIll: false,
    nextCheckAt: null,
    reason: null,
    nextTryAt: null
  }
}

/** `threshold`: failures in a row that open it. Answers `breaker` itself where nothing changes. */
export function nextBreaker(breaker: Breaker, event: BreakerEvent, now: number, threshold: number): Breaker {
  switch (event.kind) {
    case 'succeeded':
      return breaker.state === 'closed' && breaker.failures === 0 && breaker.openings === 0
        ? breaker
        : closed(breaker, now)
    case 'failed':
      return failed(breaker, event, now, threshold)
    case 'trial_begun':
      return breaker.state === 'open' ? { ...breaker, state: 'half_open', sinceAt: now, nextTryAt: null } : breaker
    case 'due':
      return breaker.state === 'open' && !isDue(breaker, now) ? { ...breaker, nextTryAt: now } : breaker
    case 'trial_dropped':
      // It may be tried again at once: the pause is over, and nothing was learned.
      return breaker.state === 'half_open' ? { ...breaker, state: 'open', sinceAt: now, nextTryAt: now } : breaker
    case 'healthy':
      if (closesByHealth(breaker)) return { ...closed(breaker, now), openings: breaker.openings }
      return breaker.isIll ? { ...breaker, isIll: false, nextCheckAt: null } : breaker
    case 'unhealthy':
      return unhealthy(breaker, event, now)
  }
}

/** Whether a request may begin now: as usual, as the one trial, once the trial has ended, or not at all. */
export type Admission = 'free' | 'trial' | 'wait' | 'refuse'

export function admissionOf(breaker: Breaker, now: number): Admission {
  if (breaker.state === 'closed') return 'free'
  if (breaker.state === 'half_open') return 'wait'
  return breaker.nextTryAt === null || isDue(breaker, now) ? 'trial' : 'refuse'
}

function isDue({ sinceAt, nextTryAt }: Breaker, now: number): boolean {
  // A clock that was set back behind the opening: how long the pause has lasted nobody knows, and it must not last for hours.
  return now < sinceAt || now >= (nextTryAt ?? 0)
}

function closed({ state, sinceAt }: Breaker, now: number): Breaker {
  return { ...newBreaker(now), sinceAt: state === 'closed' ? sinceAt : now }
}

function failed(
  breaker: Breaker,
  event: Extract<BreakerEvent, { kind: 'failed' }>,
  now: number,
  threshold: number
): Breaker {
  const counted = {
    ...breaker,
    failures: breaker.failures + 1,
    unreachable: event.isUnreachable ? breaker.unreachable + 1 : 0,
    busy: breaker.busy + (event.isBusy ? 1 : 0)
  }
  // What was under way before the pause tells nothing new.
  const opens = breaker.state === 'closed' ? counted.failures >= threshold : event.isTrial
  if (!opens) return counted
  const openings = breaker.openings + 1
  const pauseMs = openTimesMs[Math.min(openings, openTimesMs.length) - 1] ?? longestPauseMs
  return withNextTry(
    {
      ...counted,
      state: 'open',
      sinceAt: now,
      openings,
      reason: reasonOf(counted, event.words),
      nextTryAt: now + Math.max(pauseMs, Math.min(event.retryAfterMs, longestPauseMs))
    },
    now
  )
}

/** Opened for want of a connection, health is the proof; unless it was well all the time, and yet requests failed. */
function closesByHealth(breaker: Breaker): boolean {
  return breaker.state === 'open' && isAboutConnections(breaker) && (breaker.openings <= 1 || breaker.isIll)
}

function unhealthy(
  breaker: Breaker,
  { words, nextCheckAt }: Extract<BreakerEvent, { kind: 'unhealthy' }>,
  now: number
): Breaker {
  const ill = { ...breaker, isIll: true, nextCheckAt }
  if (breaker.state !== 'open') return ill
  return withNextTry({ ...ill, reason: isAboutConnections(ill) ? reasonOf(ill, words) : ill.reason }, now)
}

/** One time on the screen: the check of an ill host that is due next is its next try. */
function withNextTry(breaker: Breaker, now: number): Breaker {
  const { isIll, nextCheckAt, nextTryAt } = breaker
  if (!isIll || nextCheckAt === null || nextCheckAt <= now) return breaker
  return { ...breaker, nextTryAt: isAboutConnections(breaker) ? nextCheckAt : Math.max(nextCheckAt, nextTryAt ?? 0) }
}

/** Whatever failed before: now there is no connection to be had. */
export function isAboutConnections({ unreachable }: Breaker): boolean {
  return unreachable > 0
}

function reasonOf(breaker: Breaker, words: string): string {
  const { failures, unreachable, busy } = breaker
  const often = (times: number): string => (times === 1 ? 'once' : `${times} times in a row`)
  const what = words.trim().replace(/\.$/, '')
  if (isAboutConnections(breaker)) return `could not be reached ${often(unreachable)}: ${what}`
  return `${busy === failures ? 'turned requests away' : 'failed'} ${often(failures)}: ${what}`
}
