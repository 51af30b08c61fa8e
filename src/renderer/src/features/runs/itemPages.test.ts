/** A list of thousands in which the last item cannot be reached by keyboard, or whose choice falls on another item. */
import { describe, expect, it } from 'vitest'
import type { RunItem } from '../../../../shared/run.ts'
import { drawnCount, itemAtPlace, missingPage, noPages, placeOfItem, withPage } from './itemPages.ts'

const items = (...numbers: number[]): RunItem[] => numbers.map((item) => ({ item }) as RunItem)

describe('the items of a run', () => {
  it('are reached by their number before their page has come', () => {
    const pages = withPage(noPages(false), { fromItem: 0, place: 0 }, items(0, 1, 2), 5_000)
    expect(itemAtPlace(pages, 4_999)).toBe(4_999)
    expect(placeOfItem(pages, 4_999)).toBe(4_999)
    expect(placeOfItem(pages, 5_000)).toBeNull()
    expect(placeOfItem(noPages(false), 0)).toBeNull()
  })

  it('with a filter are reached as far as they came', () => {
    const pages = withPage(noPages(true), { fromItem: 0, place: 0 }, items(7, 40, 41), 200)
    // The last place that is drawn stands for what is still to come.
    expect([0, 2, 3].map((place) => itemAtPlace(pages, place))).toEqual([7, 41, 41])
    expect(placeOfItem(pages, 40)).toBe(1)
    expect(placeOfItem(pages, 8)).toBeNull()
    expect(itemAtPlace(noPages(true), 0)).toBeNull()
  })
})

describe('items page by page', () => {
  it('asks unfiltered for any page that is looked at, and only for what is not there', () => {
    const first = withPage(
      noPages(false),
      { fromItem: 0, place: 0 },
      items(...Array.from({ length: 100 }, (_, item) => item)),
      100_000
    )
    expect(drawnCount(first)).toBe(100_000)
    expect(missingPage(first, 0, 30)).toBeNull()
    expect(missingPage(first, 54_321, 54_350)).toEqual({ fromItem: 54_300, place: 54_300 })
  })

  it('goes on behind the last one found where there is a filter', () => {
    const first = withPage(noPages(true), { fromItem: 0, place: 0 }, items(7, 4_000), 3)
    expect(drawnCount(first)).toBe(3)
    expect(missingPage(first, 0, 10)).toEqual({ fromItem: 4_001, place: 2 })
    const all = withPage(first, { fromItem: 4_001, place: 2 }, items(5_000), 3)
    expect(missingPage(all, 0, 10)).toBeNull()
  })
})
