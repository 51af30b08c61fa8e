/** Questions to an engine child how many tokens a text is: answered between the tokens of whatever it writes meanwhile. */
import { StokerError } from '../../../shared/errors.ts'
import { abortReason } from '../../lib/abortReason.ts'
import type { Clock } from '../../lib/clock.ts'
import type { FromEngine, ToEngine } from './engineProtocol.ts'

export interface TokenCounts {
  receive(message: Extract<FromEngine, { type: 'counted' }>): void
  count(text: string, signal: AbortSignal): Promise<number>
  /** The child is gone: nothing is counted any more. */
  close(error: StokerError): void
}

interface TokenCountDeps {
  name: string
  send: (message: ToEngine) => void
  limitMs: () => number
  clock: Clock
}

interface Waiting {
  resolve(tokens: number): void
  reject(error: StokerError): void
}

export function createTokenCounts({ name, send, limitMs, clock }: TokenCountDeps): TokenCounts {
  const waiting = new Map<number, Waiting>()
  let closed: StokerError | null = null
  let nextCountId = 1

  return {
    receive({ countId, tokens }) {
      if (tokens === null) waiting.get(countId)?.reject(notCounted(name))
      else waiting.get(countId)?.resolve(tokens)
    },
    count(text, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(abortReason(signal))
        if (closed) return reject(closed)
        const countId = nextCountId++
        const settle = (finish: () => void): void => {
          waiting.delete(countId)
          cancelLimit()
          signal.removeEventListener('abort', onAbort)
          finish()
        }
        const onAbort = (): void => settle(() => reject(abortReason(signal)))
        const cancelLimit = clock.after(limitMs(), () => settle(() => reject(notCounted(name))))
        waiting.set(countId, {
          resolve: (tokens) => settle(() => resolve(tokens)),
          reject: (error) => settle(() => reject(error))
        })
        signal.addEventListener('abort', onAbort, { once: true })
        send({ type: 'count', countId, text })
      })
    },
    close(error) {
      closed = error
      for (const one of [...waiting.values()]) one.reject(error)
    }
  }
}

function notCounted(name: string): StokerError {
  return new StokerError('engine_crashed', `${name} did not count the tokens of a text.`, 'Load it again.')
}
