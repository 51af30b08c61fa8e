/** Fetches the items of one list of a run as they come into view, and what is in view again as the run goes on: one question at a time. */
import type { RunItem } from '../../../../shared/run.ts'
import type { PageClock } from '../../lib/pageClock.ts'
import { missingPage, noPages, renewedPage, withPage, type ItemPages, type PageQuestion } from './itemPages.ts'

/** Of a run that goes on. */
export const renewalMs = 1_000

interface ItemFeedDeps {
  isFiltered: boolean
  /** Before the first question, while somebody may still be typing. */
  pauseMs: number
  ask(fromItem: number): Promise<{ items: readonly RunItem[]; total: number }>
  take(pages: ItemPages): void
  fail(thrown: unknown): void
  clock: PageClock
}

export interface ItemFeed {
  /** These places are in view. */
  look(from: number, to: number): void
  /** The run has moved. However fast it does: what comes within a second is seen at its end. */
  renew(): void
  stop(): void
}

export function createItemFeed({ isFiltered, pauseMs, ask, take, fail, clock }: ItemFeedDeps): ItemFeed {
  let pages = noPages(isFiltered)
  let view = { from: 0, to: 0 }
  let asked: PageQuestion | null = null
  let cancelRenewal: (() => void) | null = null
  const cancelFirst = clock.after(pauseMs, () => void send({ fromItem: 0, place: 0 }))

  async function send(question: PageQuestion): Promise<void> {
    if (asked?.fromItem === question.fromItem) return
    asked = question
    try {
      const { items, total } = await ask(question.fromItem)
      // Meanwhile another place came into view: its question is the one that counts.
      if (asked !== question) return
      asked = null
      pages = withPage(pages, question, items, total)
      take(pages)
      // A filtered list that ends before its total has lost items meanwhile: enough was asked.
      if (items.length > 0) fill()
    } catch (thrown) {
      if (asked !== question) return
      asked = null
      fail(thrown)
    }
  }

  function fill(): void {
    const missing = missingPage(pages, view.from, view.to)
    if (missing !== null) void send(missing)
  }

  function renew(): void {
    cancelRenewal ??= clock.after(renewalMs, () => {
      cancelRenewal = null
      // What is under way may have been read before the run moved, and is not to be starved either.
      if (asked === null) void send(renewedPage(pages, view.from))
      else renew()
    })
  }

  return {
    look(from, to) {
      view = { from, to }
      if (pages.total !== null) fill()
    },
    renew,
    stop() {
      cancelFirst()
      cancelRenewal?.()
      asked = null
    }
  }
}
