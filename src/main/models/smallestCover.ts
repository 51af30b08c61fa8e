/**
 * The set of items whose bytes are the fewest that reach a sum: exact for up to 20 of them, near enough above. Pure. Two halves of
 * ten make 2 x 1,024 sets, one half sorted: well under a millisecond where 2^20 sets would take many.
 */

export interface CoverItem {
  key: string
  bytes: number
  /** Decides between sets of equal bytes; an integer, so that sums do not depend on their order. */
  cost: number
  /** Decides between sets of equal bytes and cost: the set whose newest is the oldest. */
  usedAt: number
}

interface Wanted {
  bytes: number
  count: number
}

export const exactUpTo = 20

/** The keys of the best set. All items together must reach what is wanted. */
export function smallestCover(items: readonly CoverItem[], wanted: Wanted): string[] {
  const set = items.length <= exactUpTo ? exact(items, wanted) : near(items, wanted)
  return set.map(({ key }) => key)
}

/** A set of items: bit i of `mask` is item i of its half. */
interface Choice {
  mask: number
  count: number
  bytes: number
  cost: number
  usedAt: number
}

/** Every set; one that is part of another comes before it, so that nothing useless is ever taken along. */
function everySet(items: readonly CoverItem[]): Choice[] {
  const choices: Choice[] = [{ mask: 0, count: 0, bytes: 0, cost: 0, usedAt: 0 }]
  items.forEach((item, index) => {
    for (const choice of choices.slice()) {
      choices.push({
        mask: choice.mask | (1 << index),
        count: choice.count + 1,
        bytes: choice.bytes + item.bytes,
        cost: choice.cost + item.cost,
        usedAt: Math.max(choice.usedAt, item.usedAt)
      })
    }
  })
  return choices
}

function exact(items: readonly CoverItem[], wanted: Wanted): CoverItem[] {
  const half = items.length >> 1
  const [first, second] = [items.slice(0, half), items.slice(half)]
  const rights = everySet(second).sort(better)
  /** By how many items they have at least; most plans ask for no number. */
  const rightsOf: Choice[][] = [rights]
  let best: { left: Choice; right: Choice; sum: Choice } | null = null
  for (const left of everySet(first)) {
    const least = Math.max(0, wanted.count - left.count)
    const fitting = (rightsOf[least] ??= rights.filter(({ count }) => count >= least))
    const right = fitting[firstReaching(fitting, wanted.bytes - left.bytes)]
    if (!right || (best !== null && left.bytes + right.bytes > best.sum.bytes)) continue
    const sum = { ...left, bytes: left.bytes + right.bytes, cost: left.cost + right.cost }
    sum.usedAt = Math.max(left.usedAt, right.usedAt)
    if (best === null || better(sum, best.sum) < 0) best = { left, right, sum }
  }
  const isIn = (choice: Choice | undefined) => (_: CoverItem, index: number) => ((choice?.mask ?? 0) & (1 << index)) > 0
  return [...first.filter(isIn(best?.left)), ...second.filter(isIn(best?.right))]
}

function better(a: Choice, b: Choice): number {
  return a.bytes - b.bytes || a.cost - b.cost || a.usedAt - b.usedAt
}

/** The first of `sorted` with at least so many bytes; its length when there is none. */
function firstReaching(sorted: readonly Choice[], bytes: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.bytes ?? 0) < bytes) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Largest first: what does not reach the sum is kept, what does ends one set and is left out of the next. The best of these sets is
 * never more than twice the smallest: one of them ends with an item no larger than what is wanted, or with the smallest single item
 * that suffices. A wanted count is then filled up with the smallest items.
 */
function near(items: readonly CoverItem[], wanted: Wanted): CoverItem[] {
  const descending = items.toSorted((a, b) => b.bytes - a.bytes || a.usedAt - b.usedAt)
  const kept: CoverItem[] = []
  let keptBytes = 0
  let best: CoverItem[] = descending
  for (const item of descending) {
    if (keptBytes + item.bytes < wanted.bytes) {
      kept.push(item)
      keptBytes += item.bytes
      continue
    }
    const set = trimmed(filledUp([...kept, item], descending, wanted.count), wanted)
    if (bytesOf(set) < bytesOf(best)) best = set
  }
  return best
}

function filledUp(set: CoverItem[], descending: readonly CoverItem[], count: number): CoverItem[] {
  const rest = descending.filter((item) => !set.includes(item))
  while (set.length < count) {
    const smallest = rest.pop()
    if (!smallest) break
    set.push(smallest)
  }
  return set
}

/** Without what it reaches the sum without, largest first. */
function trimmed(set: readonly CoverItem[], wanted: Wanted): CoverItem[] {
  let bytes = bytesOf(set)
  let count = set.length
  return set
    .toSorted((a, b) => b.bytes - a.bytes)
    .filter((item) => {
      if (count - 1 < wanted.count || bytes - item.bytes < wanted.bytes) return true
      bytes -= item.bytes
      count -= 1
      return false
    })
}

function bytesOf(set: readonly CoverItem[]): number {
  return set.reduce((sum, { bytes }) => sum + bytes, 0)
}
