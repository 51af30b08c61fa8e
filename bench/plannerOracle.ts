/**
 * What the best plan is worth, by trying everything: single moves (load, unload, one step of one item), none of the planner's
 * insights, none of its code. For the bench and the property test; small cases only.
 */
import type { PlanProblem } from '../src/main/chains/planner/planProblem.ts'

export interface Worth {
  loads: number
  loadMs: number
  foreignEvictions: number
}

const perLoad = 1e9
const perMs = 1e3

export function worthOf(cost: number): Worth {
  const loads = Math.floor(cost / perLoad)
  const loadMs = Math.floor((cost % perLoad) / perMs)
  return { loads, loadMs, foreignEvictions: cost % perMs }
}

/** With `here` (bits of models) and what each item has yet to run (bits of steps): the cost; Infinity: impossible. */
export function cheapest(problem: PlanProblem, here: number, items: readonly number[]): number {
  const { steps, models } = problem
  const isAlien = models.map((_, index) => Number(isForeign(problem, index)))
  const mayJoin = Array.from({ length: 1 << models.length }, (_, set) =>
    models.map((_, index) => fits(problem, set, index))
  )
  const waitsFor = steps.map(({ after }) => after.reduce((bits, earlier) => bits | (1 << earlier), 0))
  const costs = new Map<number, number>()
  /** By loads; a load leads to the next. */
  const buckets: Entry[][] = [[]]
  const enter = (into: Entry[], cost: number, nextHere: number, left: readonly number[]): void => {
    const key = left.reduce((sum, todo) => sum * 64 + todo, nextHere)
    if (cost >= (costs.get(key) ?? Infinity)) return
    costs.set(key, cost)
    into.push({ cost, here: nextHere, items: left, key })
  }
  enter(
    buckets[0]!,
    0,
    here,
    [...items].sort((a, b) => a - b)
  )
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    let best = Infinity
    const following: Entry[] = (buckets[bucket + 1] = [])
    // The cheapest at the end, where it is taken from; what it leads to without a load costs the same, or an eviction more.
    const open = buckets[bucket]!.sort((a, b) => b.cost - a.cost)
    for (let entry = open.pop(); entry; entry = open.pop()) {
      const { cost, here: now, items: left, key } = entry
      if (costs.get(key) !== cost) continue
      if (left.every((todo) => todo === 0)) best = Math.min(best, cost)
      models.forEach((model, index) => {
        const bit = 1 << index
        if ((now & bit) === 0) {
          if (mayJoin[now]![index]) enter(following, cost + perLoad + model.loadMs * perMs, now | bit, left)
        } else if (!model.mustStay) enter(open, cost + isAlien[index]!, now & ~bit, left)
      })
      left.forEach((todo, item) => {
        // Items with the same to run are as good as each other.
        if (todo === 0 || left[item - 1] === todo) return
        for (let place = 0; place < steps.length; place++) {
          if (
            (todo & (1 << place)) === 0 ||
            (now & (1 << steps[place]!.model)) === 0 ||
            (todo & waitsFor[place]!) !== 0
          )
            continue
          const next = left.with(item, todo & ~(1 << place)).sort((a, b) => a - b)
          enter(open, cost, now, next)
        }
      })
    }
    if (best < Infinity) return best
    if (following.length === 0) return Infinity
  }
  return Infinity
}

interface Entry {
  cost: number
  here: number
  items: readonly number[]
  key: number
}

function isForeign({ models, steps }: PlanProblem, index: number): boolean {
  return models[index]!.isResident && !steps.some(({ model }) => model === index)
}

/** With all of `here` staying. */
export function fits({ models, pools, maxLoaded }: PlanProblem, here: number, index: number): boolean {
  const own = models[index]!
  const there = models.filter((_, place) => place === index || here & (1 << place))
  if (own.isCounted && there.filter(({ isCounted }) => isCounted).length > maxLoaded) return false
  if (own.pool === null) return true
  const beside = there.filter(({ pool }) => pool === own.pool)
  if (beside.length > 1 && beside.some(({ needBytes }) => needBytes === null)) return false
  const limit = pools[own.pool] ?? null
  return limit === null || beside.reduce((sum, { needBytes }) => sum + (needBytes ?? 0), 0) <= limit
}

export function residents({ models }: PlanProblem): number {
  return models.reduce((bits, { isResident }, index) => bits | (isResident ? 1 << index : 0), 0)
}

/** What every item has to run, as bits, the lowest item first. */
export function itemsOf({ groups }: PlanProblem): number[] {
  const items: [number, number][] = groups.flatMap(({ items: spans, todo }) =>
    spans.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, at): [number, number] => [
        first + at,
        todo.reduce((bits, step) => bits | (1 << step), 0)
      ])
    )
  )
  return items
    .filter(([, todo]) => todo > 0)
    .sort((a, b) => a[0] - b[0])
    .map(([, todo]) => todo)
}

interface Tick {
  todo: number
  here: number
  /** Step that is being answered and its ticks to go; -1: none. */
  step: number
  stepLeft: number
  loading: number
  loadLeft: number
  /** Ticks to go of each model on its way out; 0: none. */
  going: number[]
  cost: number
}

/** The first item's best end in whole milliseconds, tick by tick, and what all loads then cost at least. Times must be whole and small. */
export function soonest(problem: PlanProblem, mostMs: number): { firstMs: number; cost: number } | null {
  const [first, ...rest] = itemsOf(problem)
  if (first === undefined) return null
  const start: Tick = {
    todo: first,
    here: residents(problem),
    step: -1,
    stepLeft: 0,
    loading: -1,
    loadLeft: 0,
    going: problem.models.map(() => 0),
    cost: 0
  }
  let now = new Map([[keyOf(start), start]])
  for (let ms = 0; ms <= mostMs; ms++) {
    const decided = new Map<string, Tick>()
    for (const tick of now.values()) decide(problem, tick, decided)
    const ended = [...decided.values()].filter(({ todo }) => todo === 0)
    const ends = new Map<number, number>()
    // A load that is not done with the item would have been for nothing: without it the same end is cheaper.
    for (const { here, cost } of ended) ends.set(here, Math.min(cost, ends.get(here) ?? Infinity))
    let best = Infinity
    for (const [here, cost] of ends) best = Math.min(best, cost + cheapest(problem, here, rest))
    if (best < Infinity) return { firstMs: ms, cost: best }
    now = new Map()
    for (const tick of decided.values()) keep(now, pass(tick))
  }
  return null
}

function keyOf({ todo, here, step, stepLeft, loading, loadLeft, going }: Tick): string {
  return `${todo} ${here} ${step} ${stepLeft} ${loading} ${loadLeft} ${going.join()}`
}

function keep(into: Map<string, Tick>, tick: Tick): boolean {
  const key = keyOf(tick)
  const was = into.get(key)
  if (was && was.cost <= tick.cost) return false
  into.set(key, tick)
  return true
}

/** Everything that can be begun at this moment, in every order. */
function decide(problem: PlanProblem, tick: Tick, into: Map<string, Tick>): void {
  if (!keep(into, tick)) return
  const { steps, models, mayPrefetch } = problem
  const { step: busy, loading, going, here, todo } = tick
  const isStill = going.every((left) => left === 0)
  const isFree = (index: number): boolean => going[index] === 0 && index !== loading
  if (busy < 0 && (mayPrefetch || (loading < 0 && isStill))) {
    steps.forEach((step, place) => {
      if (!(todo & (1 << place)) || !(here & (1 << step.model)) || !isFree(step.model)) return
      if (step.after.some((earlier) => todo & (1 << earlier))) return
      decide(problem, { ...tick, step: place, stepLeft: step.runMs }, into)
    })
  }
  // Without prefetch it is one thing at a time, but that those who go for one load go together.
  const mayMakeRoom = mayPrefetch || (busy < 0 && loading < 0)
  models.forEach((model, index) => {
    const bit = 1 << index
    if (here & bit) {
      if (model.mustStay || !isFree(index) || !mayMakeRoom || (busy >= 0 && steps[busy]!.model === index)) return
      const cost = tick.cost + (isForeign(problem, index) ? 1 : 0)
      if (model.unloadMs === 0) decide(problem, { ...tick, here: here & ~bit, cost }, into)
      else decide(problem, { ...tick, cost, going: going.with(index, model.unloadMs) }, into)
    } else if (loading < 0 && (mayPrefetch || (busy < 0 && isStill)) && fits(problem, here, index)) {
      const cost = tick.cost + perLoad + model.loadMs * perMs
      decide(problem, { ...tick, here: here | bit, loading: index, loadLeft: model.loadMs, cost }, into)
    }
  })
}

function pass(tick: Tick): Tick {
  const next = { ...tick, going: [...tick.going] }
  if (next.step >= 0 && --next.stepLeft === 0) {
    next.todo &= ~(1 << next.step)
    next.step = -1
  }
  if (next.loading >= 0 && --next.loadLeft === 0) next.loading = -1
  next.going.forEach((left, index) => {
    if (left === 0) return
    next.going[index] = left - 1
    if (left === 1) next.here &= ~(1 << index)
  })
  return next
}
