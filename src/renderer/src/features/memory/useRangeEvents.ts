/** The events between two times, oldest first; the same array while none comes or goes. */
import { useMemo } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useActivityStore } from '../../stores/activityStore.ts'

export function useRangeEvents(fromAt: number, toAt: number): readonly ActivityEvent[] {
  const events = useActivityStore((mirror) => mirror.events)
  const within = events.filter((event) => event.at >= fromAt && event.at <= toAt)
  const ids = within.map((event) => event.id).join()
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the ids stand for the events: an event never changes
  return useMemo(() => within.reverse(), [ids])
}
