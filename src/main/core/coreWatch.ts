/** Part of the core: what watches over the rest of it, the diagnostics, the metrics and the health. */
import type { DatabaseSync } from 'node:sqlite'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Diagnostics } from '../../shared/diagnostics.ts'
import { createDiagnostics, type DiagnosticsService } from '../diagnostics/diagnostics.ts'
import { createHealth, type Health } from '../diagnostics/health.ts'
import { readDisk } from '../diagnostics/readDisk.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import type { FitBoard } from '../models/fitBoard.ts'
import type { ModelLibrary } from '../models/modelLibrary.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { createDiagnosticsStore } from '../storage/diagnosticsStore.ts'
import type { CoreHosts } from './coreHosts.ts'

interface CoreWatchDeps extends CoreHosts {
  version: string
  startedAt: number
  folders: { models: string; data: string }
  sampleHostId: string
  /** As the sampler calls it; null before the first sample. */
  machine: () => string | null
  problems: () => readonly string[]
  models: ModelManager
  library: ModelLibrary
  fits: FitBoard
  settings: SettingsStore
  operations: OperationRegistry
  database: DatabaseSync
  log: (event: NewActivityEvent) => void
  onDiagnostics: (diagnostics: Diagnostics) => void
  clock: Clock
  logger: Logger
}

export interface CoreWatch {
  diagnostics: DiagnosticsService
  metrics: Metrics
  health: () => Health
}

export function createCoreWatch(deps: CoreWatchDeps): CoreWatch {
  const { version, models, hosts, pipelines, settings, database, logger } = deps
  const diagnostics = createDiagnostics({
    ...deps,
    readDisk,
    predict: (id, signal) => deps.fits.predict(id, undefined, signal),
    limitsOf: pipelines.timeouts,
    store: createDiagnosticsStore({ database, logger }),
    about: () => ({ version, machine: deps.machine(), platform: `${process.platform} ${process.arch}` }),
    onChanged: deps.onDiagnostics
  })
  const metrics = createMetrics({
    version,
    startedAt: deps.startedAt,
    models: models.list,
    hosts: hosts.list,
    requests: pipelines.list
  })
  const health = createHealth({
    version,
    problems: deps.problems,
    hosts: hosts.list,
    requests: pipelines.list,
    models: models.list,
    settings: settings.values,
    isExpected: deps.isExpected
  })
  return { diagnostics, metrics, health }
}
