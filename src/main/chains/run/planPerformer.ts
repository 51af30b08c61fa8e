/** Carries out a plan, action by action, until it is done or reality differs from it. */
import { abortedError, toErrorInfo, type ErrorInfo } from '../../../shared/errors.ts'
import type { ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { PlanAction } from '../../../shared/plan.ts'
import type { ChainShape } from './chainShape.ts'
import { doingWords } from './doingWords.ts'
import type { RunSpan } from './itemWorker.ts'
import { moved, type CurrentPlan, type PlannedAction, type RunModelList } from './planNow.ts'
import type { StepSetup } from '../outlook/outlook.ts'
import type { RunControl } from './runControl.ts'
import type { RunModels } from './runModels.ts'
import type { RunState } from './runState.ts'
import type { RunTimeline } from './runTimeline.ts'
import type { Claim, Room, RunTurns } from './runTurns.ts'
import { lacksRoom, mayAskAgain } from './stepErrors.ts'

type Planned<Kind extends PlanAction['kind']> = PlannedAction & { action: Extract<PlanAction, { kind: Kind }> }

export interface PlanPerformerDeps {
  runId: string
  shape: ChainShape
  state: RunState
  models: RunModels
  list: RunModelList
  turns: RunTurns
  timeline: RunTimeline
  control: RunControl
  runItems: (span: RunSpan) => Promise<void>
  nowMs: () => number
  /** What it does just now, in words. */
  setDoing: (words: string) => void
  /** Others use models that do not fit beside those it needs. */
  onTurnWait: () => void
  /** It reached this action. */
  reached: (place: number) => void
  isKeptElsewhere: (id: ModelId) => boolean
  /** What it holds, against what was planned. */
  checkHeld: (setup: StepSetup) => void
  /** A step on it waits for its host, which is away. */
  isAway: (key: string, error: ErrorInfo) => boolean
  /** Loading it has failed for good. */
  gaveUpOn: (key: string, error: ErrorInfo) => Promise<void>
  /** True: it waited, and there may be room now. */
  waitForRoom: (name: string, wasBusy: boolean) => Promise<boolean>
  /** Somebody loads or answers just now. */
  isBusy: () => boolean
  /** Beside what answers now it could not be loaded after all. */
  prefetchFailed: (error: ErrorInfo) => void
  /** Of its items some wait for another model: they come before models are put away. */
  hasPutOff: () => boolean
}

export interface PlanPerformer {
  perform(plan: CurrentPlan, isOne: (item: number) => boolean): Promise<void>
  /** Resolves when this model is not being loaded beside any more. */
  prefetched(setup: StepSetup): Promise<void>
  /** Resolves when nothing is loaded beside any more. */
  settle(): Promise<void>
}

export function createPlanPerformer(deps: PlanPerformerDeps): PlanPerformer {
  const { runId, shape, state, models, list, turns, timeline, control } = deps
  /** Loads under way beside answers, by model. */
  const beside = new Map<string, { ended: Promise<void>; giveUpUnneeded: () => void }>()
  /** Actions that were begun before their place in the plan came. */
  const started = new Map<number, Promise<void>>()
  /** Loads that found no room beside answers: they have their turn when their model is needed. */
  const late = new Set<string>()
  /** Loaded ahead, and not used yet. */
  const ahead = new Set<string>()
  const isOthers = (key: string): boolean => turns.isUsedByOthers(runId, key)

  const setupOn = (plan: CurrentPlan, key: string): StepSetup | null => {
    for (const setup of plan.setups.values()) if (modelKey(setup.modelId) === key) return setup
    return null
  }
  const isNeeded = (plan: CurrentPlan, key: string): boolean =>
    [...plan.setups.values()].some((setup) => {
      const place = shape.placeOf.get(setup.stepId)
      return modelKey(setup.modelId) === key && place !== undefined && state.todo(place) > 0
    })

  /** Waits for its turn where others use models that do not fit beside these. */
  async function claim(plan: CurrentPlan, keys: readonly string[]): Promise<boolean> {
    const claims = [...new Set([...keys, ...ahead])].map((key) => claimOf(plan, key))
    const hasWaited = await turns.enter(runId, claims, roomOf(plan, isOthers), control.gate, deps.onTurnWait)
    if (hasWaited) control.want('other runs had their turn')
    return !hasWaited
  }

  /** The models that the next answers need at once, this one among them. */
  function neededAt(plan: CurrentPlan, place: number): string[] {
    const own = plan.actions[place]?.keys ?? []
    for (const { action, keys } of plan.actions.slice(place)) {
      if (action.kind === 'run') return [...new Set([...own, ...keys])]
    }
    return own
  }

  async function load(plan: CurrentPlan, key: string, givenUp: AbortSignal | null = null): Promise<void> {
    const setup = setupOn(plan, key)
    if (setup === null || models.isReady(setup)) return
    models.keep(setup.modelId)
    const startMs = deps.nowMs()
    const entry = timeline.began({
      kind: 'load',
      model: list.place(key),
      startMs,
      endMs: startMs,
      isPrefetch: givenUp !== null
    })
    try {
      await models.load(setup, givenUp ? AbortSignal.any([control.gate, givenUp]) : control.gate)
      deps.checkHeld(setup)
    } finally {
      entry.endMs = deps.nowMs()
    }
  }

  async function loadNow(plan: CurrentPlan, key: string): Promise<void> {
    const { name = key } = setupOn(plan, key)?.modelId ?? {}
    const retries = Math.max(0, ...stepsOn(plan, key).map(({ onError }) => onError.retries))
    for (let attempt = 0; ; attempt++) {
      deps.setDoing(`Loading ${name}`)
      const wasBusy = deps.isBusy()
      try {
        return await load(plan, key)
      } catch (thrown) {
        control.gate.throwIfAborted()
        const error = toErrorInfo(thrown)
        // It is loaded, and that could not be put down.
        if (error.code === 'storage_failed') throw thrown
        if (lacksRoom(error) && (await deps.waitForRoom(name, wasBusy)))
          return control.want(`${name} found no room at first`)
        if (attempt < retries && mayAskAgain(error) && !deps.isAway(key, error)) continue
        control.want(`${name} could not be loaded: ${error.message}`)
        return deps.gaveUpOn(key, error)
      }
    }
  }

  function stepsOn(plan: CurrentPlan, key: string): ChainShape['steps'][number][] {
    return shape.steps.filter(({ id }) => {
      const setup = plan.setups.get(id)
      return setup !== undefined && modelKey(setup.modelId) === key
    })
  }

  /** What the plan does while this run goes on: one after the other, as it says. */
  function moveBeside(plan: CurrentPlan, place: number): void {
    const run = plan.actions[place]
    if (!run) return
    const moves: number[] = []
    for (let next = place + 1; next < plan.actions.length; next++) {
      const { action, keys } = plan.actions[next] ?? run
      if (action.startMs >= run.action.endMs || started.has(next)) break
      const mayGo =
        action.kind === 'load' ? action.isPrefetch : action.kind === 'unload' && !run.keys.includes(keys[0] ?? '')
      if (!mayGo || !startBeside(plan, next, moves)) break
    }
  }

  /** False: it has to wait for its place in the plan. */
  function startBeside(plan: CurrentPlan, place: number, moves: number[]): boolean {
    const planned = plan.actions[place]
    const [key = ''] = planned?.keys ?? []
    if (!planned || control.isHalted()) return false
    const before = moves.map((move) => started.get(move))
    moves.push(place)
    if (planned.action.kind === 'unload') {
      if (!isNeededLater(plan, place) && deps.hasPutOff()) return false
      started.set(
        place,
        Promise.all(before).then(() => unload(plan, place))
      )
      return true
    }
    if (!isNeeded(plan, key) || !turns.extend(runId, claimOf(plan, key), roomOf(plan, isOthers))) return false
    ahead.add(key)
    const givingUp = new AbortController()
    const giveUpUnneeded = (): void => void (isNeeded(plan, key) || givingUp.abort(abortedError()))
    const ended = Promise.all(before)
      .then(() => (control.isHalted() ? undefined : load(plan, key, givingUp.signal)))
      .catch((thrown: unknown) => {
        if (!control.gate.aborted && !givingUp.signal.aborted) deps.prefetchFailed(toErrorInfo(thrown))
      })
      .finally(() => beside.delete(key))
    beside.set(key, { ended, giveUpUnneeded })
    started.set(place, ended)
    return true
  }

  async function run(plan: CurrentPlan, planned: Planned<'run'>, isOne: (item: number) => boolean): Promise<void> {
    const { action } = planned
    const at = moved(planned, list, 0) as Planned<'run'>['action']
    const startMs = deps.nowMs()
    const entry = timeline.began({ ...at, itemCount: 0, startMs, endMs: startMs })
    const places = action.stepIds.flatMap((stepId) => shape.placeOf.get(stepId) ?? [])
    const names = places.flatMap((place) => shape.steps[place]?.name ?? [])
    const { firstItem, lastItem } = action
    try {
      await deps.runItems({
        places,
        firstItem,
        lastItem,
        isOne,
        setups: plan.setups,
        onItem(item) {
          deps.setDoing(doingWords(names, item, state.itemCount))
          if (entry.kind === 'run') entry.itemCount += 1
          entry.endMs = deps.nowMs()
        }
      })
    } finally {
      entry.endMs = deps.nowMs()
    }
  }

  async function unload(plan: CurrentPlan, place: number): Promise<void> {
    const [key = ''] = plan.actions[place]?.keys ?? []
    const id = list.idOf(key)
    if (id === null || isOthers(key) || deps.isKeptElsewhere(id)) return
    // What was there before the run goes only where others need its room.
    if (models.isTheirs(key) && !plan.actions.slice(place).some(({ action }) => action.kind === 'load')) return
    const startMs = deps.nowMs()
    deps.setDoing(`Unloading ${id.name}`)
    models.letGo(id)
    await models.unload(id)
    timeline.began({ kind: 'unload', model: list.place(key), startMs, endMs: deps.nowMs() })
  }

  async function act(plan: CurrentPlan, place: number, isOne: (item: number) => boolean): Promise<void> {
    const planned = plan.actions[place]
    const [key = ''] = planned?.keys ?? []
    beside.get(key)?.giveUpUnneeded()
    if (!planned || started.has(place)) return started.get(place)
    const { action, keys } = planned
    if (action.kind === 'unload') {
      if (!isNeededLater(plan, place) && deps.hasPutOff()) return control.want(null)
      return unload(plan, place)
    }
    if (action.kind === 'load') {
      if (!isNeeded(plan, key)) return control.want(`no item needs ${nameOf(plan, key)} any more`)
      if (action.isPrefetch && isBesideNext(plan, place)) {
        if (!startBeside(plan, place, [])) late.add(key)
        return
      }
      await settle()
      if ((await claim(plan, neededAt(plan, place))) && !control.isHalted()) await loadNow(plan, key)
      return
    }
    if (!(await claim(plan, keys)) || control.isHalted()) return
    moveBeside(plan, place)
    for (const each of keys) await ready(plan, each)
    for (const each of keys) ahead.delete(each)
    if (!control.isHalted()) await run(plan, planned as Planned<'run'>, isOne)
  }

  /** Loaded beside, or too late for that. */
  async function ready(plan: CurrentPlan, key: string): Promise<void> {
    await beside.get(key)?.ended
    const setup = setupOn(plan, key)
    const isUnderWay = setup !== null && models.isLoading(setup.modelId)
    const isLate = late.delete(key)
    // Somebody else may be loading it just now, which the plan takes for loaded.
    if ((isLate || isUnderWay) && !control.isHalted()) await loadNow(plan, key)
  }

  /** The next answers are another model's, and begin before it is loaded. */
  function isBesideNext(plan: CurrentPlan, place: number): boolean {
    const [own = ''] = plan.actions[place]?.keys ?? []
    const next = plan.actions.slice(place + 1).find(({ action }) => action.kind === 'run')
    const load = plan.actions[place]?.action
    return next !== undefined && load !== undefined && !next.keys.includes(own) && next.action.startMs < load.endMs
  }

  /** What no item needs any more is not waited for. */
  async function settle(): Promise<void> {
    for (const { giveUpUnneeded } of beside.values()) giveUpUnneeded()
    await Promise.all(started.values())
  }

  const nameOf = (plan: CurrentPlan, key: string): string => setupOn(plan, key)?.modelId.name ?? key
  const isNeededLater = (plan: CurrentPlan, place: number): boolean =>
    plan.actions.slice(place).some(({ action }) => action.kind === 'run')

  return {
    async perform(plan, isOne) {
      started.clear()
      late.clear()
      ahead.clear()
      for (let place = 0; place < plan.actions.length && !control.isHalted(); place++) {
        deps.reached(place)
        await act(plan, place, isOne)
      }
      // Halted by a pause, the rest is still to come.
      if (!control.isHalted()) deps.reached(plan.actions.length)
    },
    async prefetched({ modelId }) {
      await beside.get(modelKey(modelId))?.ended
    },
    settle
  }
}

export function claimOf(plan: CurrentPlan, key: string): Claim {
  const model = plan.models.get(key)
  return {
    key,
    needBytes: model?.needBytes ?? null,
    pool: model?.pool ?? null,
    isCounted: model?.isCounted ?? true,
    loadMs: model?.loadMs ?? 0
  }
}

/** What is answering for another run counts by that run's own claim. */
export function roomOf(plan: CurrentPlan, isClaimed: (key: string) => boolean): Room {
  const { pools, maxLoaded } = plan.problem
  const staying = [...plan.models].flatMap(([key, { mustStay, isResident }]) =>
    mustStay && isResident && !isClaimed(key) ? [claimOf(plan, key)] : []
  )
  return { pools, maxLoaded, staying }
}
