/** Where the time axis has its labels: whole minutes on the clock, never more than fit. */

const stepsMs = [60_000, 120_000, 300_000, 600_000, 900_000, 1_200_000, 1_800_000, 3_600_000]

/** Times inside the range, at most `most`, on round minutes of the local clock (`offsetMs` is what to add to UTC). */
export function timeTicks(fromAt: number, toAt: number, most: number, offsetMs = localOffsetMs(toAt)): number[] {
  const step = stepsMs.find((ms) => (toAt - fromAt) / ms <= most) ?? (toAt - fromAt) / most
  const ticks: number[] = []
  for (let at = Math.ceil((fromAt + offsetMs) / step) * step - offsetMs; at <= toAt; at += step) ticks.push(at)
  return ticks
}

function localOffsetMs(at: number): number {
  return -new Date(at).getTimezoneOffset() * 60_000
}
