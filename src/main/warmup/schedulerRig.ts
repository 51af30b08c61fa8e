/** The scheduler over the real model manager and a fake provider, with a clock moved by hand: for tests. */
import type { Prediction } from '../../shared/fit.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Rule, RuleState, RuleTime } from '../../shared/schedule.ts'
import { silentLogger } from '../lib/logger.ts'
import { createManagerRig, id, type ManagerRig } from '../models/managerRig.ts'
import { openDatabase } from '../storage/database.ts'
import { createRuleStore, type RuleStore } from '../storage/ruleStore.ts'
import { createWarmupScheduler, type WarmupScheduler, type WarmupSchedulerDeps } from './warmupScheduler.ts'

export interface SchedulerRig extends ManagerRig {
  scheduler: WarmupScheduler
  store: RuleStore
  /** By name, in bytes; what is not in it is unknown. */
  bytes: Map<string, number>
  machineIs: { budgetBytes: number | null; hostProblem: string | null; isShort: boolean; timeZone: string }
  /** What the next alias points to. */
  aliases: Map<string, ModelId>
  told: RuleState[][]
  /** Ends every load and answer that is asked for, until nothing more is. */
  serve(): Promise<void>
  /** Time goes by in steps, and whatever is asked for is served at once. */
  pass(ms: number): Promise<void>
  /** The log as "kind model: reason", from the schedule or whatever else it says. */
  lines(): string[]
  restart(): void
}

export const ruleOf = (ruleId: string, when: RuleTime, ...names: string[]): Rule => ({
  id: ruleId,
  name: ruleId,
  isEnabled: true,
  models: names.map((name) => ({ id: id(name), contextLength: null })),
  when
})

export const everyDay = [1, 2, 3, 4, 5, 6, 7]

export async function createSchedulerRig(names: string[], keepsTime = false): Promise<SchedulerRig> {
  const manager = await createManagerRig(names, keepsTime)
  const { database } = openDatabase(':memory:')
  const bytes = new Map<string, number>()
  const aliases = new Map<string, ModelId>()
  const machineIs: SchedulerRig['machineIs'] = { budgetBytes: null, hostProblem: null, isShort: false, timeZone: 'UTC' }
  const told: RuleState[][] = []
  let heard = 0

  /** By number alone, as the manager itself decides without a sample. */
  async function predict(model: ModelId): Promise<Prediction> {
    const loaded = manager.manager.list().filter(({ state }) => state === 'ready' || state === 'loading')
    const others = loaded.filter((one) => modelKey(one.id) !== modelKey(model))
    const tooMany = Math.max(0, others.length + 1 - manager.settings.maxLoadedModels)
    const idle = others.filter(({ isPinned, activeRequests }) => !isPinned && activeRequests === 0)
    const unload = idle.toSorted((a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0)).slice(0, tooMany)
    const sum = { limitBytes: null, reserveBytes: null, budgetBytes: null, heldBytes: 0, replacedBytes: 0 }
    return {
      id: model,
      contextLength: null,
      needBytes: bytes.get(model.name) ?? null,
      plusMinusBytes: null,
      source: null,
      parts: [],
      verdict: 'unknown',
      unload: unload.map((one) => one.id),
      fittingContextLength: null,
      spilledBytes: 0,
      isAllowed: unload.length === tooMany,
      sum: { ...sum, freeBytes: null, roomBytes: null, overBytes: null, limitedBy: null }
    }
  }

  const deps = (store: RuleStore): WarmupSchedulerDeps => ({
    store,
    models: {
      ...manager.manager,
      keptChanged(ids) {
        for (const { name } of ids) {
          const keeper = rig.scheduler.keptBy(id(name))
          if (keeper === null) manager.kept.delete(name)
          else manager.kept.set(name, keeper)
        }
        manager.manager.keptChanged(ids)
      }
    },
    resolve: (model) => (model.hostId === 'alias' ? pointedAt(model) : model),
    hostProblem: () => machineIs.hostProblem,
    hasHost: (hostId) => hostId === 'h',
    needBytes: ({ name }) => bytes.get(name) ?? null,
    engineOf: modelKey,
    isBeside: () => false,
    room: () => ({
      budgetBytes: machineIs.budgetBytes,
      besideBytes: null,
      maxLoadedModels: manager.settings.maxLoadedModels
    }),
    isMemoryShort: () => machineIs.isShort,
    graceSeconds: () => 900,
    quietAfterJobSeconds: () => 120,
    predict,
    timeZone: () => machineIs.timeZone,
    operations: manager.operations,
    log: (event) => manager.log.push(event),
    onChanged: (rules) => told.push(rules),
    clock: manager.clock,
    logger: silentLogger
  })

  function pointedAt({ name }: ModelId): ModelId {
    const target = aliases.get(name)
    if (!target) throw new Error(`no alias ${name}`)
    return target
  }

  /** As core.ts hands every line of the log on. */
  function hear(): void {
    for (const event of manager.log.slice(heard)) rig.scheduler.noted(event)
    heard = manager.log.length
  }

  const store = createRuleStore({ database, logger: silentLogger })
  const rig: SchedulerRig = {
    ...manager,
    store,
    bytes,
    machineIs,
    aliases,
    told,
    scheduler: undefined as unknown as WarmupScheduler,
    async serve() {
      for (let quiet = 0; quiet < 3;) {
        await manager.settle()
        hear()
        const { loads, answers, unloads } = manager.provider
        const step = unloads[0] ?? loads[0] ?? answers[0]
        quiet = step ? 0 : quiet + 1
        step?.finish()
      }
    },
    async pass(ms) {
      for (let rest = ms; rest > 0; rest -= 5_000) {
        await manager.clock.advance(Math.min(5_000, rest))
        await rig.serve()
      }
    },
    lines: () =>
      manager.log.map(({ kind, actor, modelId, reason }) =>
        [kind, actor, modelId?.name, reason && `(${reason})`].filter(Boolean).join(' ')
      ),
    restart() {
      rig.scheduler.dispose()
      rig.scheduler = createWarmupScheduler(deps(createRuleStore({ database, logger: silentLogger })))
      rig.scheduler.start()
    }
  }
  rig.scheduler = createWarmupScheduler(deps(store))
  return rig
}

/** The time of day so many minutes after the rig's clock, in UTC. */
export function inMinutes(rig: ManagerRig, minutes: number): string {
  return new Date(Math.ceil(rig.clock.now() / 60_000) * 60_000 + minutes * 60_000).toISOString().slice(11, 16)
}

export const minuteMs = 60_000
export const dayMs = 1_440 * minuteMs

/** Started, and its first look served. */
export async function start(names: string[], keepsTime = false): Promise<SchedulerRig> {
  const rig = await createSchedulerRig(names, keepsTime)
  rig.scheduler.start()
  await rig.serve()
  return rig
}
export const at = (rig: SchedulerRig, minutes: number) =>
  ({ kind: 'at', time: inMinutes(rig, minutes), days: everyDay }) as const
export const window = (rig: SchedulerRig, startsIn: number, minutes: number) =>
  ({ kind: 'window', time: inMinutes(rig, startsIn), days: everyDay, minutes }) as const
export const only = (rig: SchedulerRig, ...kinds: string[]) =>
  rig.lines().filter((line) => kinds.some((kind) => line.startsWith(kind)))
export const generates = (rig: SchedulerRig) => rig.provider.calls.filter((call) => call.startsWith('generate'))
