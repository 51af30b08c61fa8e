/** A plan's problem, made ready for the search: only the steps still to run, as bits, and every cost as one whole number. Pure. */
import type { PlannerGroup, PlanProblem } from './planProblem.ts'

export interface WorldGroup {
  items: PlannerGroup['items']
  itemCount: number
  /** A bit for each place in `steps`. */
  todo: Uint32Array
}

export interface World {
  problem: PlanProblem
  /** Places in problem.steps that some group has yet to run, ascending. Elsewhere in the planner a step is a place in this list. */
  steps: number[]
  modelOf: Int32Array
  runMs: Float64Array
  /** 32-bit words of a set of steps. */
  words: number
  /** `words` of them for each step: what must have ended first. */
  before: Uint32Array
  groups: WorldGroup[]
  modelCount: number
  /** 1: in memory at the start. */
  here: Uint8Array
  /** 1: in memory, may go, and no step of the problem asks it. */
  isForeign: Uint8Array
  /** Loads first, then load times, then foreign evictions (1 each): whole numbers whose sums stay exact. */
  loadCost: Float64Array
  /** What one load costs beyond its time. */
  perLoad: number
}

const largestExact = 2 ** 52

export function createWorld(problem: PlanProblem): World {
  const wanted = new Set(problem.groups.flatMap(({ todo }) => todo))
  const steps = [...wanted].sort((a, b) => a - b)
  const placeOf = new Map(steps.map((step, place) => [step, place]))
  const words = Math.max(1, Math.ceil(steps.length / 32))
  const before = new Uint32Array(steps.length * words)
  steps.forEach((step, place) => {
    for (const earlier of problem.steps[step]?.after ?? []) {
      const at = placeOf.get(earlier)
      if (at !== undefined) before[place * words + (at >> 5)]! |= 1 << (at & 31)
    }
  })
  const groups = problem.groups
    .filter(({ todo, items }) => todo.length > 0 && items.length > 0)
    .map(({ items, todo }) => ({
      items,
      itemCount: items.reduce((sum, [first, last]) => sum + last - first + 1, 0),
      todo: bitsOf(
        todo.flatMap((step) => placeOf.get(step) ?? []),
        words
      )
    }))
  const asked = new Set(problem.steps.map(({ model }) => model))
  const isForeign = Uint8Array.from(problem.models, (model, index) =>
    Number(model.isResident && !model.mustStay && !asked.has(index))
  )
  return {
    problem,
    steps,
    modelOf: Int32Array.from(steps, (step) => problem.steps[step]?.model ?? 0),
    runMs: Float64Array.from(steps, (step) => problem.steps[step]?.runMs ?? 0),
    words,
    before,
    groups,
    modelCount: problem.models.length,
    here: Uint8Array.from(problem.models, ({ isResident }) => Number(isResident)),
    isForeign,
    ...costsOf(problem, isForeign)
  }
}

function bitsOf(places: readonly number[], words: number): Uint32Array {
  const bits = new Uint32Array(words)
  for (const place of places) bits[place >> 5]! |= 1 << (place & 31)
  return bits
}

/** Times are counted in microseconds, or as finely as keeps every sum a whole number that a double holds exactly. */
function costsOf(problem: PlanProblem, isForeign: Uint8Array): Pick<World, 'loadCost' | 'perLoad'> {
  // Nobody loads more often than once for each step of each group.
  const mostLoads = problem.groups.reduce((sum, { todo }) => sum + todo.length, 1)
  const longestMs = Math.max(1, ...problem.models.map(({ loadMs }) => loadMs))
  const perTime = isForeign.reduce((sum, is) => sum + is, 1)
  for (let unitMs = 0.001; ; unitMs *= 10) {
    const perLoad = perTime * (mostLoads * Math.ceil(longestMs / unitMs + 1) + 1)
    if (perLoad * mostLoads > largestExact && unitMs < longestMs) continue
    const loadCost = Float64Array.from(problem.models, ({ loadMs }) => perLoad + perTime * Math.round(loadMs / unitMs))
    return { loadCost, perLoad }
  }
}
