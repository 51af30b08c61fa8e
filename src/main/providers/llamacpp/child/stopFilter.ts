/** Cuts an answer at the first stop text, which may come in pieces: what could still become one is held back. Pure but for its memory. */

export interface StopFilter {
  /** What may be shown now; `stopped` once a stop text was met. */
  add(text: string): { text: string; stopped: boolean }
  /** What was held back, at the end of an answer that met no stop text. */
  rest(): string
}

export function createStopFilter(stops: readonly string[]): StopFilter {
  const wanted = stops.filter((stop) => stop !== '')
  let held = ''
  return {
    add(text) {
      held += text
      const cut = firstIndex(held, wanted)
      if (cut >= 0) {
        const before = held.slice(0, cut)
        held = ''
        return { text: before, stopped: true }
      }
      const safe = held.length - heldLength(held, wanted)
      const shown = held.slice(0, safe)
      held = held.slice(safe)
      return { text: shown, stopped: false }
    },
    rest() {
      const rest = held
      held = ''
      return rest
    }
  }
}

function firstIndex(text: string, stops: readonly string[]): number {
  return stops.reduce((first, stop) => {
    const index = text.indexOf(stop)
    return index >= 0 && (first < 0 || index < first) ? index : first
  }, -1)
}

/** The longest end of `text` that is the beginning of a stop text. */
function heldLength(text: string, stops: readonly string[]): number {
  return Math.max(
    0,
    ...stops.map((stop) => {
      for (let length = Math.min(stop.length - 1, text.length); length > 0; length--)
        if (text.endsWith(stop.slice(0, length))) return length
      return 0
    })
  )
}
