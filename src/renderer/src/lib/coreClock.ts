/** How far the core's clock is from this page's: a browser may sit at another machine, and countdowns are in the core's time. */

/** A difference within this is delay, not another clock. */
const toleranceMs = 2_000

let offsetMs = 0
let smallestDelayMs = Number.POSITIVE_INFINITY

/** A reading that was made at `coreAt` came in at `pageAt`; the quickest of them tells the difference best. */
export function noteCoreTime(coreAt: number, pageAt: number): void {
  const delayMs = pageAt - coreAt
  if (delayMs >= smallestDelayMs) return
  smallestDelayMs = delayMs
  offsetMs = Math.abs(delayMs) > toleranceMs ? delayMs : 0
}

/** Now, as the core would say it. */
export function coreNow(): number {
  return Date.now() - offsetMs
}
