/** Whoever opened what is drawn over the page has the focus again when it is gone. */
import { useEffect, useState } from 'react'

/** What has the focus, to come back to: an item of a menu is gone by then, the menu's button is not. */
export function focusOrigin(): HTMLElement | null {
  let origin: Element | null = document.activeElement
  for (;;) {
    const menu: Element | null | undefined = origin?.closest('[role="menu"]')
    if (!menu) return origin instanceof HTMLElement ? origin : null
    origin = document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
  }
}

/** Drawn anew meanwhile, as a row that moved or the button of a closed menu: another element of the same name. */
function twinOf(gone: HTMLElement): HTMLElement | null {
  const label = gone.getAttribute('aria-label')
  return label === null ? null : document.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)
}

export function useReturnFocus(): void {
  // Asked while it is drawn first: after that the focus is inside.
  const [before] = useState(focusOrigin)
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (isLost && before !== null) (before.isConnected ? before : twinOf(before))?.focus()
      })
    },
    [before]
  )
}
