/** A list of thousands in which the last item cannot be reached by keyboard, or whose choice falls on another item. */
import { describe, expect, it } from 'vitest'
import type { RunItem } from '../../../../shared/run.ts'
import { itemAtPlace, noPages, placeOfItem, withPage } from './itemPages.ts'

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
