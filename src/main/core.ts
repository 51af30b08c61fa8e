/** Where the services meet: made here, handed to each other here, and ended here. Shells see only the Core. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { NewActivityEvent } from '../shared/activity.ts'
import type { Answer, CoreEvent, Events, EventType } from '../shared/contract.ts'
import type { Core } from '../shared/core.ts'
import type { MemorySample } from '../shared/memory.ts'
import { sameModel } from '../shared/modelKey.ts'
import { createCoreChains, keeperOf } from './core/coreChains.ts'
import { createCoreFits } from './core/coreFits.ts'
import { createCoreHosts } from './core/coreHosts.ts'
import { createCoreMemory } from './core/coreMemory.ts'
import { createCoreSchedule } from './core/coreSchedule.ts'
import { createCoreWatch } from './core/coreWatch.ts'
import { systemClock } from './lib/clock.ts'
import { disposeWithin } from './lib/disposeWithin.ts'
import { createEmitter } from './lib/emitter.ts'
import { createFileWatch } from './lib/fileWatch.ts'
import type { Logger } from './lib/logger.ts'
import { newActivity } from './lib/newActivity.ts'
import { createMemoryReturn } from './memory/memoryReturn.ts'
import type { ModelClaim } from './memory/modelClaim.ts'
import { createModelsFile } from './modelsFile/modelsFile.ts'
import { createModelLibrary } from './models/modelLibrary.ts'
import { createModelManager } from './models/modelManager.ts'
import { createNeedBook } from './models/needBook.ts'
import { createOperationRegistry } from './operations/operationRegistry.ts'
import type { LaunchEngine } from './providers/llamacpp/engineProcess.ts'
import { isKnownArchitecture } from './providers/llamacpp/gguf/architectures.ts'
import { engineOverheadBytes, engineVersion } from './providers/llamacpp/llamacppProvider.ts'
import { createNeedEstimator } from './providers/llamacpp/needEstimator.ts'
import { embeddedHostId } from './providers/registry.ts'
import { createDispatch } from './rpc/dispatch.ts'
import { createHandlers } from './rpc/handlers.ts'
import { createSettingsStore } from './settings/settingsStore.ts'
import { createActivityLog } from './storage/activityLog.ts'
import { openDatabase } from './storage/database.ts'
import { createModelFactStore } from './storage/modelFacts.ts'
import { createModelTimingStore } from './storage/modelTimings.ts'
import { createNeedStore } from './storage/needStore.ts'
import { createSavedTimeStore } from './storage/savedTime.ts'

export interface CoreDeps {
  version: string
  dataDirectory: string
  modelsDirectory: string
  environment: Record<string, string | undefined>
  launchEngine: LaunchEngine
  logger: Logger
}

/** How long cancelled work has, at the end, to write how it ended. */
const lastLinesLimitMs = 1_000
/** How long hosts have, at the end, to take back what the schedule keeps and what the checks left: they are closed after that. */
const releaseLimitMs = 700

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

  /** What a person should know, said once. */
  function notice(reason: string): void {
    log(newActivity({ kind: 'problem', actor: 'stoker', reason }))
  }

  const { database, problem } = openDatabase(join(dataDirectory, 'stoker.db'))
  const activity = createActivityLog({ database, now: clock.now, logger })
  function log(event: NewActivityEvent): void {
    emit('events.added', { event: activity.add(event) })
    metrics.noteActivity(event)
    diagnostics.noteActivity(event)
    warmup.noted(event)
  }
  const facts = createModelFactStore({ database, logger })
  const timings = createModelTimingStore({ database, now: clock.now, logger })
  const settings = createSettingsStore({
    path: join(dataDirectory, 'settings.json'),
    environment,
    now: clock.now,
    watchFile: createFileWatch(clock),
    onProblem: notice,
    onChange(states, changedName) {
      emit('settings.changed', { settings: states })
      if (changedName === 'defaultKeepAliveSeconds' || changedName === 'maxLoadedModels') models.settingsChanged()
      if (changedName === 'engineCacheType') needs.refreshHost(embeddedHostId)
      if (changedName === 'reserveBytes') memory.refreshSoon()
      if (changedName === 'maxLoadedModels') fits.changed()
      if (changedName === 'minConcurrency' || changedName === 'maxConcurrency') pipelines.settingsChanged()
      warmup.settingsChanged()
      chains.runs.settingsChanged()
    }
  })
  /** The checks of this machine try how room is made, with fewer than the setting allows. */
  const maxLoadedModels = (): number => diagnostics.loadedLimit() ?? settings.get('maxLoadedModels')
  let newestSample: MemorySample | null = null as MemorySample | null
  let isMemoryShort = false
  let onNothingRunning = (): void => {}
  const operations = createOperationRegistry({
    now: clock.now,
    onProgress: (operationId, progress) => emit('operation.progress', { operationId, progress }),
    onListChanged(list) {
      emit('operations.changed', { operations: list })
      if (list.length === 0) onNothingRunning()
    }
  })
  const {
    platform,
    processes,
    memory,
    problems: simulationProblems
  } = createCoreMemory({
    database,
    environment,
    models: () => models,
    claims: () => localClaims(),
    reserveBytes: () => settings.get('reserveBytes'),
    onSample(sample) {
      newestSample = sample
      emit('memory.sampled', { sample })
      metrics.noteSample(sample)
      pressure.sampled(sample)
      fits.sampled(sample)
    },
    clock,
    logger
  })
  const isLocal = (hostId: string): boolean => hosts.list().some(({ id, isLocal }) => id === hostId && isLocal)
  const usesCards = (hostId: string): boolean => hosts.list().find(({ id }) => id === hostId)?.device !== 'CPU'
  /** Another machine's models hold nothing here. */
  const localClaims = (): ModelClaim[] => models.memory().filter(({ id }) => isLocal(id.hostId))
  const models = createModelManager({
    provider: (hostId) => hosts.provider(hostId),
    facts,
    timings,
    saved: createSavedTimeStore({ database, now: clock.now, logger }),
    keepAliveReaction: () => settings.get('keepAliveReaction'),
    keptBy: (id) => keeperOf(warmup.keptBy(id), chains.runs.keptBy(id)),
    onAnswer: (id, result) => metrics.noteAnswer({ id, result }),
    onSavingsChanged: (savings) => emit('savings.changed', { savings }),
    maxLoadedModels,
    defaultKeepAliveSeconds: () => settings.get('defaultKeepAliveSeconds'),
    operations,
    log,
    onModelChanged(model) {
      emit('model.changed', { model })
      needs.notice(model)
      fits.changed()
      warmup.changed()
      chains.runs.modelsChanged()
    },
    onListChanged(list) {
      emit('models.changed', { models: list })
      needs.follow(list.map(({ id }) => id))
      fits.changed()
      modelsFile.modelsChanged()
      warmup.changed()
    },
    onMemoryMoved: () => memory.refreshSoon(),
    isLocal,
    usesCards,
    needNow: (id, contextLength) => needs.now(id, contextLength),
    predictNeed: (id, contextLength, signal) => needs.predict(id, contextLength, signal),
    engineOf: (id) => needs.engineOf(id),
    learnNeed: (id, loaded) => needs.learn(id, loaded),
    memory: () => memory.current(),
    watchReturn: createMemoryReturn({
      claimOf: (id) => localClaims().find((claim) => sameModel(claim.id, id)) ?? null,
      processes,
      isAlive: platform.runners.isAlive,
      readGpusNow: platform.readGpusNow,
      clock
    }),
    clock,
    logger
  })
  const needs = createNeedBook({
    provider: (hostId) => hosts.provider(hostId),
    isLocal,
    estimator: createNeedEstimator({ launchEngine: deps.launchEngine, clock }),
    estimatorVersion: engineVersion,
    knowsArchitecture: isKnownArchitecture,
    store: createNeedStore({ database, now: clock.now, logger }),
    overheadBytes: (hostId) => (hostId === embeddedHostId ? engineOverheadBytes : 0),
    onChanged: () => fits.changed(),
    clock,
    logger
  })
  const { pressure, fits } = createCoreFits({
    models,
    needs,
    settings,
    isLocal,
    usesCards,
    maxLoadedModels,
    memory: () => memory.current(),
    setPaused(isShort) {
      isMemoryShort = isShort
      needs.setPaused(isShort)
      pipelines.setPressure(isShort)
      chains.runs.pressureChanged(isShort)
    },
    onChanged: (list, relief) => emit('fits.changed', { fits: list, relief }),
    log,
    clock,
    logger
  })
  const library = createModelLibrary({
    manager: models,
    provider: (hostId) => hosts.provider(hostId),
    forget(id) {
      facts.forget(id)
      timings.forget(id)
    },
    operations,
    log,
    clock
  })

  const problems = [...(problem === null ? [] : [problem]), ...simulationProblems]
  /** The settings file may be mended, or mistyped, while Stoker runs. */
  const allProblems = (): string[] => [...settings.problems, ...problems]

  const coreHosts = createCoreHosts({
    settings,
    models,
    platform,
    modelsDirectory,
    fileModels: () => modelsFile.fileModels(),
    environment,
    launchEngine: deps.launchEngine,
    isWatched: memory.isWatched,
    onChanged(list) {
      emit('hosts.changed', { hosts: list })
      fits.changed()
      modelsFile.modelsChanged()
      warmup.changed()
    },
    onRequests: (list) => emit('requests.changed', { hosts: list }),
    onCall: (call) => metrics.noteCall(call),
    onUp: needs.refreshHost,
    onProblem: (problem) => problems.push(problem),
    log,
    clock,
    logger
  })
  const { hosts, pipelines } = coreHosts
  const modelsFile = createModelsFile({
    path: join(dataDirectory, 'models.yaml'),
    watchFile: createFileWatch(clock),
    homeDirectory: homedir(),
    known: { hosts: hosts.list, has: models.has },
    onChanged(file) {
      emit('modelsFile.changed', { file })
      warmup.settingsChanged()
    },
    onModelsChanged() {
      needs.refreshHost(embeddedHostId)
      models
        .refreshInstalled(embeddedHostId, new AbortController().signal)
        .catch((error: unknown) => logger.warn('the models of models.yaml could not be listed', error))
    },
    log
  })
  const shared = {
    database,
    settings,
    hosts,
    models,
    needs,
    fits,
    operations,
    newestSample: () => newestSample,
    isMemoryShort: () => isMemoryShort,
    onProblem: (problem: string) => void problems.push(problem),
    log,
    clock,
    logger
  }
  const warmup = createCoreSchedule({
    ...shared,
    resolve: modelsFile.resolve,
    isLocal,
    isRunning: () => chains.runs.isBusy(),
    onChanged: (rules) => emit('warmup.changed', { rules })
  })
  const chains = createCoreChains({
    ...shared,
    modelsFile,
    isKeptByRule: (id) => warmup.keptBy(id) !== null,
    emit
  })
  const { diagnostics, metrics, health } = createCoreWatch({
    ...coreHosts,
    ...shared,
    version: deps.version,
    startedAt,
    folders: { models: modelsDirectory, data: dataDirectory },
    sampleHostId: embeddedHostId,
    machine: () => newestSample?.machine ?? null,
    problems: allProblems,
    library,
    onDiagnostics: (found) => emit('diagnostics.changed', found)
  })

  const dispatch = createDispatch({
    handlers: createHandlers({
      info: () => ({
        version: deps.version,
        platform: process.platform,
        dataDirectory,
        modelsDirectory,
        startedAt,
        problems: allProblems()
      }),
      health,
      metrics,
      hosts,
      pipelines,
      models,
      library,
      fits,
      unlearnedNeed: needs.unlearned,
      memory,
      history: activity,
      settings,
      operations,
      modelsFile,
      warmup,
      chains,
      diagnostics,
      sampleHostId: embeddedHostId
    }),
    revision: () => revision,
    logger
  })

  async function putAway(): Promise<void> {
    await Promise.all([models.leave(), diagnostics.dispose()])
  }
  let disposing: Promise<void> | null = null
  async function dispose(): Promise<void> {
    const nothingRuns = new Promise<void>((resolve) => (onNothingRunning = resolve))
    const lastLines = operations.list().length === 0 ? Promise.resolve() : nothingRuns
    await disposeWithin(chains.runs.dispose, lastLinesLimitMs, clock, logger)
    operations.cancelAll()
    settings.dispose()
    modelsFile.dispose()
    warmup.dispose()
    fits.dispose()
    await disposeWithin(putAway, releaseLimitMs, clock, logger)
    await Promise.allSettled([
      memory.dispose(),
      hosts.dispose(),
      needs.dispose(),
      disposeWithin(() => lastLines, lastLinesLimitMs, clock, logger)
    ])
    chains.close()
    database.close()
  }
  return {
    dispatch: async (route, input, context) => (disposing ? leaving : dispatch(route, input, context)),
    subscribe: events.subscribe,
    async start() {
      allProblems().forEach(notice)
      await hosts.start()
      memory.start()
      warmup.start()
      chains.start()
    },
    dispose: () => (disposing ??= dispose())
  }
}

/** What is asked after the end began: the files are closed, or about to be. */
const leaving: Answer = { ok: false, error: { code: 'server_down', message: 'Stoker is leaving.', hint: null } }
