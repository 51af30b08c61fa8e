/** What the parts of the model manager share: the records, the one way to change a state, and the outside world as handed in. */
import type { Actor, NewActivityEvent } from '../../shared/activity.ts'
import { StokerError } from '../../shared/errors.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { GenerateResult, Keeper, Model, ModelId, Saving } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { WatchReturn } from '../memory/memoryReturn.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { LoadedModel, Provider } from '../providers/provider.ts'
import type { ModelFactStore } from '../storage/modelFacts.ts'
import type { ModelTimingStore } from '../storage/modelTimings.ts'
import type { SavedTimeStore } from '../storage/savedTime.ts'
import {
  createModelRecord,
  effectiveKeepAliveSeconds,
  toModel,
  type KeepWishes,
  type ModelRecord
} from './modelRecord.ts'
import { nextState, type ModelStateEvent } from './modelState.ts'
import { createWorkJournal, type WorkJournal } from './workJournal.ts'

/** Who wants it, and why: what the event log will say. */
export interface Request {
  actor: Actor
  reason: string | null
  /** The model whose load this makes room for. */
  forLoadOf?: ModelId | undefined
}

export interface ManagerDeps {
  /** Throws `host_not_found`. */
  provider: (hostId: string) => Provider
  facts: ModelFactStore
  timings: ModelTimingStore
  saved: SavedTimeStore
  maxLoadedModels: () => number
  defaultKeepAliveSeconds: () => number
  keepAliveReaction: () => Settings['keepAliveReaction']
  /** The rule of the schedule that keeps it now, else the run of a chain; null when none does. */
  keptBy: (id: ModelId) => Keeper | null
  operations: OperationRegistry
  log: (event: NewActivityEvent) => void
  onModelChanged: (model: Model) => void
  onListChanged: (models: Model[]) => void
  onSavingsChanged: (savings: Saving[]) => void
  /** Somebody got an answer; warm-ups are nobody's. */
  onAnswer?: (id: ModelId, result: GenerateResult) => void
  /** A load or an unload ended: memory is worth a look. */
  onMemoryMoved: () => void
  /** On this machine: only these take part in what is decided by memory. */
  isLocal: (hostId: string) => boolean
  /** Computes on graphics cards where there are any. */
  usesCards: (hostId: string) => boolean
  /** By what is known now. `contextLength` left out: the host's default. */
  needNow: (id: ModelId, contextLength?: number) => Need | null
  /** As needNow, but waits a moment for a better source. Rejects only when aborted. */
  predictNeed: (id: ModelId, contextLength: number | undefined, signal: AbortSignal) => Promise<Need | null>
  /** The engine it would run on; names on the same one are one model to the machine. */
  engineOf: (id: ModelId) => string
  /** A load of ours ended, and its host told what it holds. */
  learnNeed: (id: ModelId, loaded: LoadedModel) => void
  /** A fresh sample; null when there is none. */
  memory: () => Promise<MemorySample | null>
  watchReturn: WatchReturn
  clock: Clock
  logger: Logger
}

export interface ModelContext {
  readonly deps: ManagerDeps
  readonly records: ReadonlyMap<string, ModelRecord>
  readonly journal: WorkJournal
  /** Throws `model_not_found`. */
  require(id: ModelId): ModelRecord
  findOrCreate(id: ModelId): ModelRecord
  drop(record: ModelRecord): void
  /** Moves the state if the table allows it, and says whether it did. Everyone is told. */
  move(record: ModelRecord, event: ModelStateEvent): boolean
  changed(record: ModelRecord): void
  /** Resolves when any model's state next moves, or something else happened that may let a waiting load go on. */
  nextMove(): Promise<void>
  /** Lets whoever waits for the next move look anew. */
  wake(): void
  /** One line of the event log about this model; what is left out is unknown. */
  log(record: ModelRecord, event: Pick<NewActivityEvent, 'kind' | 'actor'> & Partial<NewActivityEvent>): void
  view(record: ModelRecord): Model
  models(): Model[]
  /** What its engine is to be told: of all its names in memory the longest counts. `besidesKeepers`: as if no rule and no run kept any. */
  keepAliveSeconds(record: ModelRecord, besidesKeepers?: boolean): number
  /** The records of every name on its engine, its own among them. */
  alike(record: ModelRecord): ModelRecord[]
}

export function createModelContext(deps: ManagerDeps): ModelContext {
  const records = new Map<string, ModelRecord>()
  const onNextMove = new Set<() => void>()
  const wishesFor = ({ id }: ModelRecord): KeepWishes => ({
    facts: deps.facts.get(id),
    defaultSeconds: deps.defaultKeepAliveSeconds(),
    keptBy: deps.keptBy(id)
  })
  const view = (record: ModelRecord): Model => toModel(record, wishesFor(record))

  const journal = createWorkJournal(deps.clock)

  const context: ModelContext = {
    deps,
    records,
    journal,
    view,
    models: () => [...records.values()].map(view),
    require(id) {
      const record = records.get(modelKey(id))
      if (!record) {
        deps.provider(id.hostId)
        throw new StokerError(
          'model_not_found',
          `There is no model "${id.name}" on this host.`,
          'Choose one from the list, or pull it.'
        )
      }
      return record
    },
    findOrCreate(id) {
      const existing = records.get(modelKey(id))
      if (existing) return existing
      const record = createModelRecord(id, deps.provider(id.hostId), deps.clock.now())
      // Until its queue has moved on it looks busy to whoever wants its room.
      record.queue.addEventListener('next', context.wake)
      records.set(modelKey(id), record)
      return record
    },
    drop(record) {
      record.isDropped = true
      record.cancelIdleTimer()
      records.delete(modelKey(record.id))
      journal.isBack(record.id)
      // Whoever waits for its room waits no more.
      context.wake()
    },
    move(record, event) {
      const next = nextState(record.state, event)
      if (next === null) return false
      record.state = next
      record.stateSinceAt = deps.clock.now()
      record.generation += 1
      if (next === 'ready') journal.isBack(record.id)
      context.changed(record)
      context.wake()
      return true
    },
    changed(record) {
      // A record that has been dropped must not come back to life on somebody's screen.
      if (records.get(modelKey(record.id)) === record) deps.onModelChanged(view(record))
    },
    wake() {
      for (const resolve of onNextMove) resolve()
      onNextMove.clear()
    },
    nextMove: () => new Promise((resolve) => onNextMove.add(resolve)),
    log(record, event) {
      const { id } = record
      deps.log(newActivity({ modelId: id, hostId: id.hostId, ...event }))
    },
    keepAliveSeconds(record, besidesKeepers = false) {
      const names = context.alike(record).filter((one) => one === record || one.state === 'ready')
      const each = [record, ...names].map((one) => {
        const wishes = wishesFor(one)
        return effectiveKeepAliveSeconds(besidesKeepers ? { ...wishes, keptBy: null } : wishes)
      })
      return each.some((seconds) => seconds < 0) ? -1 : Math.max(...each)
    },
    alike(record) {
      const engine = deps.engineOf(record.id)
      return [...records.values()].filter(({ id }) => id.hostId === record.id.hostId && deps.engineOf(id) === engine)
    }
  }
  return context
}
