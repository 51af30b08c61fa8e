/** The engine's own estimates: asked for one model after the other, whoever is asked about first, and kept for the next start. */
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { EngineEstimate, NeedEstimator } from '../providers/llamacpp/needEstimator.ts'
import type { NeedFacts } from '../providers/provider.ts'
import type { NeedKey, NeedStore } from '../storage/needStore.ts'
import { curveContexts } from './needCurve.ts'

export interface EngineEstimates {
  get(facts: NeedFacts): EngineEstimate | null
  /** Asks for it, unless it is there, failed before, or cannot be. `isUrgent`: somebody waits. */
  wish(facts: NeedFacts, isUrgent: boolean): void
  /** Resolves when there is nothing to wait for: it is there, it failed, it was never wished, or it is paused. */
  settled(facts: NeedFacts): Promise<void>
  /** Everything else is asked no more. */
  keepOnly(facts: readonly NeedFacts[]): void
  setPaused(isPaused: boolean): void
  /** Ends the engine's child, too. */
  dispose(): Promise<void>
}

interface EstimatesDeps {
  estimator: NeedEstimator
  /** Of the engine that estimates, which may be another than the one that will load the model. */
  estimatorVersion: string
  store: Pick<NeedStore, 'estimate' | 'saveEstimate'>
  onEstimate: (fingerprint: string) => void
  clock: Clock
  logger: Logger
}

interface Wish {
  text: string
  key: NeedKey
  facts: NeedFacts & { path: string }
  isUrgent: boolean
}

/** Each costs a process; the app's own start comes first. */
const startDelayMs = 2_000

export function createEngineEstimates(deps: EstimatesDeps): EngineEstimates {
  const { estimator, estimatorVersion, store, onEstimate, clock, logger } = deps
  const disposed = new AbortController()
  let waiting: Wish[] = []
  let running: { wish: Wish; stop: AbortController; ended: Promise<void> } | null = null
  /** Not tried again while the facts are what they are. */
  const failed = new Set<string>()
  const onSettled = new Map<string, Set<() => void>>()
  let isPaused = false
  let isStarted = false
  let cancelStart: (() => void) | null = null

  const keyOf = ({ fingerprint, cacheType, parallel }: NeedFacts): NeedKey => ({
    fingerprint,
    cacheType,
    parallel,
    engineVersion: estimatorVersion
  })
  const textOf = (facts: NeedFacts): string => JSON.stringify([keyOf(facts), facts.path])

  function next(): void {
    if (running || isPaused || disposed.signal.aborted) return
    const wish = waiting[0]
    if (!wish || !(wish.isUrgent || isStarted)) return
    waiting.shift()
    const stop = new AbortController()
    const ended = estimate(wish, stop.signal).finally(() => {
      running = null
      settle(wish.text)
      next()
    })
    running = { wish, stop, ended }
  }

  async function estimate({ text, key, facts }: Wish, stopped: AbortSignal): Promise<void> {
    // A copy of the file may have been estimated while this one waited.
    if (store.estimate(key) !== null) return
    try {
      const contextLengths = curveContexts(facts.defaultContextLength, facts.maxContextLength)
      const { path, cacheType, parallel } = facts
      const request = { path, contextLengths, cacheType, parallel }
      const found = await estimator.estimate(request, AbortSignal.any([stopped, disposed.signal]))
      if (disposed.signal.aborted) return
      if (!isSensible(found)) throw new StokerError('bad_answer', 'The engine gave no sensible estimate.', null)
      store.saveEstimate(key, found)
      onEstimate(key.fingerprint)
    } catch (error) {
      if (stopped.aborted || disposed.signal.aborted) return
      failed.add(text)
      logger.warn(`the engine cannot say what ${facts.path} needs: ${toErrorInfo(error).message}`)
    }
  }

  function settle(text: string): void {
    for (const resolve of onSettled.get(text) ?? []) resolve()
    onSettled.delete(text)
  }

  const isAskedFor = (text: string): boolean =>
    running?.wish.text === text || (!isPaused && waiting.some((wish) => wish.text === text))

  return {
    get: (facts) => store.estimate(keyOf(facts)),
    wish(facts, isUrgent) {
      const { path } = facts
      const text = textOf(facts)
      if (path === null || failed.has(text) || running?.wish.text === text) return
      if (disposed.signal.aborted || store.estimate(keyOf(facts)) !== null) return
      const before = waiting.find((wish) => wish.text === text)
      if (before && !isUrgent) return
      // The newest first: what somebody just asked about or just brought.
      waiting = [
        { text, key: keyOf(facts), facts: { ...facts, path }, isUrgent },
        ...waiting.filter((wish) => wish !== before)
      ]
      cancelStart ??= clock.after(startDelayMs, () => {
        isStarted = true
        next()
      })
      next()
    },
    settled(facts) {
      const text = textOf(facts)
      if (disposed.signal.aborted || !isAskedFor(text)) return Promise.resolve()
      return new Promise((resolve) => {
        const resolves = onSettled.get(text) ?? new Set()
        onSettled.set(text, resolves.add(resolve))
      })
    },
    keepOnly(facts) {
      const kept = new Set(facts.map(textOf))
      for (const { text } of waiting.filter((wish) => !kept.has(wish.text))) settle(text)
      waiting = waiting.filter(({ text }) => kept.has(text))
      for (const text of failed) if (!kept.has(text)) failed.delete(text)
      if (running && !kept.has(running.wish.text)) running.stop.abort()
    },
    setPaused(paused) {
      isPaused = paused
      if (isPaused) for (const { text } of waiting) settle(text)
      else next()
    },
    async dispose() {
      disposed.abort()
      cancelStart?.()
      for (const { text } of waiting) settle(text)
      waiting = []
      await Promise.allSettled([running?.ended, estimator.dispose()])
    }
  }
}

/** The engine is another's program: what it answers is checked once more before it is believed for long. */
function isSensible({ weightsBytes, contexts }: EngineEstimate): boolean {
  const isBytes = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  return (
    isBytes(weightsBytes) &&
    weightsBytes > 0 &&
    contexts.length > 0 &&
    contexts.every(
      ({ contextLength, bytes }, index) => isBytes(bytes) && contextLength > (contexts[index - 1]?.contextLength ?? 0)
    )
  )
}
