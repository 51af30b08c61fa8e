/** Part of the core: what has room, and what goes when memory gets short. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Prediction, Relief } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createFitBoard, type FitBoard } from '../models/fitBoard.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { NeedBook } from '../models/needBook.ts'
import { createPressureRelief, type PressureRelief } from '../models/pressureRelief.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

interface CoreFitsDeps {
  models: ModelManager
  needs: NeedBook
  settings: SettingsStore
  isLocal: (hostId: string) => boolean
  usesCards: (hostId: string) => boolean
  maxLoadedModels: () => number
  memory: () => Promise<MemorySample>
  /** Memory has become short, or is no longer. */
  setPaused: (isShort: boolean) => void
  onChanged: (fits: Prediction[], relief: Relief | null) => void
  log: (event: NewActivityEvent) => void
  clock: Clock
  logger: Logger
}

export function createCoreFits(deps: CoreFitsDeps): { pressure: PressureRelief; fits: FitBoard } {
  const { models } = deps
  const pressure = createPressureRelief({
    ...deps,
    residents: models.residents,
    reaction: () => deps.settings.get('pressureReaction'),
    unloadIfIdle: models.unloadIfIdle
  })
  const fits = createFitBoard({
    ...deps,
    models: models.list,
    model: models.get,
    residents: models.residents,
    relief: pressure.relief
  })
  return { pressure, fits }
}
