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

/** How soon what hangs notices that it shall no longer. */
const hangLookMs = 20

/** As long as the script says so, which may change at any time. */
export async function waitWhile(isHanging: () => boolean, signal: AbortSignal): Promise<void> {
  while (isHanging()) await waitOrAbort(hangLookMs, signal)
}

/** What a request is answered whose client nobody can reach any more. */
export function canceled(): HttpError {
  return new HttpError(499, 'request canceled')
}
