/** One host: its health asked for in turn, its models brought up to date, and the next try said when it is ill. */
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { Host, HostConfig } from '../../shared/model.ts'
import { hasPassed, type Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { isLocalAddress } from './isLocalAddress.ts'
import type { HostHealth, Provider } from './provider.ts'

const watchedPollMs = 2_000
const unwatchedPollMs = 5_000
const healthLimitMs = 4_000
const backOffMs = [2_000, 4_000, 8_000, 16_000, 30_000]
/** Every so many turns a host is asked for what is on its disk, too. */
const fullEvery = 5
/** Errors come in bursts: one check for all of them. */
const checkSoonMs = 1_000
const defaultCheckIntervalMs = 300_000

/** How a turn went, for the request pipeline. */
export interface WatchedHealth {
  isOk: boolean
  error: ErrorInfo | null
  nextCheckAt: number | null
}

export interface HostWatchDeps {
  /** Brings the models of a living host up to date; a rejection decides between `slow` and `down`. `isFull`: the installed ones, too. */
  refresh: (hostId: string, wish: { isFull: boolean }, signal: AbortSignal) => Promise<void>
  onStatus: (host: Host, change: 'up' | 'down') => void
  isWatched: () => boolean
  /** At least so often a turn is a full one, which is what a health check is. */
  healthCheckIntervalMs?: () => number
  onHealth?: (hostId: string, health: WatchedHealth) => void
  clock: Clock
  logger: Logger
}

export interface HostWatch {
  readonly config: HostConfig
  readonly provider: Provider
  host(): Host
  /** One turn, now; never rejects for an ill host, whose state tells. Two callers share one turn. */
  poll(): Promise<void>
  /** As `poll`, but a full turn whatever is under way: somebody asks. */
  check(): Promise<void>
  /** A request failed: a health check at once, or within a second of the last turn. A host that is down already is asked in its time. */
  checkSoon(): void
  end(): Promise<void>
}

interface Turn {
  isFull: boolean
  done: Promise<void>
}

export function createHostWatch(
  deps: HostWatchDeps & { config: HostConfig; provider: Provider; onChanged: () => void }
): HostWatch {
  const { config, provider, clock, logger } = deps
  const ended = new AbortController()
  let host = newHost(config, provider)
  let failures = 0
  let turnsUntilFull = 0
  let running: Turn | null = null
  let cancelTimer = (): void => {}
  let checkedAt: number | null = null
  let endedAt: number | null = null
  let isCheckWished = false

  /** Alive? then the models; then the next turn is set. */
  function begin(isFull: boolean): Turn {
    cancelTimer()
    const isCheck = isFull || isCheckWished || isCheckDue()
    isCheckWished = false
    if (isCheck) checkedAt = clock.now()
    const done = ask(isCheck).finally(() => {
      running = null
      endedAt = clock.now()
      if (!ended.signal.aborted) cancelTimer = clock.after(nextDelayMs(), () => void poll())
    })
    return { isFull: isCheck, done }
  }

  function isCheckDue(): boolean {
    return checkedAt === null || hasPassed(clock, checkedAt, checkIntervalMs())
  }

  function checkIntervalMs(): number {
    return deps.healthCheckIntervalMs?.() ?? defaultCheckIntervalMs
  }

  function poll(): Promise<void> {
    running ??= begin(turnsUntilFull <= 0)
    return running.done
  }

  async function ask(isFull: boolean): Promise<void> {
    let health: HostHealth | null = null
    try {
      health = await withLimit(clock, healthLimitMs, ended.signal, (signal) => provider.health(signal))
      await deps.refresh(config.id, { isFull }, ended.signal)
      // Only now: a list that did not come is asked for again at the very next turn.
      turnsUntilFull = isFull ? fullEvery - 1 : turnsUntilFull - 1
      settle('ok', health, null)
    } catch (thrown) {
      if (ended.signal.aborted) return
      const error = toErrorInfo(thrown)
      if (error.code === 'internal') logger.error(`asking ${config.name} failed`, thrown)
      // A host that tells its version but is late with its models is alive: what is shown is old, not gone.
      settle(health && error.code === 'timed_out' ? 'slow' : 'down', health, error)
    }
  }

  function settle(status: Host['status'], health: HostHealth | null, error: ErrorInfo | null): void {
    const before = host
    const isDown = status === 'down'
    failures = isDown ? failures + 1 : 0
    // Who knows what a host has on its disk when it comes back.
    if (isDown) turnsUntilFull = 0
    const now = clock.now()
    host = {
      ...before,
      status,
      version: health?.version ?? before.version,
      device: health?.device ?? before.device,
      checkedAt: now,
      nextCheckAt: now + nextDelayMs(),
      error
    }
    if (looksDifferent(before, host)) deps.onChanged()
    if (isDown && before.status !== 'down' && before.status !== 'checking') deps.onStatus(host, 'down')
    if (!isDown && before.status === 'down') deps.onStatus(host, 'up')
    deps.onHealth?.(config.id, { isOk: !isDown, error, nextCheckAt: host.nextCheckAt })
  }

  function nextDelayMs(): number {
    if (failures > 0) return backOffMs[Math.min(failures, backOffMs.length) - 1] ?? unwatchedPollMs
    if (isCheckWished) return checkSoonMs
    return Math.min(deps.isWatched() ? watchedPollMs : unwatchedPollMs, checkIntervalMs())
  }

  function checkSoon(): void {
    if (ended.signal.aborted || isCheckWished || host.status === 'down') return
    isCheckWished = true
    // The turn under way began before the failure; the next one comes soon after it.
    if (running) return
    cancelTimer()
    if (endedAt === null || hasPassed(clock, endedAt, checkSoonMs)) return void poll()
    cancelTimer = clock.after(checkSoonMs - (clock.now() - endedAt), () => void poll())
  }

  return {
    config,
    provider,
    host: () => host,
    poll,
    async check() {
      if (running && !running.isFull) await running.done
      if (ended.signal.aborted) return
      running ??= begin(true)
      await running.done
    },
    checkSoon,
    async end() {
      cancelTimer()
      ended.abort(new StokerError('aborted', 'The host was removed.'))
      await provider.dispose()
    }
  }
}

/** As it is before it was asked for anything. */
export function newHost(config: HostConfig, provider: Provider): Host {
  return {
    ...config,
    isBuiltIn: config.kind === 'llamacpp',
    isLocal: config.url === null || isLocalAddress(config.url),
    status: 'checking',
    version: null,
    device: null,
    checkedAt: null,
    nextCheckAt: null,
    error: null,
    capabilities: provider.capabilities
  }
}

/** Every turn sets new times; only what a person would notice is worth an event. An ill host's next try is. */
function looksDifferent(a: Host, b: Host): boolean {
  return (
    a.status !== b.status ||
    a.version !== b.version ||
    a.device !== b.device ||
    a.error?.message !== b.error?.message ||
    (b.status !== 'ok' && a.nextCheckAt !== b.nextCheckAt)
  )
}

/** Runs `work` with a signal that aborts after `limitMs`, as `timed_out`. */
async function withLimit<T>(
  clock: Clock,
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  const cancel = clock.after(limitMs, () =>
    controller.abort(
      new StokerError(
        'timed_out',
        `No answer in ${Math.round(limitMs / 1000)} s.`,
        'Check that the server is running.',
        {
          phase: 'api'
        }
      )
    )
  )
  try {
    return await work(AbortSignal.any([outer, controller.signal]))
  } catch (error) {
    if (controller.signal.aborted && !outer.aborted) throw controller.signal.reason
    throw error
  } finally {
    cancel()
  }
}
