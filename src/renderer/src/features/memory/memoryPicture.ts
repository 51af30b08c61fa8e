/** Where the chart's points come from, and what is drawn of them. Pure. */
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { isHole } from '../../../../shared/memoryPoint.ts'
import { chartSeries, maxRows, maxStillRows, type ChartSeries } from './chartSeries.ts'
import { sameQuestion, type HistoryQuestion, type HistoryState } from './historyFeed.ts'
import { secondsKeptMs } from './memoryRanges.ts'
import { shownSpan, type MemoryView, type TimeSpan } from './memoryView.ts'

export interface MemoryFrame extends ChartSeries, TimeSpan {
  points: readonly MemoryPoint[]
  /** Time between the newest samples; null where they are too few, or thinned, to tell. */
  intervalMs: number | null
}

/** One picture, and what it was drawn from. */
export interface Drawn {
  /** Another key, another picture. */
  key: string
  frame: MemoryFrame
  isFromMirror: boolean
  /** The events of the stored past; null: the newest ones are enough. */
  events: readonly ActivityEvent[] | null
}

export interface Wish {
  view: MemoryView
  rangeMs: number
  now: number
}

/** The sampler's own pace while nobody watches. */
const slowestIntervalMs = 5_000
/** A pause this new is drawn from what is here, as it was seen. */
const newPauseMs = 3_000

/** The last hour is on the page already; null: nothing has to be asked. */
export function questionFor({ view, rangeMs, now }: Wish, drawn: Drawn | null): HistoryQuestion | null {
  if (view.kind === 'zoomed') return { rangeMs: view.span.toAt - view.span.fromAt, toAt: view.span.toAt }
  if (view.kind === 'live') return rangeMs <= secondsKeptMs ? null : { rangeMs, toAt: null }
  const isDrawn = drawn !== null && drawn.isFromMirror && drawn.key === pauseKey(view.pausedAt, rangeMs)
  const isNew = rangeMs <= secondsKeptMs && now - view.pausedAt < newPauseMs
  return isDrawn || isNew ? null : { rangeMs, toAt: view.pausedAt }
}

/** From the live mirror: at most one picture a second, fewer where a second is less than a pixel, one for a pause. */
export function drawnFromMirror(
  wish: Wish,
  read: () => readonly MemoryPoint[],
  before: Drawn | null,
  mirror: string
): Drawn {
  const { view, rangeMs, now } = wish
  const key =
    view.kind === 'paused'
      ? pauseKey(view.pausedAt, rangeMs)
      : `live ${Math.floor(now / redrawMs(rangeMs))} ${rangeMs} ${mirror}`
  if (before?.key === key) return before
  const points = read()
  const [last, lastButOne] = [points.at(-1), points.at(-2)]
  // A sample may be a moment ahead of the tick: its right edge is the picture's.
  const toAt = view.kind === 'paused' ? view.pausedAt : Math.max(now, last?.at ?? 0)
  const span = { fromAt: toAt - rangeMs, toAt }
  const frame = frameOf(points, span, maxRows, intervalBetween(lastButOne, last))
  return { key, frame, isFromMirror: true, events: null }
}

/** From the stored past: the old picture stays until the answer is there; a zoomed one shows at once what is known of its span. */
export function drawnFromHistory(
  wish: Wish,
  history: HistoryState,
  question: HistoryQuestion,
  before: Drawn | null
): Drawn {
  const { answered } = history
  if (answered === null || !sameQuestion(answered.question, question)) return meanwhile(wish, question, before)
  const { answer } = answered
  const key = `${question.rangeMs} ${question.toAt} of ${answer.toAt} ${answer.points.length}`
  if (before?.key === key) return before
  const span = question.toAt === null ? answer : shownSpan(wish.view, wish.rangeMs, wish.now)
  const frame = frameOf(answer.points, span, maxStillRows, null)
  return { key, frame, isFromMirror: false, events: answer.events }
}

function meanwhile({ view, rangeMs, now }: Wish, question: HistoryQuestion, before: Drawn | null): Drawn {
  if (before !== null && view.kind !== 'zoomed') return before
  const key = `until ${question.rangeMs} ${question.toAt}`
  if (before?.key === key) return before
  const frame = frameOf(before?.frame.points ?? [], shownSpan(view, rangeMs, now), maxStillRows, null)
  return { key, frame, isFromMirror: false, events: before?.events ?? null }
}

function pauseKey(pausedAt: number, rangeMs: number): string {
  return `paused ${pausedAt} ${rangeMs}`
}

/** About a pixel of the chart's width, and never less than a second. */
function redrawMs(rangeMs: number): number {
  return Math.max(1_000, Math.round(rangeMs / 720_000) * 1_000)
}

function frameOf(
  points: readonly MemoryPoint[],
  { fromAt, toAt }: TimeSpan,
  mostRows: number,
  intervalMs: number | null
): MemoryFrame {
  return { ...chartSeries(points, fromAt, toAt, mostRows), fromAt, toAt, points, intervalMs }
}

function intervalBetween(before: MemoryPoint | undefined, last: MemoryPoint | undefined): number | null {
  if (before === undefined || last === undefined || isHole(before) || isHole(last)) return null
  const stepMs = last.at - before.at
  return stepMs <= slowestIntervalMs + 500 ? stepMs : null
}
