/** Mirror of the event log's newest page; older pages are asked for by the screen that shows them. */
import { create } from 'zustand'
import type { ActivityEvent } from '../../../shared/activity.ts'

export const activityPageSize = 200
const mostKept = 2_000

export interface ActivityMirror {
  /** Newest first. */
  events: readonly ActivityEvent[]
  isKnown: boolean
  /** Nothing older is left, or as much is here as a page keeps. */
  isComplete: boolean
}

export const useActivityStore = create<ActivityMirror>(() => ({ events: [], isKnown: false, isComplete: false }))

/** Any events join what is known, each once, newest first. */
export function withEvents(mirror: ActivityMirror, events: readonly ActivityEvent[]): ActivityMirror {
  const byId = new Map(mirror.events.map((event) => [event.id, event]))
  for (const event of events) byId.set(event.id, event)
  const sorted = [...byId.values()].sort((a, b) => b.id - a.id)
  return { ...mirror, events: sorted.slice(0, mostKept), isKnown: true }
}

/** The newest page. Where it does not join what is known (too much happened meanwhile, or it is another log), it stands alone. */
export function withNewest(mirror: ActivityMirror, page: readonly ActivityEvent[]): ActivityMirror {
  const atById = new Map(mirror.events.map((event) => [event.id, event.at]))
  if (page.some((event) => atById.get(event.id) === event.at)) return withEvents(mirror, page)
  return withEvents({ events: [], isKnown: true, isComplete: page.length < activityPageSize }, page)
}

/** The page before `oldest`, which was the oldest when it was asked for; dropped where the log has begun anew since. */
export function withOlder(
  mirror: ActivityMirror,
  oldest: ActivityEvent,
  page: readonly ActivityEvent[]
): ActivityMirror {
  const last = mirror.events.at(-1)
  if (last?.id !== oldest.id || last.at !== oldest.at) return mirror
  const joined = withEvents(mirror, page)
  const isStuck = joined.events.at(-1)?.id === oldest.id
  return { ...joined, isComplete: page.length < activityPageSize || isStuck }
}
