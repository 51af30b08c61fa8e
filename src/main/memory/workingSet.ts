/** What a Mac lets its GPU hold by default, where it cannot be read: a table of what was seen on real machines. */

const GIB = 2 ** 30
const MIB = 2 ** 20

type ShareTable = readonly (readonly [fromTotalBytes: number, share: number])[]

/** macOS 26 (Darwin 25) and later. */
const currentShares: ShareTable = [
  [0, 2 / 3],
  [16 * GIB, 0.74],
  [32 * GIB, 0.78],
  [64 * GIB, 0.81],
  [128 * GIB, 0.84],
  [256 * GIB, 0.87],
  [512 * GIB, 0.906]
]

/** Before macOS 26: two thirds, and three quarters on larger machines. */
const olderShares: ShareTable = [
  [0, 2 / 3],
  [48 * GIB, 0.75]
]

const FIRST_CURRENT_DARWIN = 25

/**
 * The share of the next smaller size in the table: between two sizes the lower of their shares, so that the estimate never
 * promises what the system refuses; in whole MiB, as the system gives it. `release` is the Darwin version ("25.3.0"); an unknown one counts as old.
 */
export function estimateWorkingSet(totalBytes: number, release: string): number {
  const major = Number.parseInt(release, 10)
  const table = major >= FIRST_CURRENT_DARWIN ? currentShares : olderShares
  const share = table.findLast(([from]) => totalBytes >= from)?.[1] ?? 0
  return Math.floor((totalBytes * share) / MIB) * MIB
}
