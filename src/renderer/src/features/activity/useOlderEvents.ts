/** Older pages of the log, asked for one at a time; they join the mirror, so that a second visit has them at once. */
import { useState } from 'react'
import { request } from '../../host/client.ts'
import { notifyFailure } from '../../actions/notify.ts'
import { activityPageSize, useActivityStore, withEvents } from '../../stores/activityStore.ts'

export interface OlderEvents {
  isAsking: boolean
  /** Nothing older is left, or as much is here as a page keeps. */
  isEnd: boolean
  ask(): void
}

export function useOlderEvents(): OlderEvents {
  const [isAsking, setAsking] = useState(false)
  const [isExhausted, setExhausted] = useState(false)
  const isShort = useActivityStore((mirror) => mirror.events.length < activityPageSize)

  async function ask(): Promise<void> {
    const oldest = useActivityStore.getState().events.at(-1)
    if (oldest === undefined || isAsking) return
    setAsking(true)
    try {
      const { events } = await request('events.list', { beforeId: oldest.id, limit: activityPageSize })
      useActivityStore.setState((mirror) => withEvents(mirror, events))
      const isStuck = useActivityStore.getState().events.at(-1)?.id === oldest.id
      setExhausted(events.length < activityPageSize || isStuck)
    } catch (thrown) {
      notifyFailure('Older events could not be read', thrown)
    } finally {
      setAsking(false)
    }
  }

  return { isAsking, isEnd: isShort || isExhausted, ask: () => void ask() }
}
