/** For tests and the bench: problems in few words, and a replay that holds a plan against every rule, sharing nothing with the planner. */
import type { PlanAction } from '../../../shared/plan.ts'
import type { PlannerModel, PlannerStep, PlanProblem, PlanSolution } from './planProblem.ts'

export function modelOf(changes: Partial<PlannerModel> = {}): PlannerModel {
  return {
    needBytes: 1,
    pool: 0,
    loadMs: 10,
    unloadMs: 1,
    isResident: false,
    mustStay: false,
    isCounted: true,
    ...changes
  }
}

/** A step for each letter (A is model 0), each after the one before. */
export function chainOf(letters: string, runMs = 1): PlannerStep[] {
  return [...letters].map((letter, place) => ({
    id: `s${place}`,
    model: letter.charCodeAt(0) - 65,
    after: place > 0 ? [place - 1] : [],
    runMs
  }))
}

export function problemOf(changes: Partial<PlanProblem> & Pick<PlanProblem, 'steps' | 'models'>): PlanProblem {
  return {
    groups: [{ items: [[0, 0]], todo: changes.steps.map((_, place) => place) }],
    pools: [1],
    maxLoaded: 64,
    order: 'fewest_loads',
    mayPrefetch: true,
    autoUnload: true,
    ...changes
  }
}

type Timed<Kind> = Extract<PlanAction, { kind: Kind }>
const slack = 1e-6

/** What is wrong with a plan, in words; empty: nothing. */
export function replay(problem: PlanProblem, solution: PlanSolution): string[] {
  const wrong = [
    ...rulesOfModels(problem, solution),
    ...rulesOfRuns(problem, solution),
    ...rulesOfLanes(problem, solution)
  ]
  const loads = solution.actions.filter(({ kind }) => kind === 'load').length
  if (loads !== solution.loads) wrong.push(`${solution.loads} loads said, ${loads} made`)
  const end = Math.max(0, ...solution.actions.map(({ endMs }) => endMs))
  if (Math.abs(end - solution.durationMs) > slack) wrong.push(`ends at ${end}, said ${solution.durationMs}`)
  return wrong
}

/** In memory from the beginning of its load (or of the plan) to the end of its unload. */
interface Stay {
  model: number
  from: number
  readyAt: number
  to: number
  leavesAt: number
}

function staysOf({ models }: PlanProblem, actions: readonly PlanAction[], wrong: string[]): Stay[] {
  const stays: Stay[] = []
  const open = new Map<number, Stay>()
  const begin = (model: number, from: number, readyAt: number): void => {
    if (open.has(model)) wrong.push(`model ${model} is loaded though it is there`)
    const stay = { model, from, readyAt, to: Infinity, leavesAt: Infinity }
    open.set(model, stay)
    stays.push(stay)
  }
  models.forEach(({ isResident }, model) => {
    if (isResident) begin(model, -1, -1)
  })
  for (const action of actions) {
    if (action.kind === 'load') begin(action.model, action.startMs, action.endMs)
    if (action.kind !== 'unload') continue
    const stay = open.get(action.model)
    if (!stay) wrong.push(`model ${action.model} is unloaded though it is not there`)
    else Object.assign(stay, { to: action.endMs, leavesAt: action.startMs })
    if (models[action.model]?.mustStay) wrong.push(`model ${action.model} must stay`)
    open.delete(action.model)
  }
  return stays
}

function rulesOfModels(problem: PlanProblem, solution: PlanSolution): string[] {
  const wrong: string[] = []
  const { models, pools, maxLoaded, autoUnload } = problem
  const stays = staysOf(problem, solution.actions, wrong)
  let peak = 0
  for (const { from: at, model } of stays) {
    const there = stays.filter((stay) => stay.from <= at + slack && stay.to > at + slack).map((stay) => stay.model)
    const bytes = there.reduce((sum, one) => sum + (models[one]!.pool === null ? 0 : (models[one]!.needBytes ?? 0)), 0)
    peak = Math.max(peak, bytes)
    if (at < 0) continue
    const own = models[model]!
    const beside = there.filter((one) => own.pool !== null && models[one]!.pool === own.pool)
    const limit = own.pool === null ? null : pools[own.pool]!
    if (beside.length > 1 && beside.some((one) => models[one]!.needBytes === null))
      wrong.push(`unknown need beside others at ${at}`)
    const held = beside.reduce((sum, one) => sum + (models[one]!.needBytes ?? 0), 0)
    if (limit !== null && held > limit) wrong.push(`${held} of ${limit} at ${at}`)
    if (own.isCounted && there.filter((one) => models[one]!.isCounted).length > maxLoaded)
      wrong.push(`too many models at ${at}`)
  }
  if (solution.peakBytes !== null && solution.peakBytes !== peak) wrong.push(`peak ${peak}, said ${solution.peakBytes}`)
  const stepsOn = new Set(problem.steps.map(({ model }) => model))
  const loaded = new Set(solution.actions.flatMap((action) => (action.kind === 'load' ? [action.model] : [])))
  if (autoUnload) {
    for (const { model, to, from } of stays) {
      if (from >= 0 && to === Infinity && !models[model]!.mustStay && !models[model]!.isResident)
        wrong.push(`model ${model} is left loaded`)
    }
  }
  for (const model of loaded) if (!stepsOn.has(model)) wrong.push(`model ${model} is loaded for nobody`)
  for (const run of solution.actions.filter((action): action is Timed<'run'> => action.kind === 'run')) {
    for (const model of run.models) {
      const isThere = stays.some(
        (stay) => stay.model === model && stay.readyAt <= run.startMs + slack && stay.leavesAt >= run.endMs - slack
      )
      if (!isThere) wrong.push(`a run on model ${model} at ${run.startMs} without it`)
    }
  }
  return wrong
}

/** Every step once, and after those that it waits for: item by item, as the list says. */
function rulesOfRuns({ steps, groups }: PlanProblem, { actions, firstResultMs }: PlanSolution): string[] {
  const wrong: string[] = []
  const left = new Map<number, Set<number>>()
  for (const { items, todo } of groups) {
    for (const [first, last] of items) for (let item = first; item <= last; item++) left.set(item, new Set(todo))
  }
  const hadWork = new Set([...left].filter(([, todo]) => todo.size > 0).map(([item]) => item))
  let earliest = Infinity
  for (const run of actions) {
    if (run.kind !== 'run') continue
    const places = run.stepIds.map((id) => steps.findIndex((step) => step.id === id))
    let at = run.startMs
    let count = 0
    for (let item = run.firstItem; item <= run.lastItem; item++) {
      const todo = left.get(item)
      if (!places.some((place) => todo?.has(place))) continue
      count += 1
      places.forEach((place, index) => {
        const step = steps[place]!
        if (!todo?.delete(place)) wrong.push(`step ${place} of item ${item} does not wait to be run`)
        if (step.after.some((earlier) => todo?.has(earlier))) wrong.push(`step ${place} of item ${item} is too early`)
        if (step.model !== run.models[index]) wrong.push(`step ${place} on model ${run.models[index]}`)
        at += step.runMs
      })
      if (todo?.size === 0) earliest = Math.min(earliest, at)
    }
    if (count !== run.itemCount) wrong.push(`${run.itemCount} items said, ${count} run`)
    if (Math.abs(at - run.endMs) > slack) wrong.push(`a run ends at ${at}, said ${run.endMs}`)
  }
  for (const [item, todo] of left) if (todo.size > 0) wrong.push(`item ${item} has steps left`)
  if (hadWork.size > 0 && Math.abs(earliest - firstResultMs) > slack)
    wrong.push(`first result at ${earliest}, said ${firstResultMs}`)
  return wrong
}

/** One answer and one load at a time, in the order of the list. */
function rulesOfLanes({ mayPrefetch, models }: PlanProblem, { actions }: PlanSolution): string[] {
  const wrong: string[] = []
  const overlap = (a: PlanAction, b: PlanAction): boolean => a.startMs < b.endMs - slack && b.startMs < a.endMs - slack
  const lane = (kind: PlanAction['kind']): PlanAction[] => actions.filter((action) => action.kind === kind)
  for (const kind of ['run', 'load'] as const) {
    const all = lane(kind)
    all.forEach((action, at) => {
      const next = all[at + 1]
      if (next && next.startMs < action.endMs - slack) wrong.push(`two of ${kind} at ${next.startMs}`)
    })
  }
  for (const load of lane('load') as Timed<'load'>[]) {
    const isBeside = lane('run').some((run) => overlap(run, load))
    if (isBeside !== load.isPrefetch) wrong.push(`load at ${load.startMs}: prefetch ${load.isPrefetch}`)
    if (isBeside && !mayPrefetch) wrong.push(`prefetch at ${load.startMs}`)
    if (Math.abs(load.endMs - load.startMs - models[load.model]!.loadMs) > slack) wrong.push('a load of another length')
  }
  actions.forEach(({ startMs }, at) => {
    if (startMs < (actions[at - 1]?.startMs ?? 0)) wrong.push('not in order')
  })
  return wrong
}
