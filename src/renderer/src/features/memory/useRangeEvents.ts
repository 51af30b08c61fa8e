/** The events between two times, oldest first; the same array while none comes or goes. */
import { useMemo } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useActivityStore } from '../../stores/activityStore.ts'
import type { TimeSpan } from './memoryView.ts'

/** `stored` is what was read of the log with the stored past, oldest first; what came since is on the page already. */
export function useRangeEvents(
  { fromAt, toAt }: TimeSpan,
  stored: readonly ActivityEvent[] | null
): readonly ActivityEvent[] {
  const mirrored = useActivityStore((mirror) => mirror.events)
  const known = useMemo(() => joined(stored ?? [], mirrored), [stored, mirrored])
  const within = known.filter((event) => event.at >= fromAt && event.at <= toAt)
  const ids = within.map((event) => event.id).join()
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the ids stand for the events: an event never changes
  return useMemo(() => within, [ids])
}

/** Each once, oldest first. `mirrored` newest first. */
export function joined(stored: readonly ActivityEvent[], mirrored: readonly ActivityEvent[]): ActivityEvent[] {
  const lastId = stored.at(-1)?.id ?? 0
  return [...stored, ...mirrored.filter(({ id }) => id > lastId).reverse()]
}
