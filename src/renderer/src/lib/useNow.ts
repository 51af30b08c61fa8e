/** One clock for every countdown on the page: a tick a second, none while nobody looks or nothing counts. */
import { useSyncExternalStore } from 'react'
import { coreNow } from './coreClock.ts'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = coreNow()

function tick(): void {
  now = coreNow()
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
    now = coreNow()
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

/** The core's time in epoch milliseconds, renewed once a second; stands still where `isCounting` is false. */
export function useNow(isCounting = true): number {
  return useSyncExternalStore(isCounting ? subscribe : never, () => now)
}
