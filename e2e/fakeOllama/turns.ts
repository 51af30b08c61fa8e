/** The places for answers inside one engine: who finds none waits, first come first served, until its client leaves. */
import { canceled } from './waiting.ts'

export interface Turns {
  take(signal: AbortSignal, work: () => Promise<void>): Promise<void>
}

export function createTurns(places: number): Turns {
  const waiting: (() => void)[] = []
  let free = places

  function place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave)
        free--
        resolve()
      }
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1)
        reject(canceled())
      }
      if (signal.aborted) return reject(canceled())
      if (free > 0) return enter()
      waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    async take(signal, work) {
      await place(signal)
      try {
        await work()
      } finally {
        free++
        waiting.shift()?.()
      }
    }
  }
}
