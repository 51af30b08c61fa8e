/**
 * The stored past that the chart shows: asked for when a span is chosen, and again as time goes by where the span ends now. The
 * newest question wins; what was shown stays until its answer is there; nothing is asked while nobody looks.
 */
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { Output } from '../../../../shared/contract.ts'
import { createLatestAsker } from '../../lib/latestAsker.ts'
import type { PageClock } from '../../lib/pageClock.ts'
import { secondsKeptMs } from './memoryRanges.ts'

export interface HistoryQuestion {
  rangeMs: number
  /** null: up to now. */
  toAt: number | null
}

export interface HistoryAnswer extends Output<'memory.history'> {
  /** Oldest first. */
  events: readonly ActivityEvent[]
}

export interface HistoryState {
  /** null: nothing of the stored past is wanted. */
  question: HistoryQuestion | null
  /** The newest one, with what it answers: perhaps not yet the question of now. */
  answered: { question: HistoryQuestion; answer: HistoryAnswer } | null
  /** A question that was not asked before is on its way. */
  isAsking: boolean
  /** Why the question could not be answered. */
  failure: unknown
}

interface HistoryFeedDeps {
  ask(question: HistoryQuestion): Promise<HistoryAnswer>
  clock: PageClock
  onChange(state: HistoryState): void
}

export interface HistoryFeed {
  want(question: HistoryQuestion | null): void
  /** Asks again what failed, or at once what would be asked later. */
  retry(): void
  /** Whether anybody sees the page, and there is a core to ask. */
  setLooking(isLooking: boolean): void
  stop(): void
}

/** Arrow keys held down ask no faster. */
const everyMs = 120
const longestRenewalMs = 300_000
const retryAfterMs = 15_000

/** No sooner than there can be a new row, and no more often than can be seen. */
export function renewalMs(rangeMs: number, stepMs: number): number {
  const pixelMs = rangeMs / 720
  return Math.max(stepMs, Math.min(pixelMs, longestRenewalMs))
}

/** The nearest rows beside the span are wanted too, so that areas reach both edges. */
export function withEdges({ rangeMs, toAt }: HistoryQuestion, now: number): { rangeMs: number; toAt?: number } {
  if (toAt === null) return { rangeMs }
  const edgeMs = toAt - rangeMs < now - secondsKeptMs ? 60_000 : 5_000
  return { rangeMs: rangeMs + 2 * edgeMs, toAt: toAt + edgeMs }
}

export function createHistoryFeed({ ask, clock, onChange }: HistoryFeedDeps): HistoryFeed {
  let state: HistoryState = { question: null, answered: null, isAsking: false, failure: null }
  let isLooking = true
  let dueAt: number | null = null
  let cancelRenewal: (() => void) | null = null

  const change = (changes: Partial<HistoryState>): void => {
    state = { ...state, ...changes }
    onChange(state)
  }

  const asker = createLatestAsker<HistoryQuestion, HistoryAnswer>({
    ask,
    everyMs,
    clock,
    take(answer, question) {
      if (state.question === null) return
      const isCurrent = sameQuestion(question, state.question)
      change({ answered: { question, answer }, ...(isCurrent && { isAsking: false, failure: null }) })
      if (isCurrent && question.toAt === null) renewIn(renewalMs(question.rangeMs, answer.stepMs))
    },
    fail(thrown, question) {
      if (state.question === null || !sameQuestion(question, state.question)) return
      change({ isAsking: false, failure: thrown })
      renewIn(retryAfterMs)
    }
  })

  function renewIn(delayMs: number): void {
    dueAt = clock.now() + delayMs
    follow()
  }

  /** The timer runs only while somebody looks. */
  function follow(): void {
    cancelRenewal?.()
    cancelRenewal = null
    if (!isLooking || dueAt === null) return
    cancelRenewal = clock.after(Math.max(0, dueAt - clock.now()), askNow)
  }

  function askNow(): void {
    dueAt = null
    follow()
    if (state.question !== null) asker.ask(state.question)
  }

  return {
    want(question) {
      if (sameQuestion(question, state.question)) return
      dueAt = null
      follow()
      // What is on its way belongs to nobody any more, and what was shown of it would be old when it is wanted again.
      if (question === null) asker.stop()
      change({ question, isAsking: question !== null, failure: null, ...(question === null && { answered: null }) })
      if (question === null) return
      if (isLooking) asker.ask(question)
      else dueAt = clock.now()
    },
    retry() {
      if (state.question === null) return
      change({ isAsking: true, failure: null })
      askNow()
    },
    setLooking(next) {
      if (next === isLooking) return
      isLooking = next
      follow()
    },
    stop() {
      cancelRenewal?.()
      asker.stop()
    }
  }
}

export function sameQuestion(a: HistoryQuestion | null, b: HistoryQuestion | null): boolean {
  return a === b || (a !== null && b !== null && a.rangeMs === b.rangeMs && a.toAt === b.toAt)
}
