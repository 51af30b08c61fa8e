/** Asks a source that may hang or throw: one call at a time, a bounded wait, then what it last said. */
import type { Clock } from '../lib/clock.ts'

export interface Bounded<Value> {
  /** The newest answer; null before the first. */
  value: Value | null
  /** True when it is the answer to this very call. */
  isFresh: boolean
}

interface BoundedReadDeps<Value> {
  read: () => Promise<Value>
  limitMs: number
  clock: Clock
  /** Told of each failure and of each wait given up. */
  onTrouble: (trouble: unknown) => void
}

/** A call that outlives its wait is not joined by a second one: a hanging source would collect hundreds. Its late answer still counts. */
export function createBoundedRead<Value>(deps: BoundedReadDeps<Value>): () => Promise<Bounded<Value>> {
  const { read, limitMs, clock, onTrouble } = deps
  let last: Value | null = null
  let isPending = false

  const ask = async (): Promise<boolean> => {
    isPending = true
    try {
      last = await read()
      return true
    } catch (error) {
      onTrouble(error)
      return false
    } finally {
      isPending = false
    }
  }

  return async () => {
    if (isPending) return { value: last, isFresh: false }
    let cancel = (): void => {}
    const limit = new Promise<false>((resolve) => {
      cancel = clock.after(limitMs, () => {
        onTrouble(new Error(`no answer within ${limitMs} ms`))
        resolve(false)
      })
    })
    const isFresh = await Promise.race([ask(), limit])
    cancel()
    return { value: last, isFresh }
  }
}
