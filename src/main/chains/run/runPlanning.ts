/** The plan of a run in force: what is asked of whom now, which items it is about, and what it expects. */
import { StokerError, toErrorInfo, type ErrorInfo } from '../../../shared/errors.ts'
import type { ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { Plan } from '../../../shared/plan.ts'
import type { InputStore } from '../../storage/inputStore.ts'
import type { StoredRun } from '../../storage/runStore.ts'
import type { ChainShape } from './chainShape.ts'
import type { MakeOutlook, Outlook } from '../outlook/outlook.ts'
import { createRunModelList, planView, readPlan, type CurrentPlan, type RunModelList } from './planNow.ts'
import { itemByItemLoads, naiveLoads, planRun } from '../planner.ts'
import type { PlanSolution } from '../planner/planProblem.ts'
import type { ManagedModels } from './runModels.ts'
import type { RunState } from './runState.ts'

/** `places`: of the steps that cannot be asked, and why. */
export type PlanMade =
  { kind: 'plan'; solution: PlanSolution } | { kind: 'stuck' | 'blocked'; places: number[]; error: ErrorInfo }

export interface RunPlanning {
  plan(signal: AbortSignal): Promise<PlanMade>
  current(): CurrentPlan | null
  view(): Plan | null
  readonly list: RunModelList
  idOf(key: string): ModelId | null
  /** Whom this step asks. */
  modelOf(place: number): ModelId | null
  placesOn(key: string): number[]
  /** Some step that has yet to run asks it. */
  isNeeded(key: string): boolean
  /** The items that the plan is about. */
  isOne(item: number): boolean
  isFallback(item: number, place: number): boolean
  /** What it may be asked of instead; null: there is none, or it is asked already. */
  fallbackOf(place: number): ModelId | null
  /** From now on another model is asked by every item; false: there is none, or it is asked already. */
  takeFallback(place: number): boolean
  /** As seen in this run, else as planned; null: unknown. */
  heldBytes(key: string): number | null
  sawHeld(key: string, bytes: number): void
  stopPrefetching(): void
}

interface PlanningDeps {
  outlook: MakeOutlook
  inputs: Pick<InputStore, 'meanLetters'>
  manager: Pick<ManagedModels, 'get'>
  run: StoredRun
  shape: ChainShape
  state: RunState
  heldByOthers: () => ReadonlySet<string>
  ownModels: () => ReadonlySet<string>
  seenRunMs: () => ReadonlyMap<string, number>
  nowMs: () => number
  loads: () => number
}

const all = (): boolean => true

export function createRunPlanning(deps: PlanningDeps): RunPlanning {
  const { run, shape, state } = deps
  const list = createRunModelList(run.progress.plan?.models ?? [])
  const inputLetters = deps.inputs.meanLetters(run.inputId)
  const instead = new Map<string, ModelId>()
  const seenBytes = new Map<string, number>()
  let first = run.progress.plan
  let view: Plan | null = run.progress.plan
  let current: CurrentPlan | null = null
  let putOff: ReturnType<RunState['nextPutOff']> = null
  let isOne: (item: number) => boolean = all
  let mayPrefetch = true

  function choose(): ReadonlyMap<string, ModelId> {
    putOff = state.leftNow() > 0 ? null : state.nextPutOff()
    isOne = putOff?.isOne ?? ((item) => !state.isPutOff(item))
    const asked = new Map(instead)
    for (const place of putOff?.places ?? []) {
      const step = shape.steps[place]
      if (step?.onError.fallbackModel) asked.set(step.id, step.onError.fallbackModel)
    }
    // A model whose steps have all ended need not be there any more: those are put down to one that is asked all the same.
    const next = shape.steps.find((_, place) => state.todo(place) > 0)
    const other = next && (asked.get(next.id) ?? next.model)
    if (other) for (const [place, { id }] of shape.steps.entries()) if (state.todo(place) === 0) asked.set(id, other)
    return asked
  }

  async function lookOut(signal: AbortSignal): Promise<{ outlook: Outlook; asked: ReadonlyMap<string, ModelId> }> {
    const asked = choose()
    const outlook = await deps.outlook(
      {
        chain: run.chain,
        order: run.order,
        autoUnload: run.autoUnload,
        groups: state.groups(isOne),
        inputLetters,
        columns: null,
        instead: asked,
        seenBytes,
        seenRunMs: deps.seenRunMs(),
        ownModels: deps.ownModels(),
        heldByOthers: deps.heldByOthers()
      },
      signal
    )
    return { outlook, asked }
  }

  function blocked({ problems }: Outlook, asked: ReadonlyMap<string, ModelId>): PlanMade {
    const [problem] = problems.filter(({ isBlocking }) => isBlocking)
    const message = problem?.message ?? 'The chain cannot be run any more.'
    const stepIds = new Set(problems.flatMap(({ isBlocking, stepId }) => (isBlocking && stepId ? [stepId] : [])))
    const places = [...stepIds].flatMap((stepId) => shape.placeOf.get(stepId) ?? [])
    const step = shape.steps[places[0] ?? -1]
    const id = step && (asked.get(step.id) ?? step.model)
    const code = problem?.field !== 'model' ? 'invalid_input' : id && isThere(id) ? 'does_not_fit' : 'model_not_found'
    return { kind: 'blocked', places, error: { code, message, hint: null } }
  }

  function isThere(id: ModelId): boolean {
    try {
      return deps.manager.get(id).state !== 'absent'
    } catch {
      return false
    }
  }

  function placesOn(key: string): number[] {
    return shape.steps.flatMap(({ id }, place) => {
      const setup = current?.setups.get(id)
      return setup && modelKey(setup.modelId) === key ? [place] : []
    })
  }

  function fallbackOf(place: number): ModelId | null {
    const step = shape.steps[place]
    return !step || instead.has(step.id) || putOff?.places.includes(place) ? null : step.onError.fallbackModel
  }

  return {
    list,
    current: () => current,
    view: () => view,
    async plan(signal) {
      const { outlook, asked } = await lookOut(signal)
      signal.throwIfAborted()
      if (outlook.problem === null || outlook.setups === null) return blocked(outlook, asked)
      const problem = { ...outlook.problem, mayPrefetch: outlook.problem.mayPrefetch && mayPrefetch }
      list.update(outlook.models)
      const planned = readPlan(outlook, planRun(problem), problem)
      current = planned.plan
      if (planned.kind === 'stuck') {
        const places = planned.keys.flatMap(placesOn).filter((place) => state.todo(place) > 0)
        return { kind: 'stuck', places, error: noRoom(planned.keys.map((key) => list.idOf(key)?.name ?? key)) }
      }
      const { solution } = planned
      const [nowMs, loadsBefore, stepRuns] = [deps.nowMs(), deps.loads(), run.itemCount * shape.steps.length]
      const baseline = first ?? { naiveLoads: naiveLoads(problem), itemByItemLoads: itemByItemLoads(problem) }
      const { itemCount } = run
      view = planView({ outlook, ...planned, models: list, nowMs, loadsBefore, itemCount, stepRuns, baseline })
      first ??= view
      return { kind: 'plan', solution }
    },
    idOf: list.idOf,
    modelOf(place) {
      const step = shape.steps[place]
      if (!step) return null
      return current?.setups.get(step.id)?.modelId ?? instead.get(step.id) ?? step.model
    },
    placesOn,
    isNeeded: (key) => placesOn(key).some((place) => state.todo(place) > 0),
    isOne: (item) => isOne(item),
    isFallback: (item, place) => instead.has(shape.steps[place]?.id ?? '') || state.hasFallback(item, place),
    fallbackOf,
    takeFallback(place) {
      const [step, fallback] = [shape.steps[place], fallbackOf(place)]
      if (!step || fallback === null) return false
      instead.set(step.id, fallback)
      return true
    },
    heldBytes: (key) => seenBytes.get(key) ?? current?.models.get(key)?.needBytes ?? null,
    sawHeld: (key, bytes) => void seenBytes.set(key, bytes),
    stopPrefetching: () => void (mayPrefetch = false)
  }
}

function noRoom(names: readonly string[]): ErrorInfo {
  const words = `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not fit beside what must stay in memory.`
  return toErrorInfo(new StokerError('does_not_fit', words, 'Unload or unpin another model, or choose a smaller one.'))
}
