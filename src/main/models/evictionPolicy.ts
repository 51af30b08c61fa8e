/** Who goes when room is to be made: pure, so that it can be shown before it happens. */
import { smallestCover, type CoverItem } from './smallestCover.ts'

export interface Evictable {
  key: string
  /** What it holds of the memory in which room is to be made; null: unknown, and then nobody counts on it. */
  heldBytes: number | null
  isPinned: boolean
  /** By the schedule or a run, now: goes only where no set of others is enough. */
  isKept: boolean
  /** Answering, loading or unloading: never touched. */
  isBusy: boolean
  /** null: never used since it was loaded, as far as is known. */
  lastUsedAt: number | null
  /** What the last load took here; null: unknown. */
  reloadMs: number | null
}

/** What must become free: 0 or less where there is enough. */
export interface Shortage {
  bytes: number
  /** Models too many for the limit of loaded models. */
  count: number
}

/** `busy`: enough once what is busy has ended. `pinned`: enough without the pins. `too_big`: not even with all of them gone. */
export type BlockedBy = 'pinned' | 'busy' | 'too_big'
export type EvictionPlan = { ok: true; evict: string[] } | { ok: false; blockedBy: BlockedBy }

/**
 * The models to unload: never busy, never pinned, the fewest bytes that suffice, then the cheapest to load again, then the least
 * recently used; where only their number is too large, the least recently used. What the schedule or a run keeps takes part only where all
 * others together do not suffice. In the order in which they go: the kept ones last, else the least recently used first. All or
 * nothing: when not enough can go, nothing goes.
 */
export function planEviction(residents: readonly Evictable[], shortage: Shortage): EvictionPlan {
  const wanted = { bytes: Math.max(0, shortage.bytes), count: Math.max(0, shortage.count) }
  if (wanted.bytes === 0 && wanted.count === 0) return { ok: true, evict: [] }
  const free = everyoneWhoMayGo(residents)
  const unkept = free.filter(({ isKept }) => !isKept)
  const candidates = suffice(unkept, wanted) ? unkept : free
  if (!suffice(candidates, wanted)) return { ok: false, blockedBy: whatBlocks(residents, wanted) }
  const gone = wanted.bytes === 0 ? candidates.slice(0, wanted.count) : fewestBytes(candidates, wanted)
  return { ok: true, evict: gone.map(({ key }) => key) }
}

/** Everything that may go, in the order in which it would: where no plan suffices, and a person insists all the same. */
export function everyoneWhoMayGo<Resident extends Evictable>(residents: readonly Resident[]): Resident[] {
  return residents.filter(canGo).toSorted(keptLast)
}

export function canGo({ isPinned, isBusy }: Evictable): boolean {
  return !isPinned && !isBusy
}

/** Else the least recently used first. */
function keptLast(a: Evictable, b: Evictable): number {
  return (a.isKept ? 1 : 0) - (b.isKept ? 1 : 0) || leastRecentlyUsedFirst(a, b)
}

function leastRecentlyUsedFirst(a: Evictable, b: Evictable): number {
  return (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}

function suffice(residents: readonly Evictable[], { bytes, count }: Shortage): boolean {
  return residents.length >= count && residents.reduce((sum, { heldBytes }) => sum + (heldBytes ?? 0), 0) >= bytes
}

function whatBlocks(residents: readonly Evictable[], wanted: Shortage): BlockedBy {
  const unpinned = residents.filter(({ isPinned }) => !isPinned)
  if (suffice(unpinned, wanted)) return 'busy'
  return suffice(residents, wanted) ? 'pinned' : 'too_big'
}

/** What holds an unknown number of bytes goes only where the count cannot be had without it. */
function fewestBytes(candidates: readonly Evictable[], wanted: Shortage): Evictable[] {
  const known = candidates.filter(({ heldBytes }) => heldBytes !== null)
  const missing = wanted.count - known.length
  if (missing > 0) {
    const unknown = candidates.filter(({ heldBytes }) => heldBytes === null).slice(0, missing)
    return candidates.filter((candidate) => candidate.heldBytes !== null || unknown.includes(candidate))
  }
  const chosen = new Set(smallestCover(asItems(known), wanted))
  return known.filter(({ key }) => chosen.has(key))
}

/** A load that was never timed is taken to be as dear as the dearest known one. */
function asItems(known: readonly Evictable[]): CoverItem[] {
  const dearestMs = Math.max(0, ...known.map(({ reloadMs }) => reloadMs ?? 0))
  return known.map(({ key, heldBytes, reloadMs, lastUsedAt }) => ({
    key,
    bytes: heldBytes ?? 0,
    cost: Math.round(reloadMs ?? dearestMs),
    usedAt: lastUsedAt ?? 0
  }))
}
