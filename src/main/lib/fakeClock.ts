/** A Clock for tests: time moves only when told to, and timers fire in their order. */
import type { Clock } from './clock.ts'

export interface FakeClock extends Clock {
  /** Moves time forward, firing what falls due, and lets promises settle after each timer. */
  advance(ms: number): Promise<void>
  /** As a machine's clock that was wrong: time is told as earlier, timers fire when they would have. */
  setBack(ms: number): void
}

export function createFakeClock(startAt = 1_700_000_000_000): FakeClock {
  let now = startAt
  let timers: { at: number; callback: () => void }[] = []
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }
  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        timers = timers.filter((timer) => timer !== next)
        now = Math.max(now, next.at)
        next.callback()
        await settle()
      }
      now = end
    },
    setBack(ms) {
      now -= ms
      for (const timer of timers) timer.at -= ms
    }
  }
}
