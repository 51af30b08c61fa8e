/** A model manager for tests: a fake provider whose every step ends when told to, a clock moved by hand, storage in memory. */
import type { DatabaseSync } from 'node:sqlite'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Model, ModelId, Saving } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import type { MemoryReturn } from '../memory/memoryReturn.ts'
import { createOperationRegistry, type OperationRegistry } from '../operations/operationRegistry.ts'
import { openDatabase } from '../storage/database.ts'
import { createModelFactStore } from '../storage/modelFacts.ts'
import { createModelTimingStore } from '../storage/modelTimings.ts'
import { createSavedTimeStore } from '../storage/savedTime.ts'
import { createFakeProvider, type FakeProvider } from '../providers/fakeProvider.ts'
import type { LoadedModel } from '../providers/provider.ts'
import { needOf, type NeedShape } from './fitRig.ts'
import { createModelManager, type ModelManager } from './modelManager.ts'
import type { GenerateWish } from './modelRequests.ts'

export interface ManagerRig {
  clock: FakeClock
  database: DatabaseSync
  provider: FakeProvider
  manager: ModelManager
  operations: OperationRegistry
  log: NewActivityEvent[]
  /** Every model.changed, oldest first. */
  changes: Model[]
  settings: { maxLoadedModels: number; defaultKeepAliveSeconds: number; keepAliveReaction: 'tell' | 'restore' }
  /** By name: the rule that keeps it. */
  kept: Map<string, string>
  /** By name: the run that keeps it, in words. */
  keptByRun: Map<string, string>
  /** Every savings.changed, oldest first. */
  savings: Saving[][]
  machine: RigMachine
  /** Asks the host again. */
  refresh(): Promise<void>
  /** Lets everything that can happen happen, without moving time. */
  settle(): Promise<void>
  state(name: string): string
  /** Loads a model to its end. */
  load(name: string): Promise<void>
  /** Asks it to the end: 12 s, and before that 8 s where it must be loaded. */
  ask(name: string, wish?: Partial<GenerateWish>, loadMs?: number): Promise<void>
}

/** Memory as the rig's manager sees it; empty, so that only the number of models counts. */
export interface RigMachine {
  /** Null: there is none; taken at 0: in the moment in which it is asked for. */
  sample: MemorySample | null
  /** By name; what is not in it is unknown. */
  needs: Map<string, NeedShape>
  /** By name; each its own where it is left out. */
  engines: Map<string, string>
  defaultContextLength: number
  isLocal: boolean
  learned: LoadedModel[]
  /** Null: nothing can be looked at. */
  seenReturn: MemoryReturn | null
  /** Whoever looks at the machine waits for ever. */
  hangs: boolean
}

export const you = { actor: 'you' as const, reason: null }
export const id = (name: string): ModelId => ({ hostId: 'h', name })

/** `before`: one that was killed, with its server and its database still there. */
export async function createManagerRig(
  names: string[],
  keepsTime = false,
  before: Pick<ManagerRig, 'clock' | 'provider' | 'database'> | null = null
): Promise<ManagerRig> {
  const clock = before?.clock ?? createFakeClock()
  const provider = before?.provider ?? createFakeProvider(names, keepsTime)
  const log: NewActivityEvent[] = []
  const changes: Model[] = []
  const savings: Saving[][] = []
  const kept = new Map<string, string>()
  const keptByRun = new Map<string, string>()
  const settings: ManagerRig['settings'] = {
    maxLoadedModels: 2,
    defaultKeepAliveSeconds: 600,
    keepAliveReaction: 'tell'
  }
  const database = before?.database ?? openDatabase(':memory:').database
  const storage = { database, now: clock.now, logger: silentLogger }
  const machine: RigMachine = {
    sample: null,
    needs: new Map(),
    engines: new Map(),
    defaultContextLength: 2_048,
    isLocal: true,
    learned: [],
    seenReturn: null,
    hangs: false
  }
  const needNow = ({ name }: ModelId, contextLength = machine.defaultContextLength): Need | null => {
    const shape = machine.needs.get(name)
    return shape ? needOf(shape, contextLength) : null
  }
  const look = <Seen>(seen: Seen): Promise<Seen> => (machine.hangs ? new Promise(() => {}) : Promise.resolve(seen))
  const operations = createOperationRegistry({ now: clock.now, onProgress: () => {}, onListChanged: () => {} })
  const manager = createModelManager({
    provider: () => provider,
    facts: createModelFactStore(storage),
    timings: createModelTimingStore(storage),
    saved: createSavedTimeStore(storage),
    maxLoadedModels: () => settings.maxLoadedModels,
    defaultKeepAliveSeconds: () => settings.defaultKeepAliveSeconds,
    keepAliveReaction: () => settings.keepAliveReaction,
    keptBy({ name }) {
      const [rule, run] = [kept.get(name), keptByRun.get(name)]
      if (rule !== undefined) return { kind: 'rule', name: rule }
      return run === undefined ? null : { kind: 'run', name: run }
    },
    operations,
    log: (event) => log.push(event),
    onModelChanged: (model) => changes.push(model),
    onListChanged: () => {},
    onSavingsChanged: (list) => savings.push(list),
    onMemoryMoved: () => {},
    isLocal: () => machine.isLocal,
    usesCards: () => true,
    needNow,
    predictNeed: async (model, contextLength) => needNow(model, contextLength),
    engineOf: (model) => machine.engines.get(model.name) ?? modelKey(model),
    learnNeed: (_, loaded) => machine.learned.push(loaded),
    memory: () => look(machine.sample && { ...machine.sample, sampledAt: machine.sample.sampledAt || clock.now() }),
    watchReturn: async () => () => look(machine.seenReturn ?? { bytesReturned: null, verified: false, evidence: null }),
    clock,
    logger: silentLogger
  })
  manager.watch('h', provider)
  const rig: ManagerRig = {
    clock,
    database,
    provider,
    manager,
    operations,
    log,
    changes,
    settings,
    kept,
    keptByRun,
    savings,
    machine,
    async refresh() {
      await manager.refreshInstalled('h', new AbortController().signal)
      await manager.refreshLoaded('h', new AbortController().signal)
    },
    async settle() {
      await clock.advance(0)
      // However many promises hang on each other: all that can go on has gone on by then.
      await new Promise((resolve) => setImmediate(resolve))
    },
    state: (name) => manager.get(id(name)).state,
    async load(name) {
      const done = manager.ensureLoaded(id(name), you)
      await rig.settle()
      provider.loads[0]?.finish()
      await done
    },
    async ask(name, wish = {}, loadMs = 8_000) {
      const done = manager.generate(id(name), { ...you, prompt: 'hi', ...wish })
      await rig.settle()
      if (provider.loads.length > 0) {
        await clock.advance(loadMs)
        provider.loads[0]?.finish()
        await rig.settle()
      }
      await clock.advance(12_000)
      provider.answers[0]?.finish()
      await done
    }
  }
  await rig.refresh()
  return rig
}
