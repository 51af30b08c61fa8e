/** The items of a run, page by page as they come into view; what is in view is asked for again as the run goes on. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ItemStatus, RunItem, RunSummary } from '../../../../shared/run.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import {
  drawnCount,
  itemAtPlace,
  missingPage,
  noPages,
  pageSize,
  placeOfItem,
  withPage,
  type ItemPages,
  type PageQuestion
} from './itemPages.ts'

/** Of a run that goes on. */
const renewalMs = 1_000
const typingPauseMs = 200

export interface RunItems {
  total: number | null
  count: number
  at(place: number): RunItem | undefined
  itemAt(place: number): number | null
  /** Null: not among what is shown. */
  placeOf(item: number): number | null
  /** These places are in view. */
  look(from: number, to: number): void
  failure: string | null
}

interface Wish {
  run: RunSummary
  status: ItemStatus | null
  search: string
}

export function useRunItems({ run, status, search }: Wish): RunItems {
  const wish = JSON.stringify([run.id, status, search.trim()])
  const [state, setState] = useState<{ wish: string; pages: ItemPages; failure: string | null }>(() => start(wish))
  const view = useRef({ from: 0, to: 30 })
  const busy = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const newest = useRef(state)
  const wished = useRef(wish)
  const latestAsk = useRef(ask)
  useLayoutEffect(() => {
    newest.current = state.wish === wish ? state : start(wish)
    wished.current = wish
    latestAsk.current = ask
  })

  async function ask(question: PageQuestion): Promise<void> {
    const mine = `${wish}${question.fromItem}`
    if (busy.current === mine) return
    busy.current = mine
    const [runId, itemStatus, words] = JSON.parse(wish) as [string, ItemStatus | null, string]
    try {
      const { items, total } = await request('runs.items', {
        runId,
        fromItem: question.fromItem,
        limit: pageSize,
        ...(itemStatus !== null && { status: itemStatus }),
        ...(words !== '' && { search: words })
      })
      // Of a filter that was left meanwhile nothing is wanted.
      if (busy.current !== mine || wished.current !== wish) return
      busy.current = null
      const before = newest.current.wish === wish ? newest.current : start(wish)
      const next = { wish, pages: withPage(before.pages, question, items, total), failure: null }
      newest.current = next
      setState(next)
      // A filtered list that ends before its total has lost items meanwhile: enough was asked.
      if (items.length > 0) fill(next.pages)
    } catch (thrown) {
      if (busy.current !== mine || wished.current !== wish) return
      busy.current = null
      setState({ ...newest.current, failure: failureWords(thrown) })
    }
  }

  function fill(pages: ItemPages): void {
    const missing = missingPage(pages, view.current.from, view.current.to)
    if (missing !== null) void ask(missing)
  }

  useEffect(() => {
    busy.current = null
    const pause = search === '' ? 0 : typingPauseMs
    const first = setTimeout(() => void ask({ fromItem: 0, place: 0 }), pause)
    return () => clearTimeout(first)
    // Asked anew for another wish only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wish])

  const { items } = run
  const standing = `${run.status} ${run.stepRunsDone} ${items.done} ${items.stopped} ${items.failed} ${items.running}`
  useEffect(() => {
    // However fast it goes on: what comes within the pause is seen at its end.
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void latestAsk.current(renewed(newest.current.pages, view.current.from))
    }, renewalMs)
  }, [standing, wish])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    []
  )

  const shown = state.wish === wish ? state : start(wish)
  return {
    total: shown.pages.total,
    count: drawnCount(shown.pages),
    at: (place) => shown.pages.rows.get(place),
    itemAt: (place) => itemAtPlace(shown.pages, place),
    placeOf: (item) => placeOfItem(shown.pages, item),
    look(from, to) {
      view.current = { from, to }
      if (newest.current.pages.total !== null) fill(newest.current.pages)
    },
    failure: shown.failure
  }
}

function start(wish: string): { wish: string; pages: ItemPages; failure: null } {
  const [, status, search] = JSON.parse(wish) as [string, string | null, string]
  return { wish, pages: noPages(status !== null || search !== ''), failure: null }
}

function renewed({ isFiltered, rows }: ItemPages, from: number): PageQuestion {
  const place = Math.floor(from / pageSize) * pageSize
  if (!isFiltered || place === 0) return { fromItem: place, place }
  return { fromItem: rows.get(place)?.item ?? 0, place }
}
