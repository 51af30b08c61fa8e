/** The keyboard on the canvas: from card to card, and back to a card when what had it is taken away. */
import { useLayoutEffect, useRef, type RefObject } from 'react'
import { bringIntoView } from './canvasView.ts'
import { useChainDocument } from './chainDocument.ts'
import { readingOrder } from './chainShape.ts'
import { select, useFlow } from './flowStore.ts'

export function cardElementId(id: string): string {
  return `card-${id}`
}

/** One that was added this moment, or is out of view, takes the keyboard when it has been drawn. */
export function focusCard(id: string): void {
  useFlow.setState({ activeId: id, awaitedId: id })
  bringIntoView(id)
}

/** For the card itself: until it has been measured it is hidden, and cannot take the keyboard. */
export function useCardFocus(id: string, isMeasured: boolean): RefObject<HTMLDivElement | null> {
  const card = useRef<HTMLDivElement>(null)
  const isAwaited = useFlow((flow) => flow.awaitedId === id)
  useLayoutEffect(() => {
    if (!isAwaited || !isMeasured || card.current === null) return
    card.current.focus({ preventScroll: true })
    if (document.activeElement === card.current) useFlow.setState({ awaitedId: null })
  }, [isAwaited, isMeasured])
  return card
}

/** From card to card as one reads them; the one reached is selected. */
export function goToCard(by: 1 | -1 | 'first' | 'last'): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const order = readingOrder(chain)
  const at = order.indexOf(useFlow.getState().activeId)
  const index = by === 'first' ? 0 : by === 'last' ? order.length - 1 : Math.min(Math.max(at + by, 0), order.length - 1)
  const id = order[index]
  if (id === undefined) return
  select([id])
  focusCard(id)
}

/** So that keys go to the canvas: to what was clicked on it, or on from the card in hand. */
export function focusCanvas(): void {
  document.getElementById('canvas')?.focus({ preventScroll: true })
}

/** Where nothing has it. */
export function keepKeyboard(): void {
  if (document.activeElement === document.body) focusCard(useFlow.getState().activeId)
}

/** Of the builder, and of its panel, which as a drawer is drawn elsewhere. */
export const keepsKeyboard = { 'data-keeps-keyboard': true }

function canHaveKeyboard(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled')
}

/**
 * What is undone, closed or deleted takes away what had the keyboard: a card, a field of its inspector, a button with nothing left to do.
 * Then the keyboard goes on from the card in hand; a card that was only moved out of view leaves it to the canvas. A person who clicks
 * where nothing is gives it up, and so it stays.
 */
export function followKeyboard(): () => void {
  let holder: Element | null = null
  const onFocusIn = ({ target }: FocusEvent): void => {
    holder = target instanceof Element && target.closest('[data-keeps-keyboard]') !== null ? target : null
    const { awaitedId } = useFlow.getState()
    if (awaitedId !== null && (target as Element).id !== cardElementId(awaitedId)) useFlow.setState({ awaitedId: null })
  }
  const onFocusOut = ({ target, relatedTarget }: FocusEvent): void => {
    // It goes on to something else: what it leaves may be drawn anew before it is there.
    if (relatedTarget !== null) holder = null
    // What is being taken away is still there at this moment.
    else
      queueMicrotask(() => {
        if (holder !== null && holder === target && canHaveKeyboard(holder)) holder = null
      })
  }
  const observer = new MutationObserver(() => {
    if (holder === null || canHaveKeyboard(holder)) return
    const { activeId } = useFlow.getState()
    const isOutOfView = holder.id === cardElementId(activeId) && document.getElementById(holder.id) === null
    holder = null
    if (isOutOfView) focusCanvas()
    else focusCard(activeId)
  })
  // Before the page's own listeners, which may take away what is being left.
  document.addEventListener('focusin', onFocusIn, true)
  document.addEventListener('focusout', onFocusOut, true)
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })
  return () => {
    document.removeEventListener('focusin', onFocusIn, true)
    document.removeEventListener('focusout', onFocusOut, true)
    observer.disconnect()
  }
}
