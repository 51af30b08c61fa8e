/** Keeps the focus in a header whose button becomes another one when a run begins or ends. */
import { useLayoutEffect, useRef, type FocusEvent } from 'react'

/** `drawn` is what changes with the button. */
export function useHeaderFocus(drawn: unknown) {
  const header = useRef<HTMLElement>(null)
  const wasInside = useRef(false)
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (isLost && wasInside.current) header.current?.querySelector<HTMLElement>('button')?.focus()
  }, [drawn])
  return {
    ref: header,
    onFocus: () => {
      wasInside.current = true
    },
    onBlur: ({ target }: FocusEvent) => {
      // A button that is taken away blurs too; only one that is still there was left on purpose.
      if (target.isConnected) wasInside.current = false
    }
  }
}
