/** Calls back at once, then at most once per interval, and always once after the last wish. */
import type { Clock } from '../lib/clock.ts'

export interface Throttle {
  wish(): void
  dispose(): void
}

export function createThrottle(clock: Clock, everyMs: number, callback: () => void): Throttle {
  let cancel: (() => void) | null = null
  let isWished = false
  const run = (): void => {
    isWished = false
    cancel = clock.after(everyMs, () => {
      cancel = null
      if (isWished) run()
    })
    callback()
  }
  return {
    wish() {
      if (cancel === null) run()
      else isWished = true
    },
    dispose() {
      cancel?.()
      cancel = () => {}
    }
  }
}
