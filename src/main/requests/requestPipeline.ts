/** The one way to a host: classify, breaker, queue, limits, retries around every call of its provider, and all of it to be seen. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import { StokerError } from '../../shared/errors.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { TimeLimit } from '../../shared/model.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { Provider } from '../providers/provider.ts'
import { createAttempts } from './attempts.ts'
import type { Breaker } from './breakerPolicy.ts'
import type { CallContext, ObservedCall } from './callContext.ts'
import { limitOf, newConcurrency, nextConcurrency, type ConcurrencyEvent } from './concurrencyPolicy.ts'
import { guardProvider } from './guardedProvider.ts'
import { createHostBreaker } from './hostBreaker.ts'
import { createHostHealth, type HealthNote } from './hostHealth.ts'
import { createHostQueue } from './hostQueue.ts'
import { createHostStory } from './hostStory.ts'
import { createHostTraffic } from './hostTraffic.ts'
import type { RequestSettings } from './requestSettings.ts'
import { retryTable } from './retryPolicy.ts'
import { createThrottle } from './throttle.ts'
import { timeLimitOf, timeLimits, type MeasuredModel } from './timeLimits.ts'

export interface PipelineDeps {
  host: { id: string; name: string; isLocal: boolean }
  /** Read anew for every call. */
  settings: () => RequestSettings
  measuredOf: (name: string) => MeasuredModel
  /** A full check of the host, as soon as its watch can. */
  checkSoon: () => void
  /** At most about four times a second, and always once after the last change. */
  onChanged: () => void
  log: (event: NewActivityEvent) => void
  onCall?: ((call: ObservedCall) => void) | undefined
  clock: Clock
  /** From 0 to 1. */
  random: () => number
  logger: Logger
}

export interface RequestPipeline {
  /** The provider as everyone else gets it. */
  readonly provider: Provider
  state(): HostRequests
  timeouts(name: string): TimeLimit[]
  /** This machine's memory is short: as few answers at once as the settings allow, where the host is on it. */
  setPressure(isShort: boolean): void
  noteHealth(note: HealthNote): void
  /** Other limits may be in force. */
  settingsChanged(): void
  /** Ends what waits, and every further attempt. The provider's own `dispose` does it, too. */
  dispose(): void
}

const tellEveryMs = 250
const waitingShown = 20

export function createRequestPipeline(deps: PipelineDeps, provider: Provider): RequestPipeline {
  const { host, settings, clock, random, logger } = deps
  const story = createHostStory(clock.now)
  const traffic = createHostTraffic(clock.now)
  const ended = new AbortController()
  let concurrency = newConcurrency(clock.now())

  const bounds = () => ({ min: settings().minConcurrency, max: settings().maxConcurrency })
  const throttle = createThrottle(clock, tellEveryMs, () => {
    queue.tellPlaces()
    deps.onChanged()
  })
  const breaker = createHostBreaker({
    hostName: host.name,
    threshold: () => settings().breakerFailures,
    clock,
    onMove: breakerMoved,
    onDue: () => queue.pump()
  })
  const queue = createHostQueue({
    limit: () => limitOf(concurrency, bounds()).limit,
    modelLimit: () => provider.answersAtOnce,
    admission: breaker.admission,
    onTrial: () => breaker.apply({ kind: 'trial_begun' }),
    onChanged: throttle.wish,
    clock
  })
  const health = createHostHealth({
    hostId: host.id,
    heal: provider.heal?.bind(provider),
    breaker,
    story,
    checkSoon: deps.checkSoon,
    log: deps.log,
    onChanged: throttle.wish,
    clock,
    logger
  })

  function breakerMoved(before: Breaker, after: Breaker): void {
    const log = (kind: 'host_paused' | 'host_resumed', reason: string | null): void =>
      deps.log(newActivity({ kind, actor: 'stoker', hostId: host.id, reason }))
    if (after.state === 'open' && before.state === 'closed') {
      story.tell('bad', `Left alone: it ${after.reason}.`)
      log('host_paused', after.reason)
    }
    if (after.openings > before.openings && after.openings > 1) {
      story.tell('bad', `Tried again: it ${after.reason}.`)
      // A hiccup is waited for; what goes on must not keep people waiting for a turn that does not come.
      queue.rejectAll(breaker.refusal)
    }
    if (after.state === 'closed' && before.state !== 'closed') {
      story.tell('ok', 'Asked as usual again.')
      log('host_resumed', null)
    }
    if (after.state !== before.state) queue.pump()
    throttle.wish()
  }

  function noteConcurrency(event: ConcurrencyEvent): void {
    const before = limitOf(concurrency, bounds())
    concurrency = nextConcurrency(concurrency, event, clock.now(), bounds())
    const after = limitOf(concurrency, bounds())
    if (after.limit < before.limit)
      story.tell('warn', `${after.limit} at once instead of ${before.limit}: ${after.reason}.`)
    if (after.limit > before.limit) queue.pump()
    if (after.limit !== before.limit || after.reason !== before.reason) throttle.wish()
  }

  const context: CallContext = {
    hostName: host.name,
    limit: (phase, name, characters) => timeLimitOf(phase, settings(), () => deps.measuredOf(name), characters),
    breaker,
    queue,
    traffic,
    attempts: createAttempts({
      table: () => retryTable(settings(), host.isLocal),
      loadsWhenAsked: provider.loadsWhenAsked,
      breaker,
      ended: ended.signal,
      clock,
      random
    }),
    noteConcurrency,
    noteFailure: health.noteFailure,
    observe: (call) => deps.onCall?.(call),
    clock
  }

  function dispose(): void {
    if (ended.signal.aborted) return
    const reason = new StokerError('aborted', `${host.name} was changed or removed, or Stoker is leaving.`)
    ended.abort(reason)
    health.dispose()
    queue.rejectAll(() => reason)
    breaker.dispose()
    throttle.dispose()
  }

  return {
    provider: guardProvider(context, provider, dispose),
    state() {
      const { state, sinceAt, reason, nextTryAt, failures } = breaker.now()
      const { limit, reason: limitReason } = limitOf(concurrency, bounds())
      const entryOf = <Entry extends { model: string }>({ model, ...entry }: Entry) => ({
        ...entry,
        modelId: { hostId: host.id, name: model }
      })
      return {
        hostId: host.id,
        breaker: { state, sinceAt, reason, nextTryAt, failures },
        queue: {
          running: queue.running(),
          limit,
          limitReason,
          answering: queue.answering().map(entryOf),
          waitingCount: queue.waitingCount(),
          waiting: queue.waiting(waitingShown).map(entryOf)
        },
        traffic: traffic.figures(),
        story: story.lines()
      }
    },
    timeouts: (name) => timeLimits(settings(), deps.measuredOf(name)),
    setPressure(isShort) {
      if (host.isLocal) noteConcurrency({ kind: 'pressure', isShort })
    },
    noteHealth: health.note,
    settingsChanged() {
      queue.pump()
      throttle.wish()
    },
    dispose
  }
}
