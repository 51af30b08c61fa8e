/** What ends or interrupts the work of a run: cancelled, paused, or to be planned anew. */

export interface RunControl {
  /** Cancelled, or Stoker ends: answers are cut off. */
  readonly signal: AbortSignal
  /** That, or paused: waits and loads end, answers do not. */
  readonly gate: AbortSignal
  readonly isPausing: () => boolean
  pause(): void
  /** The plan is to be made anew. `words`: why, for people; null: nothing worth telling. The first reason counts. */
  want(words: string | null): void
  /** No further step begins. */
  isHalted(): boolean
  /** The reason, taken: the next plan is being made. */
  takeWish(): { words: string | null } | null
}

export function createRunControl(signal: AbortSignal): RunControl {
  const pausing = new AbortController()
  const gate = AbortSignal.any([signal, pausing.signal])
  let wish: { words: string | null } | null = null
  return {
    signal,
    gate,
    isPausing: () => pausing.signal.aborted,
    pause: () => pausing.abort(),
    want(words) {
      wish ??= { words }
    },
    isHalted: () => gate.aborted || wish !== null,
    takeWish() {
      const taken = wish
      wish = null
      return taken
    }
  }
}
