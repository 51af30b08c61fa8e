/** Puts the keyboard into a field of the inspector, once that is drawn: as a drawer it comes a few frames later. */
import { isNarrow } from '../../components/useWidth.ts'

export type InspectorField =
  'name' | 'model' | 'prompt' | 'system' | 'options' | 'context' | 'output' | 'stop' | 'error' | 'columns'

const mostFrames = 40

export function fieldId(field: InspectorField): string {
  return `chain-${field}`
}

export function focusField(field: InspectorField, then?: (element: HTMLElement) => void): void {
  let frames = 0
  const look = (): void => {
    frames += 1
    const element = document.getElementById(fieldId(field))
    // The frame after the one it came in: a drawer takes the focus first.
    if (element !== null && frames > 2) {
      element.focus()
      if (element instanceof HTMLInputElement) element.select()
      then?.(element)
      if (document.activeElement === element) return
    }
    if (frames < mostFrames) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Before the next key is pressed, where the field is drawn already: what is typed at once is not taken for keys of the canvas. */
export function focusFieldNow(field: InspectorField): void {
  const element = document.getElementById(fieldId(field))
  if (!(element instanceof HTMLInputElement) || isNarrow()) return focusField(field)
  element.focus()
  element.select()
}
