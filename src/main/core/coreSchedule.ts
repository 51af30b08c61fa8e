/** Part of the core: the schedule, and what it is told of the rest. */
import type { DatabaseSync } from 'node:sqlite'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { ModelId } from '../../shared/model.ts'
import { aliasHostId } from '../../shared/modelsFile.ts'
import type { RuleState } from '../../shared/schedule.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { FitBoard } from '../models/fitBoard.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { NeedBook } from '../models/needBook.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { HostRegistry } from '../providers/hostRegistry.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { createRuleStore } from '../storage/ruleStore.ts'
import { createWarmupScheduler, type WarmupScheduler } from '../warmup/warmupScheduler.ts'
import { roomForRules } from './roomForRules.ts'

interface CoreScheduleDeps {
  database: DatabaseSync
  settings: SettingsStore
  hosts: HostRegistry
  models: ModelManager
  needs: NeedBook
  fits: FitBoard
  operations: OperationRegistry
  resolve: (id: ModelId) => ModelId
  newestSample: () => MemorySample | null
  isMemoryShort: () => boolean
  isLocal: (hostId: string) => boolean
  /** A run of a chain is at work: what it displaced comes back after it, and nothing is warmed in between. */
  isRunning: () => boolean
  onProblem: (problem: string) => void
  onChanged: (rules: RuleState[]) => void
  log: (event: NewActivityEvent) => void
  clock: Clock
  logger: Logger
}

export function createCoreSchedule(deps: CoreScheduleDeps): WarmupScheduler {
  const { settings, hosts, models, needs, database, logger } = deps
  const store = createRuleStore({ database, logger })
  store.problems.forEach(deps.onProblem)
  return createWarmupScheduler({
    ...deps,
    models: { ...models, isBusy: () => models.isBusy() || deps.isRunning() },
    store,
    hasHost: (hostId) => hostId === aliasHostId || hosts.hostIds().includes(hostId),
    predict: deps.fits.predict,
    hostProblem(hostId) {
      const host = hosts.list().find(({ id }) => id === hostId)
      if (!host) return 'its host was removed'
      if (host.status === 'checking') return `${host.name} was not asked yet`
      return host.status === 'down' ? `${host.name} does not answer` : null
    },
    needBytes(id, contextLength) {
      if (!deps.isLocal(id.hostId)) return 0
      return needs.now(id, contextLength)?.bytes ?? null
    },
    engineOf: needs.engineOf,
    isBeside: ({ hostId }) =>
      roomForRules(deps.newestSample()).hasCards && hosts.list().find(({ id }) => id === hostId)?.device === 'CPU',
    room() {
      const { budgetBytes, besideBytes } = roomForRules(deps.newestSample())
      return { budgetBytes, besideBytes, maxLoadedModels: settings.get('maxLoadedModels') }
    },
    graceSeconds: () => settings.get('warmupGraceSeconds'),
    quietAfterJobSeconds: () => settings.get('quietAfterJobSeconds'),
    onChanged: deps.onChanged
  })
}
