/** The marks above the chart: events of the range, those too close to be told apart as one mark. */
import type { ActivityEvent, ActivityKind } from '../../../../shared/activity.ts'

export interface EventMark {
  /** The newest event's id: stays the same while the range moves. */
  id: number
  /** 0 at the left edge, 1 at the right. */
  position: number
  /** Oldest first. */
  events: ActivityEvent[]
}

/** What moves memory, or explains why it moved. */
const marked: ReadonlySet<ActivityKind> = new Set([
  'loaded',
  'load_failed',
  'load_cancelled',
  'unloaded',
  'unload_failed',
  'engine_crashed',
  'host_down',
  'pressure_high',
  'problem'
])

/** Marks from left to right. `closest` is the smallest distance two marks may have, as a part of the width. */
export function eventMarks(
  events: readonly ActivityEvent[],
  fromAt: number,
  toAt: number,
  closest: number
): EventMark[] {
  const shown = events
    .filter((event) => marked.has(event.kind) && event.at >= fromAt && event.at <= toAt)
    .sort((a, b) => a.at - b.at || a.id - b.id)
  const marks: EventMark[] = []
  for (const event of shown) {
    const position = (event.at - fromAt) / (toAt - fromAt)
    const last = marks.at(-1)
    if (last !== undefined && position - last.position < closest) {
      last.events.push(event)
      last.id = event.id
    } else {
      marks.push({ id: event.id, position, events: [event] })
    }
  }
  return marks
}
