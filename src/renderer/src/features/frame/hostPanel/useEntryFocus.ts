/** Keeps the focus in a queue whose entries come, go, and begin to answer: with its entry, else with what took its place. */
import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react'

interface Focused {
  operationId: string
  index: number
}

interface KeptFocus {
  onFocus: (event: FocusEvent) => void
  onBlur: (event: FocusEvent) => void
}

function buttonsIn(section: RefObject<HTMLElement | null>): HTMLElement[] {
  return [...(section.current?.querySelectorAll<HTMLElement>('[data-operation]') ?? [])]
}

/** `drawn` is what changes with the entries. */
export function useEntryFocus(section: RefObject<HTMLElement | null>, drawn: unknown): KeptFocus {
  const focused = useRef<Focused | null>(null)

  useLayoutEffect(() => {
    const last = focused.current
    if (last === null) return
    const all = buttonsIn(section)
    const own = all.find((button) => button.dataset.operation === last.operationId)
    // Others before it may have gone.
    if (own) last.index = all.indexOf(own)
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (isLost) (own ?? all[Math.min(last.index, all.length - 1)] ?? section.current?.querySelector('h3'))?.focus()
  }, [section, drawn])

  return {
    onFocus({ target }) {
      if (!(target instanceof HTMLElement)) return
      const { operation: operationId } = target.dataset
      focused.current = operationId === undefined ? null : { operationId, index: buttonsIn(section).indexOf(target) }
    },
    onBlur: ({ target }) => {
      // A button that is taken away blurs too; only one that is still there was left on purpose.
      if (target.isConnected) focused.current = null
    }
  }
}
