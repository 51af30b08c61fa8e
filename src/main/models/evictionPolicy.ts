/** Who goes when one more model is to be loaded: pure, so that it can be shown before it happens. */

export interface Resident {
  key: string
  isPinned: boolean
  /** Answering, loading or unloading: never touched. */
  isBusy: boolean
  /** null: never used since it was loaded, as far as is known. */
  lastUsedAt: number | null
}

export type EvictionPlan = { ok: true; evict: string[] } | { ok: false; blockedBy: 'pinned' | 'busy' }

/**
 * The models to unload so that one more stays within `maxLoaded`: never busy, never pinned, least recently used first. All or
 * nothing: when not enough can go, nothing goes.
 */
export function planEviction(residents: readonly Resident[], maxLoaded: number): EvictionPlan {
  const excess = residents.length + 1 - maxLoaded
  if (excess <= 0) return { ok: true, evict: [] }
  const candidates = residents
    .filter((resident) => !resident.isPinned && !resident.isBusy)
    .toSorted((a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0) || a.key.localeCompare(b.key))
  if (candidates.length >= excess) return { ok: true, evict: candidates.slice(0, excess).map(({ key }) => key) }
  return { ok: false, blockedBy: residents.some(({ isBusy }) => isBusy) ? 'busy' : 'pinned' }
}
