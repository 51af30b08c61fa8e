/** While somebody can see the page, it says so every 8 s, so that the core samples memory every second. */
import type { Client } from './createClient.ts'

const everyMs = 8_000

export function startWatchLease(client: Client): () => void {
  let timer: ReturnType<typeof setInterval> | undefined

  // A failed renewal needs no word: the connection's own state says what is wrong, and the next one is 8 s away.
  const renew = (): void => void client.request('memory.current', {}).catch(() => undefined)

  const follow = (): void => {
    clearInterval(timer)
    if (document.visibilityState === 'hidden') return
    renew()
    timer = setInterval(renew, everyMs)
  }

  document.addEventListener('visibilitychange', follow)
  follow()
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', follow)
  }
}
