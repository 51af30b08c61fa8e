/** One line for the event log, of which only what is known has to be said. */
import type { NewActivityEvent } from '../../shared/activity.ts'

const unsaid = { modelId: null, hostId: null, reason: null, durationMs: null, bytes: null, error: null }

/** Kind and actor, and whatever else is known; the rest is null. */
export function newActivity(
  event: Pick<NewActivityEvent, 'kind' | 'actor'> & Partial<NewActivityEvent>
): NewActivityEvent {
  return { ...unsaid, ...event }
}
