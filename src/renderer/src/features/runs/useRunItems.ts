/** The items of a run with a status and words in them, as far as they have come into view. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ItemFilter, RunItem, RunSummary } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { failureWords } from '../../host/failureWords.ts'
import { pageClock } from '../../lib/pageClock.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { createItemFeed, type ItemFeed } from './itemFeed.ts'
import { drawnCount, itemAtPlace, noPages, pageSize, placeOfItem, type ItemPages } from './itemPages.ts'

const typingPauseMs = 200

interface RunItems {
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
  status: ItemFilter | null
  search: string
}

export function useRunItems({ run, status, search }: Wish): RunItems {
  const words = search.trim()
  const isFiltered = status !== null || words !== ''
  const wish = JSON.stringify([run.id, status, words])
  const [state, setState] = useState<{ wish: string; pages: ItemPages; failure: string | null } | null>(null)
  const feed = useRef<ItemFeed | null>(null)
  const snapshots = useRunStore((mirror) => mirror.snapshots)
  // Of another wish nothing is shown.
  const shown = state?.wish === wish ? state : { wish, pages: noPages(isFiltered), failure: null }

  useEffect(() => {
    const own = createItemFeed({
      isFiltered,
      pauseMs: words === '' ? 0 : typingPauseMs,
      ask: (fromItem) =>
        request('runs.items', {
          runId: run.id,
          fromItem,
          limit: pageSize,
          ...(status !== null && { status }),
          ...(words !== '' && { search: words })
        }),
      take: (pages) => setState({ wish, pages, failure: null }),
      fail: (thrown) =>
        setState((before) => ({
          wish,
          pages: before?.wish === wish ? before.pages : noPages(isFiltered),
          failure: failureWords(thrown)
        })),
      clock: pageClock
    })
    feed.current = own
    return () => own.stop()
  }, [wish, run.id, status, words, isFiltered])

  const { items } = run
  const standing = `${run.status} ${run.stepRunsDone} ${items.done} ${items.stopped} ${items.failed} ${items.running}`
  useEffect(() => feed.current?.renew(), [standing, snapshots])

  return {
    total: shown.pages.total,
    count: drawnCount(shown.pages),
    at: (place) => shown.pages.rows.get(place),
    itemAt: (place) => itemAtPlace(shown.pages, place),
    placeOf: (item) => placeOfItem(shown.pages, item),
    look: useCallback((from: number, to: number) => feed.current?.look(from, to), []),
    failure: shown.failure
  }
}
