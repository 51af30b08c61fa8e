/** Events under the day they happened on, both newest first. */
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { formatDay } from '../../lib/format.ts'

export interface ActivityDay {
  /** "Today", "Yesterday", "3 days ago", "12 Mar". */
  label: string
  events: ActivityEvent[]
}

/** `events` newest first. */
export function activityDays(events: readonly ActivityEvent[], now: number): ActivityDay[] {
  const days: ActivityDay[] = []
  for (const event of events) {
    const words = formatDay(event.at, now)
    const label = words.charAt(0).toUpperCase() + words.slice(1)
    const last = days.at(-1)
    if (last?.label === label) last.events.push(event)
    else days.push({ label, events: [event] })
  }
  return days
}
