/** Where the services meet: made here, handed to each other here, and ended here. Shells see only the Core. */
import { join } from 'node:path'
import type { CoreEvent, Events, EventType } from '../shared/contract.ts'
import type { Core } from '../shared/core.ts'
import type { HostConfig } from '../shared/model.ts'
import { systemClock } from './lib/clock.ts'
import { createEmitter } from './lib/emitter.ts'
import type { Logger } from './lib/logger.ts'
import { createMemorySampler } from './memory/memorySampler.ts'
import { createPlatformProbe } from './memory/probes/platformProbe.ts'
import { createProcessMemoryReader } from './memory/probes/linuxProcess.ts'
import { createModelLibrary } from './models/modelLibrary.ts'
import { createModelManager } from './models/modelManager.ts'
import { createOperationRegistry } from './operations/operationRegistry.ts'
import { createHostRegistry } from './providers/hostRegistry.ts'
import type { LaunchEngine } from './providers/llamacpp/engineProcess.ts'
import { createProvider, defaultHosts, embeddedHostId } from './providers/registry.ts'
import { createDispatch } from './rpc/dispatch.ts'
import { createHandlers } from './rpc/handlers.ts'
import { createSettingsStore } from './settings/settingsStore.ts'
import { createActivityLog } from './storage/activityLog.ts'
import { openDatabase } from './storage/database.ts'
import { createModelFactStore } from './storage/modelFacts.ts'

export interface CoreDeps {
  version: string
  dataDirectory: string
  modelsDirectory: string
  environment: Record<string, string | undefined>
  launchEngine: LaunchEngine
  logger: Logger
}

/** How long after the last look the sampler and the health checks keep their quick pace. */
const watchLeaseMs = 15_000
/** Every so many turns the hosts are asked for what is on their disks, too. */
const installedEvery = 5

export async function createCore(deps: CoreDeps): Promise<Core> {
  const { dataDirectory, modelsDirectory, environment, logger } = deps
  const clock = systemClock
  const startedAt = clock.now()
  const events = createEmitter<CoreEvent>((error) => logger.error('a listener failed', error))
  let revision = 0
  function emit<Type extends EventType>(type: Type, payload: Events[Type]): void {
    revision += 1
    events.emit({ type, revision, payload } as CoreEvent)
  }

  const { database, problem } = openDatabase(join(dataDirectory, 'stoker.db'))
  const activity = createActivityLog({ database, now: clock.now, logger })
  const log = (event: Parameters<typeof activity.add>[0]): void => emit('events.added', { event: activity.add(event) })
  const facts = createModelFactStore({ database, logger })
  const settings = createSettingsStore({
    path: join(dataDirectory, 'settings.json'),
    environment,
    now: clock.now,
    onChange(states) {
      emit('settings.changed', { settings: states })
      models.settingsChanged()
    }
  })
  const operations = createOperationRegistry({
    now: clock.now,
    onProgress: (operationId, progress) => emit('operation.progress', { operationId, progress }),
    onListChanged: (list) => emit('operations.changed', { operations: list })
  })
  const models = createModelManager({
    provider: (hostId) => hosts.provider(hostId),
    facts,
    maxLoadedModels: () => settings.get('maxLoadedModels'),
    defaultKeepAliveSeconds: () => settings.get('defaultKeepAliveSeconds'),
    operations,
    log,
    onModelChanged: (model) => emit('model.changed', { model }),
    onListChanged: (list) => emit('models.changed', { models: list }),
    onMemoryMoved: () => memory.refreshSoon(),
    clock,
    logger
  })
  const library = createModelLibrary({
    manager: models,
    provider: (hostId) => hosts.provider(hostId),
    forget: facts.forget,
    operations,
    log,
    clock
  })

  const problems = [...settings.problems, ...(problem === null ? [] : [problem])]

  let watchedUntil = 0
  const memory = createMemorySampler({
    probe: createPlatformProbe({ clock, logger }),
    async readModels() {
      await models.refreshLoaded(embeddedHostId, AbortSignal.timeout(1_000))
      return models.memory()
    },
    reserveBytes: () => settings.get('reserveBytes'),
    onSample: (sample) => emit('memory.sampled', { sample }),
    onWatched: () => (watchedUntil = clock.now() + watchLeaseMs),
    clock,
    logger
  })

  const turns = new Map<string, number>()
  const hosts = createHostRegistry({
    initial: configuredHosts(
      settings.hosts(),
      defaultHosts(environment, (text) => problems.push(text)),
      environment
    ),
    createProvider: (config) =>
      createProvider(config, {
        modelsDirectory,
        launchEngine: deps.launchEngine,
        threads: () => settings.get('engineThreads'),
        timeouts: () => ({
          apiTimeoutMs: settings.get('apiTimeoutMs'),
          firstTokenTimeoutMs: settings.get('firstTokenTimeoutMs'),
          tokenGapTimeoutMs: settings.get('tokenGapTimeoutMs')
        }),
        processMemory: createProcessMemoryReader(),
        clock,
        logger
      }),
    saveConfigs: settings.saveHosts,
    async refresh(hostId, _provider, signal) {
      const turn = turns.get(hostId) ?? 0
      turns.set(hostId, turn + 1)
      if (turn % installedEvery === 0) await models.refreshInstalled(hostId, signal)
      await models.refreshLoaded(hostId, signal)
    },
    onChanged: (list) => emit('hosts.changed', { hosts: list }),
    onStatus(host, change) {
      if (change === 'down') models.hostDown(host.id)
      turns.delete(host.id)
      const kind = change === 'up' ? 'host_up' : 'host_down'
      const error = change === 'up' ? null : host.error
      log({
        kind,
        actor: 'stoker',
        modelId: null,
        hostId: host.id,
        reason: host.name,
        durationMs: null,
        bytes: null,
        error
      })
    },
    onRemoved: (hostId) => models.hostRemoved(hostId),
    onProvider: (hostId, provider) => models.watch(hostId, provider),
    isWatched: () => clock.now() < watchedUntil,
    clock,
    logger
  })

  const dispatch = createDispatch({
    handlers: createHandlers({
      info: () => ({
        version: deps.version,
        platform: process.platform,
        dataDirectory,
        modelsDirectory,
        startedAt,
        problems
      }),
      hosts,
      models,
      library,
      memory,
      history: activity,
      settings,
      operations,
      sampleHostId: embeddedHostId
    }),
    revision: () => revision,
    logger
  })

  let disposing: Promise<void> | null = null
  async function dispose(): Promise<void> {
    operations.cancelAll()
    await Promise.allSettled([memory.dispose(), hosts.dispose()])
    database.close()
  }
  return {
    dispatch,
    subscribe: events.subscribe,
    async start() {
      await hosts.start()
      memory.start()
    },
    dispose: () => (disposing ??= dispose())
  }
}

/** Environment over file over default: OLLAMA_HOST decides where the host named "ollama" is. */
function configuredHosts(
  saved: HostConfig[] | null,
  defaults: HostConfig[],
  environment: Record<string, string | undefined>
): HostConfig[] {
  if (saved === null) return defaults
  const fromEnvironment = environment['OLLAMA_HOST'] ? defaults.find(({ kind }) => kind === 'ollama') : undefined
  const others = saved.map((host) => (host.id === fromEnvironment?.id ? fromEnvironment : host))
  return [...defaults.filter(({ kind }) => kind === 'llamacpp'), ...others]
}
