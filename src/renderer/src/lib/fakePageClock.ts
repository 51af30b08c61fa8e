/** A PageClock for tests: time moves only when told to, and promises settle after each timer. */
import type { PageClock } from './pageClock.ts'

export interface FakePageClock extends PageClock {
  advance(ms: number): Promise<void>
}

export function createFakePageClock(): FakePageClock {
  let now = 1_000_000
  let timers: { at: number; callback: () => void }[] = []
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
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
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers = timers.filter((timer) => timer !== next)
        now = Math.max(now, next.at)
        next.callback()
        await settle()
      }
      now = end
    }
  }
}
