/** A host's health as its requests see it: an error asks for a check at once, a host that falls ill gets its remedy, and both are told. */
import { toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { NewActivityEvent } from '../../shared/activity.ts'
import { hasPassed, type Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import { traitsOf } from './errorPolicy.ts'
import type { HostBreaker } from './hostBreaker.ts'
import type { HostStory } from './hostStory.ts'

export interface HealthNote {
  isOk: boolean
  error: ErrorInfo | null
  /** When it is asked again. */
  nextCheckAt: number | null
}

export interface HostHealth {
  /** The watch has looked. */
  note(note: HealthNote): void
  /** An attempt failed. */
  noteFailure(error: ErrorInfo): void
  dispose(): void
}

interface HostHealthDeps {
  hostId: string
  heal: ((signal: AbortSignal) => Promise<string | null>) | undefined
  breaker: Pick<HostBreaker, 'apply'>
  story: HostStory
  checkSoon: () => void
  log: (event: NewActivityEvent) => void
  onChanged: () => void
  clock: Clock
  logger: Logger
}

/** What did not help does not help a second later. */
const healEveryMs = 30_000
const healLimitMs = 20_000

const isWellWords = 'Its health check is good.'

export function createHostHealth(deps: HostHealthDeps): HostHealth {
  const { hostId, breaker, story, clock, logger } = deps
  const ended = new AbortController()
  let isOk: boolean | null = null
  let healedAt: number | null = null
  let isHealing = false
  /** What was amiss and what was done, until a check tells how it is afterwards. */
  let remedy: string | null = null

  /** `trouble`: what it is done for, in a sentence. */
  async function heal(trouble: string): Promise<void> {
    // A host that was never there is not ill.
    if (!deps.heal || isHealing || isOk === null || ended.signal.aborted) return
    if (healedAt !== null && !hasPassed(clock, healedAt, healEveryMs)) return
    isHealing = true
    healedAt = clock.now()
    const limit = new AbortController()
    const onEnd = (): void => limit.abort(ended.signal.reason)
    ended.signal.addEventListener('abort', onEnd, { once: true })
    const cancel = clock.after(healLimitMs, () => limit.abort())
    try {
      const done = await deps.heal(limit.signal)
      if (done === null || ended.signal.aborted) return
      remedy = `${trouble} ${done}`
      story.tell('warn', done)
      deps.onChanged()
      deps.checkSoon()
    } catch (thrown) {
      if (!ended.signal.aborted) logger.warn(`mending ${hostId} failed`, toErrorInfo(thrown))
    } finally {
      isHealing = false
      cancel()
      ended.signal.removeEventListener('abort', onEnd)
    }
  }

  function becameIll({ error, nextCheckAt }: HealthNote): void {
    const words = error?.message ?? 'It does not answer.'
    breaker.apply({ kind: 'unhealthy', words, nextCheckAt })
    // It has not helped.
    remedy = null
    if (isOk !== true) return
    story.tell('bad', `Health check failed: ${words}`)
    void heal(words)
    isOk = false
    deps.onChanged()
  }

  function isWell(): void {
    breaker.apply({ kind: 'healthy' })
    const wasIll = isOk === false
    isOk = true
    if (remedy !== null) {
      // No more than that: whether it was ill, and whether this has helped, nobody saw.
      deps.log(newActivity({ kind: 'host_mended', actor: 'stoker', hostId, reason: `${remedy} ${isWellWords}` }))
      story.tell('ok', isWellWords)
      remedy = null
      deps.onChanged()
    } else if (wasIll) {
      story.tell('ok', 'It answers again.')
      deps.onChanged()
    }
  }

  return {
    note: (note) => (note.isOk ? isWell() : becameIll(note)),
    noteFailure(error) {
      const { isHostFailure, isUnreachable, isTimeout } = traitsOf(error)
      if (ended.signal.aborted || (!isHostFailure && !isTimeout)) return
      deps.checkSoon()
      if (isUnreachable || isTimeout) void heal(error.message)
    },
    dispose: () => ended.abort()
  }
}
