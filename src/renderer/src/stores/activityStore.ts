/** Mirror of the event log's newest page; older pages are asked for by the screen that shows them. */
import { create } from 'zustand'
import type { ActivityEvent } from '../../../shared/activity.ts'

export const activityPageSize = 200
const mostKept = 2_000

export interface ActivityMirror {
  /** Newest first. */
  events: readonly ActivityEvent[]
  isKnown: boolean
}

export const useActivityStore = create<ActivityMirror>(() => ({ events: [], isKnown: false }))

/** Any events join what is known, each once, newest first. */
export function withEvents(mirror: ActivityMirror, events: readonly ActivityEvent[]): ActivityMirror {
  const byId = new Map(mirror.events.map((event) => [event.id, event]))
  for (const event of events) byId.set(event.id, event)
  const sorted = [...byId.values()].sort((a, b) => b.id - a.id)
  return { events: sorted.slice(0, mostKept), isKnown: true }
}
