/** The configured hosts: one provider each, watched, and changed one at a time. */
import PQueue from 'p-queue'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { Host, HostConfig } from '../../shared/model.ts'
import { createHostWatch, newHost, type HostWatch, type HostWatchDeps } from './hostWatch.ts'
import type { Provider } from './provider.ts'

export interface HostRegistry {
  list(): Host[]
  /** Throws `host_not_found`. */
  provider(hostId: string): Provider
  hostIds(): string[]
  /** Asks now, and for everything, instead of at the next turn; never rejects for an ill host, whose state tells. */
  check(hostId: string): Promise<Host>
  /** A request failed: a health check as soon as may be. Nothing for a host that is gone. */
  checkSoon(hostId: string): void
  /** Rejects with `invalid_input`, `not_supported` or `storage_failed`; then nothing has changed. */
  save(config: HostConfig): Promise<Host>
  remove(hostId: string): Promise<void>
  start(): Promise<void>
  dispose(): Promise<void>
}

interface HostRegistryDeps extends HostWatchDeps {
  initial: HostConfig[]
  /** Throws when the address makes no sense. */
  createProvider: (config: HostConfig) => Provider
  /** Puts the request pipeline around it: everyone, the watch included, gets the answer of this; disposing it disposes the provider. */
  guard?: (host: Host, provider: Provider) => Provider
  saveConfigs: (configs: HostConfig[]) => Promise<void>
  /** Whether OLLAMA_HOST says where this host is: another address would be gone at the next start. */
  isHeldByEnvironment: (hostId: string) => boolean
  /** A configured host that cannot be used, in words. */
  onProblem: (problem: string) => void
  onChanged: (hosts: Host[]) => void
  onRemoved: (hostId: string) => void
  onProvider: (hostId: string, provider: Provider) => void
}

export function createHostRegistry(deps: HostRegistryDeps): HostRegistry {
  const { logger } = deps
  const watches = new Map<string, HostWatch>()
  /** Configured but of no use: written again with the others, so that a mistyped address is not lost. */
  let refused: HostConfig[] = []
  const changes = new PQueue({ concurrency: 1 })
  let isDisposed = false
  deps.initial.forEach(addIfUsable)

  const list = (): Host[] => [...watches.values()].map((watch) => watch.host())
  const find = (hostId: string): HostWatch => {
    const watch = watches.get(hostId)
    if (!watch) throw new StokerError('host_not_found', `There is no host "${hostId}".`, 'Choose one from the sidebar.')
    return watch
  }

  function add(config: HostConfig, bare: Provider): HostWatch {
    const provider = deps.guard?.(newHost(config, bare), bare) ?? bare
    const watch = createHostWatch({ ...deps, config, provider, onChanged: () => deps.onChanged(list()) })
    watches.set(config.id, watch)
    deps.onProvider(config.id, provider)
    return watch
  }

  function addIfUsable(config: HostConfig): void {
    try {
      add(config, deps.createProvider(config))
    } catch (error) {
      refused.push(config)
      deps.onProblem(`The host ${config.name} is left out: ${toErrorInfo(error).message}`)
    }
  }

  async function drop(watch: HostWatch): Promise<void> {
    watches.delete(watch.config.id)
    await watch.end().catch((error: unknown) => logger.error(`ending ${watch.config.name} failed`, error))
  }

  /** What is to be written, without one. */
  const configsWithout = (hostId: string): HostConfig[] =>
    [...refused, ...[...watches.values()].map(({ config }) => config)].filter(
      ({ id, kind }) => id !== hostId && kind !== 'llamacpp'
    )

  /** One change at a time: each begins with what the one before it has left. */
  const change = <Result>(work: () => Promise<Result>): Promise<Result> =>
    changes.add(() => {
      if (isDisposed) throw new StokerError('server_down', 'Stoker is leaving.')
      return work()
    })

  function refuseWhatCannotChange(config: HostConfig, existing: HostWatch | undefined): void {
    if (existing?.host().isBuiltIn || config.kind === 'llamacpp')
      throw new StokerError(
        'not_supported',
        'The built-in engine cannot be changed or added.',
        'Add an Ollama server instead.'
      )
    if (deps.isHeldByEnvironment(config.id) && config.url !== existing?.config.url)
      throw new StokerError(
        'invalid_input',
        'OLLAMA_HOST decides where this host is.',
        'Start Stoker without OLLAMA_HOST to change it here, or add another host.'
      )
  }

  /** The provider first, for it may refuse the address; then the file; and only then the old one goes. */
  async function replace(config: HostConfig): Promise<HostWatch> {
    const existing = watches.get(config.id)
    refuseWhatCannotChange(config, existing)
    const provider = deps.createProvider(config)
    try {
      await deps.saveConfigs([...configsWithout(config.id), config])
    } catch (error) {
      await provider.dispose()
      throw error
    }
    refused = refused.filter(({ id }) => id !== config.id)
    if (existing) {
      await drop(existing)
      deps.onRemoved(config.id)
    }
    const watch = add(config, provider)
    deps.onChanged(list())
    return watch
  }

  return {
    list,
    hostIds: () => [...watches.keys()],
    provider: (hostId) => find(hostId).provider,
    async check(hostId) {
      const watch = find(hostId)
      await watch.check()
      return watch.host()
    },
    checkSoon: (hostId) => watches.get(hostId)?.checkSoon(),
    async save(config) {
      const watch = await change(() => replace(config))
      await watch.poll()
      return watch.host()
    },
    remove: (hostId) =>
      change(async () => {
        const watch = find(hostId)
        if (watch.host().isBuiltIn) throw new StokerError('not_supported', 'The built-in engine cannot be removed.')
        await deps.saveConfigs(configsWithout(hostId))
        await drop(watch)
        deps.onRemoved(hostId)
        deps.onChanged(list())
      }),
    async start() {
      // The built-in engine answers at once; a server that hangs must not hold the start.
      const turns = [...watches.values()].map((watch) => ({ watch, done: watch.poll() }))
      await Promise.all(turns.filter(({ watch }) => watch.host().isBuiltIn).map(({ done }) => done))
    },
    dispose: () =>
      changes.add(async () => {
        isDisposed = true
        await Promise.all([...watches.values()].map(drop))
      })
  }
}
