/** What the Memory screen draws now: the live hour from the mirror, everything else from the stored past; nothing while nobody looks. */
import { useMemo, useState } from 'react'
import { useNow } from '../../lib/useNow.ts'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { drawnFromHistory, drawnFromMirror, questionFor, type Drawn, type MemoryFrame } from './memoryPicture.ts'
import type { MemoryView } from './memoryView.ts'
import { useHistory } from './useHistory.ts'

export interface MemoryPicture {
  frame: MemoryFrame
  /** Of the stored past; null: the newest ones are enough. */
  events: readonly ActivityEvent[] | null
  /** Something is on its way that was not shown before. */
  isAsking: boolean
  /** Why the stored past could not be read. */
  failure: unknown
  retry(): void
}

export function useMemoryFrame(view: MemoryView, rangeMs: number): MemoryPicture {
  const now = useNow()
  const isHistoryKnown = useMemoryStore((mirror) => mirror.isHistoryKnown)
  const [before, setDrawn] = useState<Drawn | null>(null)
  const wish = { view, rangeMs, now }
  const question = questionFor(wish, before)
  const history = useHistory(question)
  const drawn =
    question === null
      ? // Read, not subscribed to: the clock decides when to draw, so that a burst of samples costs no more than one.
        drawnFromMirror(wish, () => useMemoryStore.getState().points, before, String(isHistoryKnown))
      : drawnFromHistory(wish, history, question, before)
  if (drawn !== before) setDrawn(drawn)
  const { frame, events } = drawn
  const { isAsking, failure, retry } = history
  return useMemo(() => ({ frame, events, isAsking, failure, retry }), [frame, events, isAsking, failure, retry])
}
