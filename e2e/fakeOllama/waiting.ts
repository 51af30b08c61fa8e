/** Waiting that ends when the client closes its connection. */
import { HttpError } from './httpError.ts'

/** Rejects as the server answers a request whose client has gone. */
export function waitOrAbort(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(canceled())
    const timer = ms === Infinity ? null : setTimeout(done, ms)
    function done(): void {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    function onAbort(): void {
      if (timer) clearTimeout(timer)
      reject(canceled())
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** What a request is answered whose client nobody can reach any more. */
export function canceled(): HttpError {
  return new HttpError(499, 'request canceled')
}
