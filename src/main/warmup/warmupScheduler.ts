/**
 * The schedule at work: whatever happens and the next moment that matters lead to one look, and what the policy answers is done here:
 * models warmed one rule after the other, kept, released, and told of.
 */
import type { Actor, NewActivityEvent } from '../../shared/activity.ts'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { Prediction } from '../../shared/fit.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey, parseModelKey } from '../../shared/modelKey.ts'
import type { Preview, Rule, RuleState, WarmUpResult } from '../../shared/schedule.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { RuleStore } from '../storage/ruleStore.ts'
import { createCalendar } from './occurrences.ts'
import type { PolicyResult, WarmAction } from './policyTypes.ts'
import { previewOf } from './preview.ts'
import { checkRule } from './checkRule.ts'
import { clashWords, missWords } from './ruleNotes.ts'
import { ruleStates } from './ruleStates.ts'
import { createScheduleState } from './scheduleState.ts'
import { createSchedulerWorld, type WorldDeps } from './schedulerWorld.ts'
import { createWarmUp } from './warmUp.ts'

export interface WarmupSchedulerDeps extends WorldDeps {
  store: Pick<RuleStore, 'list' | 'save' | 'remove'>
  models: WorldDeps['models'] & Pick<ModelManager, 'ensureLoaded' | 'generate' | 'keptChanged' | 'scheduleStarted'>
  hasHost: (hostId: string) => boolean
  predict: (id: ModelId, contextLength: number | undefined, signal: AbortSignal) => Promise<Prediction>
  /** The machine's, IANA, asked anew at every look: people travel. Null: what the system says. */
  timeZone?: () => string
  operations: OperationRegistry
  log: (event: NewActivityEvent) => void
  onChanged: (rules: RuleState[]) => void
  logger: Logger
}

export interface RunNowWish {
  ruleId?: string | undefined
  ids?: ModelId[] | undefined
  operationId?: string | undefined
  actor: Actor
}

export interface WarmupScheduler {
  /** Stoker has started, its hosts were asked once: rules "at app start" have their turn. */
  start(): void
  list(): RuleState[]
  /** Throws `invalid_input` for what cannot be meant: a name or a model twice, a host that does not exist. */
  save(rule: Rule): RuleState
  remove(ruleId: string): void
  preview(wish: { fromAt?: number | undefined; days?: number | undefined; draft?: Rule | undefined }): Preview
  runNow(wish: RunNowWish): Promise<WarmUpResult[]>
  /** The name of the rule that keeps this model now; null: none does. */
  keptBy(id: ModelId): string | null
  /** Every line of the event log: who loaded what, and who let it go. */
  noted(event: NewActivityEvent): void
  /** Models, hosts or memory changed. Comes in bursts. */
  changed(): void
  /** Settings or aliases changed: every rule is looked at anew. */
  settingsChanged(): void
  /** The machine woke up, or its clock may have jumped. */
  resumed(): void
  dispose(): void
}

/** Sleep and a clock that was set are noticed within this. */
const longestWaitMs = 60_000
const burstMs = 200

export function createWarmupScheduler(deps: WarmupSchedulerDeps): WarmupScheduler {
  const { clock, models, store, log } = deps
  const world = createSchedulerWorld(deps)
  let calendar = createCalendar(deps.timeZone?.() ?? null)
  const state = createScheduleState({ rules: store.list(), calendar, world, onSaved: store.save })
  const warmUp = createWarmUp({
    models,
    resolve: deps.resolve,
    predict: deps.predict,
    operations: deps.operations,
    log,
    clock
  })
  const states = (): RuleState[] =>
    ruleStates({ state, world, calendar, isRunning: (ruleId) => running.has(ruleId), nameOf, now: clock.now() })
  const queue: WarmAction[] = []
  const running = new Map<string, number>()
  const names = new Map<string, string>()
  let isWorking = false
  let isDisposed = false
  let hasStarted = false
  let told = ''
  let cancelTimer = (): void => {}
  let cancelBurst: (() => void) | null = null
  world.follow(rules())

  function rules(): Rule[] {
    return state.list().map(({ rule }) => rule)
  }

  function nameOf(ruleId: string): string {
    return state.get(ruleId)?.rule.name ?? names.get(ruleId) ?? 'a rule'
  }

  function look(isEvent: boolean): void {
    if (isDisposed || !hasStarted) return
    cancelBurst?.()
    cancelBurst = null
    const zone = deps.timeZone?.() ?? createMachineZone()
    if (zone !== calendar.timeZone) {
      calendar = createCalendar(zone)
      state.setCalendar(calendar)
    }
    const before = state.kept()
    const result = state.look(clock.now(), isEvent)
    if (result !== null) perform(result, before)
    wait()
    tell()
  }

  function wait(): void {
    cancelTimer()
    const delayMs = Math.min(longestWaitMs, Math.max(burstMs, state.nextLookAt() - clock.now()))
    cancelTimer = clock.after(delayMs, () => look(false))
  }

  function lookSoon(): void {
    if (isDisposed || !hasStarted) return
    cancelBurst ??= clock.after(burstMs, () => look(true))
  }

  function tell(): void {
    const list = states()
    const text = JSON.stringify(list)
    if (text === told) return
    told = text
    deps.onChanged(list)
  }

  function perform(result: PolicyResult, keptBefore: ReadonlyMap<string, string>): void {
    for (const { rule } of state.list()) names.set(rule.id, rule.name)
    tellKept(keptBefore, result.kept)
    for (const action of result.actions) {
      switch (action.kind) {
        case 'miss':
          note('warmup_missed', null, missWords(action, nameOf(action.ruleId), clock.now(), calendar))
          break
        case 'clash':
          note('warmup_clash', null, clashWords(action, nameOf))
          break
        case 'release':
          for (const key of action.keys) note('released', parseModelKey(key), nameOf(action.ruleId))
          break
        case 'warm':
          state.queued(action.ruleId)
          queue.push(action)
      }
    }
    void work()
  }

  function tellKept(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
    const keys = new Set([...before.keys(), ...after.keys()])
    const changed = [...keys].filter((key) => before.get(key) !== after.get(key)).map(parseModelKey)
    if (changed.length > 0) models.keptChanged(changed)
  }

  function note(kind: NewActivityEvent['kind'], modelId: ModelId | null, reason: string): void {
    const hostId = modelId?.hostId ?? null
    log(newActivity({ kind, actor: 'schedule', modelId, hostId, reason }))
  }

  /** One rule after the other: two at once would take each other's room. */
  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    for (let action = queue.shift(); action && !isDisposed; action = queue.shift()) {
      const { ruleId } = action
      try {
        await run(action)
      } catch (error) {
        deps.logger.error(`the warm-up of ${nameOf(ruleId)} ended badly`, toErrorInfo(error))
      }
      state.ended(ruleId)
      look(true)
    }
    isWorking = false
  }

  async function run(action: WarmAction): Promise<void> {
    const { ruleId, dueAt, why } = action
    const rule = state.get(ruleId)?.rule
    // Switched off or removed while it waited for its turn.
    if (!rule?.isEnabled) return
    const at = clock.now()
    state.began(ruleId, dueAt)
    const wanted = action.models.flatMap(({ index }) => rule.models[index] ?? [])
    const results = await watched(ruleId, () =>
      warmUp({
        models: wanted,
        actor: 'schedule',
        reason: rule.name,
        ruleId,
        mayUnload: (id) => !state.kept().has(modelKey(id)) && (action.mayMakeRoom || world.isUnusedOurs(id)),
        isNews: (index, { code }) => lastCode(ruleId, wanted[index]?.id) !== code || why === 'due',
        onLoad: world.loads
      })
    )
    const left = action.left.flatMap(({ index }) => rule.models[index] ?? [])
    state.ran(ruleId, {
      at,
      endedAt: clock.now(),
      dueAt,
      why,
      results: [...results, ...left.map(({ id }) => leftOut(id))],
      indexes: [...action.models, ...action.left].map(({ index }) => index)
    })
  }

  async function watched<Result>(ruleId: string, act: () => Promise<Result>): Promise<Result> {
    running.set(ruleId, (running.get(ruleId) ?? 0) + 1)
    tell()
    try {
      return await act()
    } finally {
      const rest = (running.get(ruleId) ?? 1) - 1
      if (rest > 0) running.set(ruleId, rest)
      else running.delete(ruleId)
    }
  }

  function lastCode(ruleId: string, id: ModelId | undefined): string | null {
    const results = state.get(ruleId)?.lastRun?.results ?? []
    return results.find((result) => id && modelKey(result.id) === modelKey(id))?.error?.code ?? null
  }

  function stateOf(ruleId: string): RuleState {
    const found = states().find(({ rule }) => rule.id === ruleId)
    if (!found) throw noRule(ruleId)
    return found
  }

  return {
    start() {
      hasStarted = true
      state.appStarted(clock.now())
      look(true)
      models.scheduleStarted()
    },
    list: states,
    save(rule) {
      checkRule(rule, { others: rules(), hasHost: deps.hasHost, keyOf: world.resolve })
      state.save(rule, clock.now())
      world.follow(rules())
      look(true)
      tell()
      return stateOf(rule.id)
    },
    remove(ruleId) {
      state.remove(ruleId)
      store.remove(ruleId)
      world.follow(rules())
      look(true)
      tell()
    },
    preview({ fromAt = clock.now(), days = 7, draft }) {
      const saved = rules()
      const isNew = draft !== undefined && !saved.some(({ id }) => id === draft.id)
      const asIf = saved.map((rule) => (rule.id === draft?.id ? draft : rule))
      return previewOf({
        rules: isNew ? [...asIf, draft] : asIf,
        calendar,
        now: clock.now(),
        fromAt,
        days,
        room: deps.room(),
        modelOf: world.previewModel
      })
    },
    async runNow({ ruleId, ids, operationId, actor }) {
      const rule = ruleId === undefined ? undefined : state.get(ruleId)?.rule
      if (ruleId !== undefined && !rule) throw noRule(ruleId)
      const wanted = rule?.models ?? ids?.map((id) => ({ id, contextLength: null }))
      if (!wanted) throw new StokerError('invalid_input', 'Neither a rule nor models were named.')
      const at = clock.now()
      const act = (): Promise<WarmUpResult[]> =>
        warmUp({
          models: wanted,
          actor,
          reason: rule?.name ?? null,
          // A person asked for it now: only what they asked for together stays together.
          mayUnload: () => true,
          isNews: () => true,
          onLoad: () => {},
          operationId,
          ruleId
        })
      if (!rule) return act()
      const results = await watched(rule.id, act)
      const run = {
        at,
        endedAt: clock.now(),
        dueAt: null,
        why: null,
        results,
        indexes: wanted.map((_, index) => index)
      }
      state.ran(rule.id, run)
      look(true)
      tell()
      return results
    },
    keptBy(id) {
      const ruleId = state.kept().get(modelKey(id))
      return ruleId === undefined ? null : nameOf(ruleId)
    },
    noted({ kind, actor, modelId }) {
      if (modelId === null) return
      const key = modelKey(modelId)
      if (kind === 'loaded') {
        if (actor !== 'schedule') world.notOurs(key)
        state.loaded(key)
      }
      if (kind === 'unloaded') {
        state.roomMade()
        if (actor === 'you' || actor === 'script') state.letGo(key, clock.now())
      }
      if (kind === 'loaded' || kind === 'unloaded' || kind === 'engine_crashed') lookSoon()
    },
    changed: lookSoon,
    settingsChanged() {
      world.follow(rules())
      state.forgetPhases()
      lookSoon()
    },
    resumed: () => look(true),
    dispose() {
      isDisposed = true
      cancelTimer()
      cancelBurst?.()
    }
  }
}

function createMachineZone(): string {
  return createCalendar(null).timeZone
}

function noRule(ruleId: string): StokerError {
  return new StokerError(
    'invalid_input',
    `There is no rule "${ruleId}".`,
    'It may have been removed; look at the list.'
  )
}

function leftOut(id: ModelId): WarmUpResult {
  const message = `${id.name} has no room beside what other rules keep.`
  return {
    id,
    outcome: 'skipped',
    durationMs: null,
    error: { code: 'does_not_fit', message, hint: 'Let the rules follow each other, or leave a model out.' }
  }
}
