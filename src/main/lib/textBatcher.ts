/** Gathers small pieces of text and hands them on a few times a second, so that tokens do not flood the page. */
import type { Clock } from './clock.ts'

export interface TextBatcher {
  add(text: string): void
  /** Hands on what is left. */
  flush(): void
}

export function createTextBatcher(clock: Clock, everyMs: number, handOn: (text: string) => void): TextBatcher {
  let gathered = ''
  let cancel: (() => void) | null = null
  const flush = (): void => {
    cancel?.()
    cancel = null
    if (gathered === '') return
    const text = gathered
    gathered = ''
    handOn(text)
  }
  return {
    add(text) {
      gathered += text
      cancel ??= clock.after(everyMs, flush)
    },
    flush
  }
}
