/**
 * What the time axis does: it follows the clock, stands still, or shows a span that was picked. Pure; every step gives a new view,
 * or the same one where there is nothing to do.
 */
import { keptMs, secondsKeptMs } from './memoryRanges.ts'

export interface TimeSpan {
  fromAt: number
  toAt: number
}

/** What the whole range is: up to now, or up to the moment of the pause. */
type Whole = { kind: 'live' } | { kind: 'paused'; pausedAt: number }

/** `whole` is where one comes back to. */
export type MemoryView = Whole | { kind: 'zoomed'; span: TimeSpan; whole: Whole }

export const liveView: MemoryView = { kind: 'live' }

/** The shortest span worth looking at, where a point is a second, and where it is a minute. */
const leastSpanMs = 10_000
const leastOldSpanMs = 600_000
/** An arrow key moves by this part of the span. */
const movePart = 0.25

export function wholeSpan(view: MemoryView, rangeMs: number, now: number): TimeSpan {
  const whole = view.kind === 'zoomed' ? view.whole : view
  const toAt = whole.kind === 'paused' ? whole.pausedAt : now
  return { fromAt: toAt - rangeMs, toAt }
}

export function shownSpan(view: MemoryView, rangeMs: number, now: number): TimeSpan {
  return view.kind === 'zoomed' ? view.span : wholeSpan(view, rangeMs, now)
}

/** One button and one key: what moves stands still, what stands still goes on. */
export function pausedOrLive(view: MemoryView, now: number): MemoryView {
  return view.kind === 'live' ? { kind: 'paused', pausedAt: now } : liveView
}

/** Back to the whole range. */
export function unzoomed(view: MemoryView): MemoryView {
  return view.kind === 'zoomed' ? view.whole : view
}

/** Any two times, in any order; too near each other, the span grows about their middle. */
export function zoomedTo(view: MemoryView, span: TimeSpan, now: number): MemoryView {
  const whole = view.kind === 'zoomed' ? view.whole : view
  return { kind: 'zoomed', span: possible(span, now), whole }
}

/** Half of what is shown: the newest half of the whole range, then about the middle. */
export function zoomedIn(view: MemoryView, rangeMs: number, now: number): MemoryView {
  const { fromAt, toAt } = shownSpan(view, rangeMs, now)
  const quarterMs = (toAt - fromAt) / 4
  const half =
    view.kind === 'zoomed'
      ? { fromAt: fromAt + quarterMs, toAt: toAt - quarterMs }
      : { fromAt: fromAt + 2 * quarterMs, toAt }
  return zoomedTo(view, half, now)
}

/** Twice as much, until it is the whole range again. */
export function zoomedOut(view: MemoryView, rangeMs: number, now: number): MemoryView {
  if (view.kind !== 'zoomed') return view
  const { fromAt, toAt } = view.span
  const halfMs = (toAt - fromAt) / 2
  if (4 * halfMs >= rangeMs) return view.whole
  return zoomedTo(view, { fromAt: fromAt - halfMs, toAt: toAt + halfMs }, now)
}

/** To earlier (-1) or later (1) times; the newest moment is the end of the way. */
export function moved(view: MemoryView, direction: -1 | 1, rangeMs: number, now: number): MemoryView {
  // The right edge of a live picture is now.
  if (view.kind === 'live' && direction === 1) return view
  const { fromAt, toAt } = shownSpan(view, rangeMs, now)
  const stepMs = direction * (toAt - fromAt) * movePart
  return zoomedTo(view, { fromAt: fromAt + stepMs, toAt: toAt + stepMs }, now)
}

/** The nearest span that has anything to show: not too short, not in the future, not older than what is kept. */
function possible({ fromAt, toAt }: TimeSpan, now: number): TimeSpan {
  const first = Math.min(fromAt, toAt)
  const last = Math.max(fromAt, toAt)
  const leastMs = first < now - secondsKeptMs ? leastOldSpanMs : leastSpanMs
  const lengthMs = Math.round(Math.min(Math.max(last - first, leastMs), keptMs))
  const earliest = now - keptMs
  const start = Math.round((first + last - lengthMs) / 2)
  const from = Math.max(Math.min(start, now - lengthMs), earliest)
  return { fromAt: from, toAt: from + lengthMs }
}
