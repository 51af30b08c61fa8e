/** Runs for tests: the real service on a real database, over models that load and answer as they are told, by the manager's rules. */
import type { DatabaseSync } from 'node:sqlite'
import type { NewActivityEvent } from '../../../shared/activity.ts'
import type { Chain } from '../../../shared/chain.ts'
import { graphOf } from '../../../shared/chainGraph.ts'
import type { CoreEvent, EventType } from '../../../shared/contract.ts'
import type { Model, ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { createFakeClock, type FakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createOperationRegistry, type OperationRegistry } from '../../operations/operationRegistry.ts'
import { openDatabase } from '../../storage/database.ts'
import { createInputStore, type InputStore } from '../../storage/inputStore.ts'
import { createRunStore, type RunStore } from '../../storage/runStore.ts'
import { createFakeModels, idOf, type FakeModels } from './fakeModels.ts'
import { fitPrompt } from '../prompt/fitPrompt.ts'
import type { MakeOutlook, StepSetup } from '../outlook/outlook.ts'
import type { PlannerModel } from '../planner/planProblem.ts'
import { createRunService, type RunService, type RunServiceDeps } from '../runService.ts'
import { createSafeMatch } from './safeMatch.ts'

export const script = { actor: 'script' as const }

export interface RunRig {
  service: RunService
  models: FakeModels
  store: RunStore
  inputs: InputStore
  database: DatabaseSync
  clock: FakeClock
  operations: OperationRegistry
  log: NewActivityEvent[]
  events: { type: EventType; payload: CoreEvent['payload'] }[]
  settings: ReturnType<RunServiceDeps['settings']>
  world: RigWorld
  /** So many items: "item 1", ... */
  batch(count: number): string
  begin(
    chain: Chain,
    count: number,
    more?: { wait?: boolean; operationId?: string; autoUnload?: boolean }
  ): Promise<RunSummary>
  /** Moves time until this has ended. */
  until<Result>(work: Promise<Result>): Promise<Result>
  outputs(runId: string, stepId: string): (string | null)[]
}

export interface RigWorld {
  /** What the outlook believes a model needs; left out: what it takes. */
  needs: Map<string, number>
  keptByRule: Set<string>
  isShort: boolean
  /** Deleted since. */
  missing: Set<string>
  outlooks: number
  /** Hosts that do not answer, by id. */
  away: Set<string>
}

interface RigWish {
  /** Bytes by name. */
  models?: Record<string, number>
  budget?: number
  database?: DatabaseSync
  clock?: FakeClock
  answerMs?: number
}

let batches = 0

export function createRunRig(wish: RigWish = {}): RunRig {
  const { models: sizes = { a: 60, b: 60 }, budget = 100, answerMs = 10 } = wish
  const clock = wish.clock ?? createFakeClock()
  const database = wish.database ?? openDatabase(':memory:').database
  const store = createRunStore({ database, logger: silentLogger })
  const inputs = createInputStore({ database, logger: silentLogger })
  const log: NewActivityEvent[] = []
  const events: RunRig['events'] = []
  const settings: RunRig['settings'] = {
    runsTogether: 'queue',
    itemsAtOnce: 1,
    runPatienceSeconds: 300,
    unloadAfterUse: 'on'
  }
  const world: RigWorld = {
    needs: new Map(),
    keptByRule: new Set(),
    isShort: false,
    missing: new Set(),
    outlooks: 0,
    away: new Set()
  }
  const operations = createOperationRegistry({ now: clock.now, onProgress: () => {}, onListChanged: () => {} })
  const models = createFakeModels({
    sizes,
    budget,
    answerMs,
    clock,
    keptBy: (id) => keeperOf(world.keptByRule.has(id.name) ? 'a rule' : service.keptBy(id))
  })
  const service: RunService = createRunService({
    store,
    inputs,
    outlook: createRigOutlook(models, world, { sizes, budget }),
    manager: models,
    fit: fitPrompt,
    hosts: {
      of: ({ hostId }) => ({ id: hostId, name: `Host ${hostId}`, status: world.away.has(hostId) ? 'down' : 'ok' }),
      has: ({ name }) => name in sizes,
      check: () => Promise.resolve()
    },
    serverVersion: () => null,
    matches: createSafeMatch(),
    operations,
    settings: () => settings,
    isKeptByRule: ({ name }) => world.keptByRule.has(name),
    emit: (type, payload) => events.push({ type, payload }),
    onBegun: () => {},
    log: (event) => log.push(event),
    clock,
    logger: silentLogger
  })
  models.onMoved = () => service.modelsChanged()
  const rig: RunRig = {
    service,
    models,
    store,
    inputs,
    database,
    clock,
    operations,
    log,
    events,
    settings,
    world,
    batch(count) {
      const inputId = `input-${(batches += 1)}-00000000`
      const rows = Array.from({ length: count }, (_, item) => ({
        name: `line ${item + 1}`,
        text: `item ${item + 1}`,
        columns: null
      }))
      inputs.append(inputId, 'lines', rows, [])
      return inputId
    },
    begin: (chain, count, more = {}) => rig.until(service.begin({ chain, inputId: rig.batch(count), ...more }, script)),
    async until(work) {
      let isOver = false
      const end = (): void => void (isOver = true)
      work.then(end, end)
      for (let rounds = 0; !isOver; rounds++) {
        if (rounds > 20_000) throw new Error(`it never ends: ${JSON.stringify(service.list({}))}`)
        await new Promise((resolve) => setImmediate(resolve))
        await clock.advance(100)
      }
      return work
    },
    outputs(runId, stepId) {
      const count = store.get(runId)?.itemCount ?? 0
      return Array.from({ length: count }, (_, item) => store.output(runId, item, stepId))
    }
  }
  return rig
}

/** What chainOutlook.ts tells, of models whose needs are known. */
function createRigOutlook(
  models: FakeModels,
  world: RigWorld,
  wish: { sizes: Record<string, number>; budget: number }
): MakeOutlook {
  const { sizes, budget } = wish
  return async ({ chain, order, autoUnload, groups, instead, seenBytes, ownModels, heldByOthers }) => {
    world.outlooks += 1
    const { order: ids = [], before } = graphOf(chain)
    const steps = (ids ?? []).flatMap((id) => chain.steps.find((step) => step.id === id) ?? [])
    const askedBy = (step: Chain['steps'][number]): ModelId =>
      instead?.get(step.id) ?? step.model ?? { hostId: 'h', name: '?' }
    const residents = models.residents(null)
    const keys = [...new Set([...steps.map((step) => modelKey(askedBy(step))), ...residents.map(({ key }) => key)])]
    const needOf = (key: string): number => {
      const name = key.slice(2)
      return seenBytes?.get(key) ?? world.needs.get(name) ?? sizes[name] ?? 0
    }
    const wanted = new Set(steps.map((step) => modelKey(askedBy(step))))
    const planned = keys.map((key): PlannerModel => {
      const resident = residents.find((one) => one.key === key)
      return {
        needBytes: needOf(key),
        pool: 0,
        loadMs: 5_000,
        unloadMs: 100,
        isResident: resident !== undefined,
        isOwn: ownModels?.has(key) ?? false,
        mustStay:
          resident !== undefined &&
          (resident.isPinned ||
            resident.isBusy ||
            world.keptByRule.has(key.slice(2)) ||
            (heldByOthers?.has(key) ?? false)),
        isCounted: true
      }
    })
    const setups = new Map(
      steps.map((step): [string, StepSetup] => [
        step.id,
        {
          stepId: step.id,
          modelId: askedBy(step),
          windowTokens: step.contextLength,
          contextLength: null,
          options: step.options
        }
      ])
    )
    const missing = steps.filter((step) => !(askedBy(step).name in sizes) || world.missing.has(askedBy(step).name))
    return {
      problems: missing.map(({ id, name }) => ({
        stepId: id,
        field: 'model',
        message: `the model of ${name} is not there`,
        start: null,
        end: null,
        isBlocking: true
      })),
      steps: [],
      setups: missing.length > 0 ? null : setups,
      models: keys.map((key, place) => ({
        id: idOf(key.slice(2)),
        needBytes: planned[place]?.needBytes ?? null,
        needSource: null,
        contextLength: null,
        loadMs: 5_000,
        isResident: planned[place]?.isResident ?? false,
        isKept: false,
        isForeign: !wanted.has(key)
      })),
      problem:
        missing.length > 0
          ? null
          : {
              steps: steps.map((step) => ({
                id: step.id,
                model: keys.indexOf(modelKey(askedBy(step))),
                after: (before.get(step.id) ?? []).map((id) => steps.findIndex((one) => one.id === id)),
                runMs: 1_000
              })),
              models: planned,
              groups,
              pools: [budget],
              maxLoaded: 64,
              order,
              mayPrefetch: !world.isShort,
              autoUnload
            },
      answerTokens: null,
      hasGuesses: false
    }
  }
}

function keeperOf(name: string | null): Model['keptBy'] {
  return name === null ? null : { kind: name === 'a rule' ? 'rule' : 'run', name }
}
