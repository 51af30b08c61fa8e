/** One clock for every countdown on the page: a tick a second, none while nobody looks or nothing counts. */
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

function follow(): void {
  clearInterval(timer)
  timer = undefined
  if (listeners.size === 0 || document.visibilityState === 'hidden') return
  tick()
  timer = setInterval(tick, 1_000)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', follow)
    now = Date.now()
    timer = setInterval(tick, 1_000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    document.removeEventListener('visibilitychange', follow)
    clearInterval(timer)
    timer = undefined
  }
}

const never = (): (() => void) => () => undefined

/** Epoch milliseconds, renewed once a second; stands still where `isCounting` is false. */
export function useNow(isCounting = true): number {
  return useSyncExternalStore(isCounting ? subscribe : never, () => now)
}
