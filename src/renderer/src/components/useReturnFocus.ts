/** Whoever opened what is drawn over the page has the focus again when it is gone. */
import { useEffect, useState } from 'react'

export function useReturnFocus(): void {
  // Asked while it is drawn first: after that the focus is inside.
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (isLost && before instanceof HTMLElement && before.isConnected) before.focus()
      })
    },
    [before]
  )
}
