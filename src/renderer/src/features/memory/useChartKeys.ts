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

/** Listens on the whole page; the returned function ends it. */
function listen(): () => void {
  // Who came here by a button has no more use for it.
  let doneWith = document.activeElement
  let isOwnSpace = false

  function onPointerDown({ target }: PointerEvent): void {
    doneWith = target instanceof Element ? target.closest('button, a, summary') : null
  }
  function onFocusIn({ target }: FocusEvent): void {
    if (target !== doneWith) doneWith = null
  }
  function onKeyDown(event: KeyboardEvent): void {
    isOwnSpace = false
    if (event.defaultPrevented || document.querySelector('[aria-modal="true"], dialog[open]') !== null) return
    const focused = document.activeElement
    const step = chartStep(event, focusedKind(focused, focused === doneWith))
    if (step === null) return
    const before = useMemoryViewStore.getState().view
    changeView((view, rangeMs) => stepped(view, step, rangeMs))
    if (useMemoryViewStore.getState().view === before) return
    isOwnSpace = event.key === ' '
    event.preventDefault()
  }
  // A button is pressed when Space comes up.
  function onKeyUp(event: KeyboardEvent): void {
    if (event.key === ' ' && isOwnSpace) event.preventDefault()
  }

  const stop = new AbortController()
  const until = { signal: stop.signal }
  window.addEventListener('pointerdown', onPointerDown, { ...until, capture: true })
  window.addEventListener('focusin', onFocusIn, until)
  window.addEventListener('keydown', onKeyDown, until)
  window.addEventListener('keyup', onKeyUp, { ...until, capture: true })
  return () => stop.abort()
}

export function useChartKeys(): void {
  useEffect(listen, [])
}
