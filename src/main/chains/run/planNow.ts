/** The plan of a run as it stands: the outlook and the planner asked anew, on one list of models and one time line for the whole run. */
import type { ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { Plan, PlanAction, PlanModel } from '../../../shared/plan.ts'
import type { Outlook, StepSetup } from '../outlook/outlook.ts'
import type { PlanAnswer, PlannerModel, PlanProblem, PlanSolution } from '../planner/planProblem.ts'

export interface PlannedAction {
  action: PlanAction
  /** Of the models it names, in their order. */
  keys: string[]
}

export interface CurrentPlan {
  actions: readonly PlannedAction[]
  setups: ReadonlyMap<string, StepSetup>
  problem: PlanProblem
  /** By modelKey, as the planner counts them. */
  models: ReadonlyMap<string, PlannerModel>
  /** A guessed time is among the numbers. */
  hasGuesses: boolean
}

export type Planned =
  | { kind: 'plan'; plan: CurrentPlan; solution: PlanSolution }
  /** Keys of models that do not fit. */
  | { kind: 'stuck'; keys: string[]; plan: CurrentPlan }

export function readPlan(outlook: Outlook, answer: PlanAnswer, problem: PlanProblem): Planned {
  const keys = outlook.models.map(({ id }) => modelKey(id))
  const keyOf = (place: number): string => keys[place] ?? ''
  const plan: CurrentPlan = {
    actions:
      answer.kind === 'stuck'
        ? []
        : answer.solution.actions.map((action) => ({ action, keys: placesOf(action).map(keyOf) })),
    setups: outlook.setups ?? new Map(),
    problem,
    models: new Map(problem.models.map((model, place) => [keyOf(place), model])),
    hasGuesses: outlook.hasGuesses
  }
  if (answer.kind === 'stuck') return { kind: 'stuck', keys: answer.models.map(keyOf), plan }
  return { kind: 'plan', plan, solution: answer.solution }
}

export function placesOf(action: PlanAction): number[] {
  return action.kind === 'run' ? action.models : [action.model]
}

/** One list of models for a whole run, however often it is planned: places in it never change. */
export interface RunModelList {
  /** Those of a new plan; the others stay where they are. */
  update(models: readonly PlanModel[]): void
  place(key: string): number
  idOf(key: string): ModelId | null
  list(): PlanModel[]
}

export function createRunModelList(before: readonly PlanModel[]): RunModelList {
  const list = [...before]
  const places = new Map(list.map(({ id }, place) => [modelKey(id), place]))
  return {
    update(models) {
      for (const model of models) {
        const key = modelKey(model.id)
        const place = places.get(key)
        if (place !== undefined) list[place] = model
        else places.set(key, list.push(model) - 1)
      }
    },
    place: (key) => places.get(key) ?? 0,
    idOf: (key) => list[places.get(key) ?? -1]?.id ?? null,
    list: () => list.map((model) => ({ ...model }))
  }
}

/** With other places, and so much later. */
export function moved({ action, keys }: PlannedAction, models: RunModelList, byMs: number): PlanAction {
  const times = { startMs: action.startMs + byMs, endMs: action.endMs + byMs }
  if (action.kind === 'run') return { ...action, ...times, models: keys.map(models.place) }
  return { ...action, ...times, model: models.place(keys[0] ?? '') }
}

interface PlanView {
  outlook: Outlook
  plan: CurrentPlan
  solution: PlanSolution
  models: RunModelList
  /** When it is made, on the run's time line, and what was loaded before. */
  nowMs: number
  loadsBefore: number
  itemCount: number
  stepRuns: number
  /** Of the run's first plan: what everything is said against. */
  baseline: Pick<Plan, 'naiveLoads' | 'itemByItemLoads'>
}

/** What pages are shown: the whole run as it is expected by now. */
export function planView(view: PlanView): Plan {
  const { outlook, plan, solution, models, nowMs } = view
  const [pool = null] = plan.problem.pools
  return {
    order: plan.problem.order,
    models: models.list(),
    actions: plan.actions.map((each) => moved(each, models, nowMs)),
    itemCount: view.itemCount,
    stepRuns: view.stepRuns,
    loads: view.loadsBefore + solution.loads,
    naiveLoads: view.baseline.naiveLoads,
    itemByItemLoads: view.baseline.itemByItemLoads,
    peakBytes: solution.peakBytes,
    budgetBytes: pool,
    durationMs: outlook.hasGuesses ? null : nowMs + solution.durationMs,
    firstResultMs: outlook.hasGuesses ? null : nowMs + solution.firstResultMs,
    answerTokens: outlook.answerTokens,
    isProven: solution.isProven,
    held: solution.held.map(({ atMs, bytes }) => ({ atMs: atMs + nowMs, bytes }))
  }
}
