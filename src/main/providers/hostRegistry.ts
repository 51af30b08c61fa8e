/** The configured hosts: one provider each, its health asked for in turn, and the next try said when it is ill. */
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { Host, HostConfig } from '../../shared/model.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { HostHealth, Provider } from './provider.ts'

const watchedPollMs = 2_000
const unwatchedPollMs = 5_000
const healthLimitMs = 4_000
const backOffMs = [2_000, 4_000, 8_000, 16_000, 30_000]

export interface HostRegistry {
  list(): Host[]
  /** Throws `host_not_found`. */
  provider(hostId: string): Provider
  hostIds(): string[]
  /** Asks now instead of at the next turn; never rejects for an ill host, whose state tells. */
  check(hostId: string): Promise<Host>
  save(config: HostConfig): Promise<Host>
  remove(hostId: string): Promise<void>
  start(): Promise<void>
  dispose(): Promise<void>
}

interface HostRegistryDeps {
  initial: HostConfig[]
  createProvider: (config: HostConfig) => Provider
  saveConfigs: (configs: HostConfig[]) => Promise<void>
  /** Brings the models of a living host up to date; a rejection decides between `slow` and `down`. */
  refresh: (hostId: string, provider: Provider, signal: AbortSignal) => Promise<void>
  onChanged: (hosts: Host[]) => void
  onStatus: (host: Host, change: 'up' | 'down') => void
  onRemoved: (hostId: string) => void
  onProvider: (hostId: string, provider: Provider) => void
  isWatched: () => boolean
  clock: Clock
  logger: Logger
}

interface Entry {
  config: HostConfig
  provider: Provider
  host: Host
  failures: number
  inFlight: Promise<void> | null
  cancelTimer: () => void
  ended: AbortController
}

export function createHostRegistry(deps: HostRegistryDeps): HostRegistry {
  const { clock, logger } = deps
  const entries = new Map<string, Entry>()
  deps.initial.forEach(add)

  const list = (): Host[] => [...entries.values()].map(({ host }) => host)
  const find = (hostId: string): Entry => {
    const entry = entries.get(hostId)
    if (!entry) throw new StokerError('host_not_found', `There is no host "${hostId}".`, 'Choose one from the sidebar.')
    return entry
  }

  function add(config: HostConfig): Entry {
    const provider = deps.createProvider(config)
    const entry: Entry = {
      config,
      provider,
      host: newHost(config, provider),
      failures: 0,
      inFlight: null,
      cancelTimer: () => {},
      ended: new AbortController()
    }
    entries.set(config.id, entry)
    deps.onProvider(config.id, provider)
    return entry
  }

  /** One turn: alive? then the models; then the next turn is set. Two callers share one turn. */
  function poll(entry: Entry): Promise<void> {
    entry.cancelTimer()
    entry.inFlight ??= turn(entry).finally(() => {
      entry.inFlight = null
      if (entry.ended.signal.aborted) return
      entry.cancelTimer = clock.after(nextDelayMs(entry), () => void poll(entry))
    })
    return entry.inFlight
  }

  async function turn(entry: Entry): Promise<void> {
    const { provider, config, ended } = entry
    let health: HostHealth | null = null
    try {
      health = await withLimit(clock, healthLimitMs, ended.signal, (signal) => provider.health(signal))
      await deps.refresh(config.id, provider, ended.signal)
      settle(entry, 'ok', health, null)
    } catch (thrown) {
      if (ended.signal.aborted) return
      const error = toErrorInfo(thrown)
      if (error.code === 'internal') logger.error(`asking ${config.name} failed`, thrown)
      // A host that tells its version but is late with its models is alive: what is shown is old, not gone.
      settle(entry, health && error.code === 'timed_out' ? 'slow' : 'down', health, error)
    }
  }

  function settle(entry: Entry, status: Host['status'], health: HostHealth | null, error: ErrorInfo | null): void {
    const before = entry.host
    entry.failures = status === 'down' ? entry.failures + 1 : 0
    const now = clock.now()
    entry.host = {
      ...before,
      status,
      version: health?.version ?? before.version,
      device: health?.device ?? before.device,
      checkedAt: now,
      nextCheckAt: now + nextDelayMs(entry),
      error
    }
    if (looksDifferent(before, entry.host)) deps.onChanged(list())
    const wasDown = before.status === 'down'
    if (status === 'down' && before.status !== 'down' && before.status !== 'checking') deps.onStatus(entry.host, 'down')
    if (status === 'ok' && wasDown) deps.onStatus(entry.host, 'up')
  }

  function nextDelayMs(entry: Entry): number {
    if (entry.failures > 0) return backOffMs[Math.min(entry.failures, backOffMs.length) - 1] ?? unwatchedPollMs
    return deps.isWatched() ? watchedPollMs : unwatchedPollMs
  }

  async function drop(entry: Entry): Promise<void> {
    entry.cancelTimer()
    entry.ended.abort(new StokerError('aborted', 'The host was removed.'))
    entries.delete(entry.config.id)
    await entry.provider.dispose()
  }

  const configs = (): HostConfig[] =>
    [...entries.values()].map(({ config }) => config).filter(({ kind }) => kind !== 'llamacpp')

  return {
    list,
    hostIds: () => [...entries.keys()],
    provider: (hostId) => find(hostId).provider,
    async check(hostId) {
      const entry = find(hostId)
      await poll(entry)
      return entry.host
    },
    async save(config) {
      const existing = entries.get(config.id)
      if (existing?.host.isBuiltIn || config.kind === 'llamacpp') {
        throw new StokerError(
          'not_supported',
          'The built-in engine cannot be changed or added.',
          'Add an Ollama server instead.'
        )
      }
      await deps.saveConfigs([...configs().filter(({ id }) => id !== config.id), config])
      if (existing) {
        await drop(existing)
        deps.onRemoved(config.id)
      }
      const entry = add(config)
      deps.onChanged(list())
      await poll(entry)
      return entry.host
    },
    async remove(hostId) {
      const entry = find(hostId)
      if (entry.host.isBuiltIn) throw new StokerError('not_supported', 'The built-in engine cannot be removed.')
      await deps.saveConfigs(configs().filter(({ id }) => id !== hostId))
      await drop(entry)
      deps.onRemoved(hostId)
      deps.onChanged(list())
    },
    async start() {
      // The built-in engine answers at once; a server that hangs must not hold the start.
      const turns = [...entries.values()].map((entry) => ({ entry, done: poll(entry) }))
      await Promise.all(turns.filter(({ entry }) => entry.host.isBuiltIn).map(({ done }) => done))
    },
    async dispose() {
      await Promise.allSettled([...entries.values()].map(drop))
    }
  }
}

function newHost(config: HostConfig, provider: Provider): Host {
  return {
    ...config,
    isBuiltIn: config.kind === 'llamacpp',
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
      new StokerError('timed_out', `No answer in ${Math.round(limitMs / 1000)} s.`, 'Check that the server is running.')
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
