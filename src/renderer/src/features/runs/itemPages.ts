/**
 * The items of a run as far as they were asked for. Unfiltered, an item's place is its number, and any page can be asked for; with a
 * filter the pages come one after the other. Pure.
 */
import type { RunItem } from '../../../../shared/run.ts'

export const pageSize = 100

export interface ItemPages {
  /** With this status and search; null: nothing came yet. */
  total: number | null
  /** By place in the list. */
  rows: ReadonlyMap<number, RunItem>
  isFiltered: boolean
}

export interface PageQuestion {
  fromItem: number
  /** Where its first item belongs in the list. */
  place: number
}

export function noPages(isFiltered: boolean): ItemPages {
  return { total: null, rows: new Map(), isFiltered }
}

/** What to ask for so that the places from `from` to `to` are there; null: they are. */
export function missingPage({ total, rows, isFiltered }: ItemPages, from: number, to: number): PageQuestion | null {
  if (total === null) return { fromItem: 0, place: 0 }
  if (isFiltered) {
    const place = rows.size
    if (place >= total || place > to) return null
    return { fromItem: (rows.get(place - 1)?.item ?? -1) + 1, place }
  }
  for (let place = from; place <= Math.min(to, total - 1); place += 1) {
    if (!rows.has(place)) {
      const start = Math.floor(place / pageSize) * pageSize
      return { fromItem: start, place: start }
    }
  }
  return null
}

/** The page at the top of the view, to be asked for again. */
export function renewedPage({ rows, isFiltered }: ItemPages, from: number): PageQuestion {
  const place = Math.floor(from / pageSize) * pageSize
  if (!isFiltered || place === 0) return { fromItem: place, place }
  return { fromItem: rows.get(place)?.item ?? 0, place }
}

export function withPage(
  pages: ItemPages,
  { place }: PageQuestion,
  items: readonly RunItem[],
  total: number
): ItemPages {
  const rows = new Map(pages.rows)
  items.forEach((item, index) => rows.set(pages.isFiltered ? place + index : item.item, item))
  return { ...pages, rows, total }
}

/** Unfiltered, also one that has not come yet; with a filter the nearest that has. */
export function itemAtPlace({ rows, isFiltered }: ItemPages, place: number): number | null {
  if (!isFiltered) return place
  for (let near = Math.min(place, rows.size - 1); near >= 0; near -= 1) {
    const row = rows.get(near)
    if (row !== undefined) return row.item
  }
  return null
}

/** Null: not among what is shown. */
export function placeOfItem({ total, rows, isFiltered }: ItemPages, item: number): number | null {
  if (!isFiltered) return total !== null && item < total ? item : null
  for (const [place, row] of rows) if (row.item === item) return place
  return null
}

/** How many places are drawn: of a filtered list those that came, and one for what is still to come. */
export function drawnCount({ total, rows, isFiltered }: ItemPages): number {
  if (total === null) return 0
  return isFiltered ? Math.min(total, rows.size + 1) : total
}
