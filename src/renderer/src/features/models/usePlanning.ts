/** Shows a load in the memory bar while its button is under the pointer or has the keyboard's focus. */
import { useEffect, type FocusEvent } from 'react'
import type { Prediction } from '../../../../shared/fit.ts'
import { useUiStore } from '../../stores/uiStore.ts'

export interface Planning {
  onPointerEnter: () => void
  onPointerMove: () => void
  onPointerLeave: () => void
  onFocus: (event: FocusEvent<HTMLElement>) => void
  onBlur: () => void
}

function forget(key: string): void {
  useUiStore.setState((ui) => (ui.planned?.key === key ? { planned: null } : ui))
}

/** `prediction`: of the context that is asked for; left out, the mirror's own. */
export function usePlanning(key: string, prediction: Prediction | null = null): Planning {
  // The ghost lasts no longer than the button that shows it: one that goes gets no "pointer left".
  useEffect(() => () => forget(key), [key])
  useEffect(() => {
    // Under a resting pointer another context may be asked for.
    useUiStore.setState((ui) =>
      ui.planned?.key === key && prediction !== null ? { planned: { key, prediction } } : ui
    )
  }, [key, prediction])
  const plan = (): void => useUiStore.setState({ planned: { key, prediction } })
  return {
    onPointerEnter: plan,
    // A button that comes under a resting pointer in place of one that went gets no "pointer entered".
    onPointerMove: () => {
      if (useUiStore.getState().planned?.key !== key) plan()
    },
    onPointerLeave: () => forget(key),
    onFocus: ({ currentTarget }) => {
      if (currentTarget.matches(':focus-visible')) plan()
    },
    onBlur: () => forget(key)
  }
}
