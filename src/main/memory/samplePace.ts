/** How often to sample: once a second while somebody watches, every five seconds otherwise, not at all while suspended. */
import { hasPassed, type Clock } from '../lib/clock.ts'

export const WATCHED_INTERVAL_MS = 1_000
export const IDLE_INTERVAL_MS = 5_000
/** How long one look counts as watching. */
const LEASE_MS = 15_000

export interface SamplePace {
  /** True when this look began a time of watching. */
  watch(): boolean
  isWatched(): boolean
  intervalMs(): number
  /** As `intervalMs`, but slow for a moment after quickening: what is at hand was read at the slow pace. */
  staleIntervalMs(): number
}

export function createSamplePace(clock: Clock): SamplePace {
  let watchedSince = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  const isWatched = (): boolean => !hasPassed(clock, lookedAt, LEASE_MS)
  const intervalMs = (): number => (isWatched() ? WATCHED_INTERVAL_MS : IDLE_INTERVAL_MS)
  return {
    watch() {
      const begins = !isWatched()
      if (begins) watchedSince = clock.now()
      lookedAt = clock.now()
      return begins
    },
    isWatched,
    intervalMs,
    staleIntervalMs: () => (hasPassed(clock, watchedSince, IDLE_INTERVAL_MS) ? intervalMs() : IDLE_INTERVAL_MS)
  }
}
