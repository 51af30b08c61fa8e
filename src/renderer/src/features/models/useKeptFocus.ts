/** Keeps the focus with a row that moves to another group or whose button becomes another one: React makes new elements of both. */
import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react'

export function rowElement(list: HTMLElement | null, key: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null
}

interface KeptFocus {
  onFocus: (event: FocusEvent) => void
  onBlur: (event: FocusEvent) => void
}

/** For the element that holds the rows; `drawn` is whatever changes when rows move or change their buttons. */
export function useKeptFocus(list: RefObject<HTMLElement | null>, drawn: unknown): KeptFocus {
  const focusedKey = useRef<string | null>(null)
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (isLost && focusedKey.current !== null) rowElement(list.current, focusedKey.current)?.focus()
  }, [list, drawn])
  return {
    onFocus: ({ target }) => {
      focusedKey.current = target.closest<HTMLElement>('[data-key]')?.dataset.key ?? null
    },
    onBlur: ({ target }) => {
      // An element that is taken away blurs too; only one that is still there was left on purpose.
      if (target.isConnected) focusedKey.current = null
    }
  }
}
