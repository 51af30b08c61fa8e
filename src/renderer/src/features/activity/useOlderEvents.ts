/** Older pages of the log, asked for one at a time; they join the mirror, so that a second visit has them at once. */
import { useState } from 'react'
import { request } from '../../host/client.ts'
import { notifyFailure } from '../../actions/notify.ts'
import { activityPageSize, useActivityStore, withOlder } from '../../stores/activityStore.ts'

export interface OlderEvents {
  isAsking: boolean
  /** Nothing older is left, or as much is here as a page keeps. */
  isEnd: boolean
  ask(): void
}

export function useOlderEvents(): OlderEvents {
  const [isAsking, setAsking] = useState(false)
  const isEnd = useActivityStore((mirror) => mirror.isComplete)

  async function ask(): Promise<void> {
    const oldest = useActivityStore.getState().events.at(-1)
    if (oldest === undefined || isAsking) return
    setAsking(true)
    try {
      const { events } = await request('events.list', { beforeId: oldest.id, limit: activityPageSize })
      useActivityStore.setState((mirror) => withOlder(mirror, oldest, events))
    } catch (thrown) {
      notifyFailure('Older events could not be read', thrown)
    } finally {
      setAsking(false)
    }
  }

  return { isAsking, isEnd, ask: () => void ask() }
}
