/** A model manager for tests: a fake provider whose every step ends when told to, a clock moved by hand, storage in memory. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Model, ModelId } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createOperationRegistry, type OperationRegistry } from '../operations/operationRegistry.ts'
import { openDatabase } from '../storage/database.ts'
import { createModelFactStore } from '../storage/modelFacts.ts'
import { createFakeProvider, type FakeProvider } from '../providers/fakeProvider.ts'
import { createModelManager, type ModelManager } from './modelManager.ts'

export interface ManagerRig {
  clock: FakeClock
  provider: FakeProvider
  manager: ModelManager
  operations: OperationRegistry
  log: NewActivityEvent[]
  /** Every model.changed, oldest first. */
  changes: Model[]
  settings: { maxLoadedModels: number; defaultKeepAliveSeconds: number }
  /** Asks the host again. */
  refresh(): Promise<void>
  /** Lets everything that can happen happen, without moving time. */
  settle(): Promise<void>
  state(name: string): string
  /** Loads a model to its end. */
  load(name: string): Promise<void>
}

export const you = { actor: 'you' as const, reason: null }
export const id = (name: string): ModelId => ({ hostId: 'h', name })

export async function createManagerRig(names: string[], keepsTime = false): Promise<ManagerRig> {
  const clock = createFakeClock()
  const provider = createFakeProvider(names, keepsTime)
  const log: NewActivityEvent[] = []
  const changes: Model[] = []
  const settings = { maxLoadedModels: 2, defaultKeepAliveSeconds: 600 }
  const operations = createOperationRegistry({ now: clock.now, onProgress: () => {}, onListChanged: () => {} })
  const manager = createModelManager({
    provider: () => provider,
    facts: createModelFactStore({ database: openDatabase(':memory:').database, logger: silentLogger }),
    maxLoadedModels: () => settings.maxLoadedModels,
    defaultKeepAliveSeconds: () => settings.defaultKeepAliveSeconds,
    operations,
    log: (event) => log.push(event),
    onModelChanged: (model) => changes.push(model),
    onListChanged: () => {},
    onMemoryMoved: () => {},
    clock,
    logger: silentLogger
  })
  manager.watch('h', provider)
  const rig: ManagerRig = {
    clock,
    provider,
    manager,
    operations,
    log,
    changes,
    settings,
    async refresh() {
      await manager.refreshInstalled('h', new AbortController().signal)
      await manager.refreshLoaded('h', new AbortController().signal)
    },
    settle: () => clock.advance(0),
    state: (name) => manager.get(id(name)).state,
    async load(name) {
      const done = manager.ensureLoaded(id(name), you)
      await rig.settle()
      provider.loads[0]?.finish()
      await done
    }
  }
  await rig.refresh()
  return rig
}
