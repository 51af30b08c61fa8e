/** Pages of memory as macOS counts them, the sums made of them, and whether they can be true. */

const pageKinds = [
  'free',
  'active',
  'inactive',
  'speculative',
  'wired',
  'purgeable',
  'fileBacked',
  'anonymous',
  /** Held by the compressor, not what is compressed in it. */
  'compressor'
] as const
export type PageKind = (typeof pageKinds)[number]

export interface VmPages {
  pageBytes: number
  count: Readonly<Record<PageKind, number>>
}

/** Kinds of the same pages counted twice must agree this closely, in shares. */
const IDENTITY_TOLERANCE = 0.01
/** The rest of memory is the firmware's and the kernel's. */
const LEAST_SHARE = 0.85
const MOST_SHARE = 1.01

/** Null when one count is missing: sums of the rest would be too small. */
export function toVmPages(pageBytes: number, read: (kind: PageKind) => number | null): VmPages | null {
  const count: Partial<Record<PageKind, number>> = {}
  for (const kind of pageKinds) {
    const pages = read(kind)
    if (pages === null) return null
    count[kind] = pages
  }
  return isComplete(count) ? { pageBytes, count } : null
}

/** Activity Monitor's "Memory Used": app memory, wired and compressed; null when the counts contradict each other. */
export function usedByPages(pages: VmPages, totalBytes: number): number | null {
  if (!areConsistent(pages, totalBytes)) return null
  const { anonymous, purgeable, wired, compressor } = pages.count
  const used = (anonymous - purgeable + wired + compressor) * pages.pageBytes
  return Number.isSafeInteger(used) && used >= 0 && used <= totalBytes ? used : null
}

/** A row read with shifted columns or a guessed page size fails one of these. */
export function areConsistent({ pageBytes, count }: VmPages, totalBytes: number): boolean {
  const byUse = count.active + count.inactive + count.speculative
  const byContent = count.fileBacked + count.anonymous
  if (Math.abs(byContent - byUse) > byUse * IDENTITY_TOLERANCE) return false
  const share = ((count.free + byUse + count.wired + count.compressor) * pageBytes) / totalBytes
  return share >= LEAST_SHARE && share <= MOST_SHARE
}

function isComplete(count: Partial<Record<PageKind, number>>): count is Record<PageKind, number> {
  return pageKinds.every((kind) => count[kind] !== undefined)
}
