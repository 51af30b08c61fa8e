/** How far the core's clock is from this page's: a browser may sit at another machine, and countdowns are in the core's time. */

/** A difference within this is delay, not another clock. */
const toleranceMs = 2_000
/** Clocks are set right now and then, so old readings must not rule for ever. */
const mostReadings = 60

export interface CoreClock {
  /** A reading that was made at `coreAt` came in at `pageAt`. */
  note(coreAt: number, pageAt: number): void
  /** The core may be another one now: what it says from here on counts alone. */
  forget(): void
  /** What to take from the page's time to have the core's. */
  offsetMs(): number
}

export function createCoreClock(): CoreClock {
  let delays: number[] = []
  let offsetMs = 0
  return {
    note(coreAt, pageAt) {
      delays = [...delays, pageAt - coreAt].slice(-mostReadings)
      // The quickest of them tells the difference best.
      const leastMs = Math.min(...delays)
      offsetMs = Math.abs(leastMs) > toleranceMs ? leastMs : 0
    },
    forget() {
      delays = []
    },
    offsetMs: () => offsetMs
  }
}

export const coreClock = createCoreClock()

/** Now, as the core would say it. */
export function coreNow(): number {
  return Date.now() - coreClock.offsetMs()
}
