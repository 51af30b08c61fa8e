/** What a key means on the Memory screen. Pure. */

export type ChartStep = 'pause' | 'zoom-in' | 'zoom-out' | 'earlier' | 'later' | 'whole'

type Pressed = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey'>

/** What has the focus, as far as it uses keys itself. */
export type Focused = 'nothing' | 'button' | 'choice' | 'everything'

const steps: Readonly<Record<string, ChartStep>> = {
  ' ': 'pause',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  Escape: 'whole'
}

/** null: the key is not the chart's. */
export function chartStep(pressed: Pressed, focused: Focused): ChartStep | null {
  if (pressed.metaKey || pressed.ctrlKey || pressed.altKey || focused === 'everything') return null
  const step = steps[pressed.key] ?? null
  if (step === 'pause' && focused === 'button') return null
  return (step === 'earlier' || step === 'later') && focused === 'choice' ? null : step
}

/**
 * Space ticks a box and presses a button, but not one that is done with because it was clicked, as in the sidebar. Arrows move in a
 * slider and among choices; a range that is chosen already has no use for Space.
 */
export function focusedKind(element: Element | null, isDoneWith: boolean): Focused {
  if (element === null) return 'nothing'
  if (element.matches('input[type="radio"], [role="slider"]')) return 'choice'
  if (element.matches('input[type="checkbox"]')) return 'button'
  if (element.matches('button:not([role="tab"]), a, summary')) return isDoneWith ? 'nothing' : 'button'
  if (element.matches('input, textarea, select, [role="tab"], [contenteditable="true"]')) return 'everything'
  return 'nothing'
}
