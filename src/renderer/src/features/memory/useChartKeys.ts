/** Space, plus, minus, arrows and Escape move in time, wherever the focus is on the Memory screen and nothing there wants the key. */
import { useEffect } from 'react'
import { coreNow } from '../../lib/coreClock.ts'
import { chartStep, focusedKind, type ChartStep } from './chartKey.ts'
import { moved, pausedOrLive, unzoomed, zoomedIn, zoomedOut, type MemoryView } from './memoryView.ts'
import { changeView, useMemoryViewStore } from './memoryViewStore.ts'

function stepped(view: MemoryView, step: ChartStep, rangeMs: number): MemoryView {
  const now = coreNow()
  switch (step) {
    case 'pause':
      return pausedOrLive(view, now)
    case 'zoom-in':
      return zoomedIn(view, rangeMs, now)
    case 'zoom-out':
      return zoomedOut(view, rangeMs, now)
    case 'earlier':
      return moved(view, -1, rangeMs, now)
    case 'later':
      return moved(view, 1, rangeMs, now)
    case 'whole':
      return unzoomed(view)
  }
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('[aria-modal="true"], dialog[open]') !== null) return
  const step = chartStep(event, focusedKind(document.activeElement))
  if (step === null) return
  const before = useMemoryViewStore.getState().view
  changeView((view, rangeMs) => stepped(view, step, rangeMs))
  if (useMemoryViewStore.getState().view !== before) event.preventDefault()
}

export function useChartKeys(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
