/** Part of the core: the configured hosts, each provider with the request pipeline around it. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { Host } from '../../shared/model.ts'
import type { FileModel } from '../../shared/modelsFile.ts'
import { createHostExpectation } from '../diagnostics/hostExpectation.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import { gpuMemoryBytes } from '../memory/gpuMemoryBytes.ts'
import type { PlatformProbe } from '../memory/probes/platformProbe.ts'
import { createProcessMemoryReader } from '../memory/probes/linuxProcess.ts'
import type { ModelManager } from '../models/modelManager.ts'
import { configuredHosts } from '../providers/configuredHosts.ts'
import { createHostRegistry, type HostRegistry } from '../providers/hostRegistry.ts'
import type { LaunchEngine } from '../providers/llamacpp/engineProcess.ts'
import { createProvider, defaultHosts } from '../providers/registry.ts'
import { createHostPipelines, type HostPipelines, type HostPipelinesDeps } from '../requests/hostPipelines.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

interface CoreHostsDeps {
  settings: SettingsStore
  models: ModelManager
  platform: PlatformProbe
  modelsDirectory: string
  fileModels: () => readonly FileModel[]
  environment: Record<string, string | undefined>
  launchEngine: LaunchEngine
  isWatched: () => boolean
  onChanged: (hosts: Host[]) => void
  onRequests: (hosts: HostRequests[]) => void
  onCall: NonNullable<HostPipelinesDeps['onCall']>
  onUp: (hostId: string) => void
  onProblem: (problem: string) => void
  log: (event: NewActivityEvent) => void
  clock: Clock
  logger: Logger
}

export interface CoreHosts {
  hosts: HostRegistry
  pipelines: HostPipelines
  /** False: a default that was never there. */
  isExpected: (host: Host) => boolean
}

export function createCoreHosts(deps: CoreHostsDeps): CoreHosts {
  const { settings, models, platform, environment, log, clock, logger } = deps
  const pipelines = createHostPipelines({
    settings: settings.values,
    measuredOf: models.measuredOf,
    checkSoon: (hostId) => hosts.checkSoon(hostId),
    onChanged: deps.onRequests,
    onCall: deps.onCall,
    log,
    random: Math.random,
    clock,
    logger
  })
  const configured = configuredHosts(settings.hosts(), environment, deps.onProblem)
  const hosts = createHostRegistry({
    initial: configured.hosts,
    isHeldByEnvironment: (hostId) => hostId === configured.heldId,
    onProblem: deps.onProblem,
    createProvider: (config) =>
      createProvider(config, {
        modelsDirectory: deps.modelsDirectory,
        fileModels: deps.fileModels,
        launchEngine: deps.launchEngine,
        threads: () => settings.get('engineThreads'),
        cacheType: () => settings.get('engineCacheType'),
        environment,
        gpuMemoryBytes: () => gpuMemoryBytes(platform.lastGpus()),
        timeouts: settings.values,
        processMemory: createProcessMemoryReader(),
        clock,
        logger
      }),
    saveConfigs: settings.saveHosts,
    guard: pipelines.guard,
    async refresh(hostId, { isFull }, signal) {
      if (isFull) await models.refreshInstalled(hostId, signal)
      await models.refreshLoaded(hostId, signal)
    },
    healthCheckIntervalMs: () => settings.get('healthCheckIntervalMs'),
    onHealth: pipelines.noteHealth,
    onChanged: deps.onChanged,
    onStatus(host, change) {
      if (change === 'down') models.hostDown(host.id)
      else deps.onUp(host.id)
      const kind = change === 'up' ? 'host_up' : 'host_down'
      const error = change === 'up' ? null : host.error
      log(newActivity({ kind, actor: 'stoker', hostId: host.id, reason: host.name, error }))
    },
    onRemoved: models.hostRemoved,
    onProvider: models.watch,
    isWatched: deps.isWatched,
    clock,
    logger
  })
  const isExpected = createHostExpectation(
    defaultHosts(environment, () => {}),
    configured.heldId
  )
  return { hosts, pipelines, isExpected }
}
