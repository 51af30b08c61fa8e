/**
 * What the best plan is worth, by trying everything: single moves (load, unload, one step of one item), none of the planner's
 * insights, none of its code. For the bench and the property test; small cases only.
 */
import type { PlanProblem } from '../src/main/chains/planner/planProblem.ts'

interface Worth {
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

/** Costs by key: open addressing, for there are millions of states in all the cases. */
function createCosts() {
  let keys = new Int32Array(256).fill(-1)
  let costs = new Float64Array(256)
  let count = 0
  const slotOf = (key: number): number => {
    const mask = keys.length - 1
    let hash = Math.imul(key ^ (key >>> 15), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    let slot = (hash ^ (hash >>> 16)) & mask
    while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & mask
    return slot
  }
  return {
    get: (key: number): number => costs[slotOf(key)]!,
    /** False: it was as cheap before. */
    lower(key: number, cost: number): boolean {
      const slot = slotOf(key)
      if (keys[slot] === key) {
        if (cost >= costs[slot]!) return false
        costs[slot] = cost
        return true
      }
      keys[slot] = key
      costs[slot] = cost
      if (++count * 2 < keys.length) return true
      const [oldKeys, oldCosts] = [keys, costs]
      keys = new Int32Array(oldKeys.length * 4).fill(-1)
      costs = new Float64Array(keys.length)
      oldKeys.forEach((old, at) => {
        if (old === -1) return
        const to = slotOf(old)
        keys[to] = old
        costs[to] = oldCosts[at]!
      })
      return true
    }
  }
}

const itemBits = 6
const itemMask = 63

/**
 * With `here` (bits of models) and what each item has yet to run (bits of up to 6 steps, 4 items): the cost; Infinity: impossible. A
 * state is one whole number: six bits for each item, the items in order (who has the same to run is as good as another), then the models.
 */
export function cheapest(problem: PlanProblem, here: number, items: readonly number[]): number {
  const { steps, models } = problem
  const modelCount = models.length
  const isAlien = models.map((_, index) => Number(isForeign(problem, index)))
  const loadCost = models.map(({ loadMs }) => perLoad + loadMs * perMs)
  const mayJoin = Array.from({ length: 1 << modelCount }, (_, set) =>
    models.map((_, index) => fits(problem, set, index))
  )
  const stepModel = steps.map(({ model }) => model)
  const waitsFor = steps.map(({ after }) => after.reduce((bits, earlier) => bits | (1 << earlier), 0))
  const allItems = 1 << (itemBits * items.length)
  const costs = createCosts()
  /** By loads; a load leads to the next. */
  let open: { cost: number; key: number }[] = []
  let following: typeof open = []
  const enter = (into: typeof open, cost: number, key: number): void => {
    if (costs.lower(key, cost)) into.push({ cost, key })
  }
  const start = [...items].sort((a, b) => a - b).reduce((key, todo, at) => key | (todo << (itemBits * at)), 0)
  enter(open, 0, here * allItems + start)
  for (;;) {
    let best = Infinity
    // The cheapest at the end, where it is taken from; what it leads to without a load costs the same, or an eviction more.
    open.sort((a, b) => b.cost - a.cost)
    for (let entry = open.pop(); entry; entry = open.pop()) {
      const { cost, key } = entry
      if (costs.get(key) !== cost) continue
      const now = Math.floor(key / allItems)
      const left = key - now * allItems
      if (left === 0) best = Math.min(best, cost)
      for (let index = 0; index < modelCount; index++) {
        const bit = 1 << index
        if ((now & bit) === 0) {
          if (mayJoin[now]![index]) enter(following, cost + loadCost[index]!, key + bit * allItems)
        } else if (!models[index]!.mustStay) enter(open, cost + isAlien[index]!, key - bit * allItems)
      }
      for (let item = 0, before = 0; item < items.length; item++) {
        const todo = (left >> (itemBits * item)) & itemMask
        if (todo !== before) {
          for (let place = 0; place < steps.length; place++) {
            if (
              (todo & (1 << place)) === 0 ||
              (now & (1 << stepModel[place]!)) === 0 ||
              (todo & waitsFor[place]!) !== 0
            )
              continue
            enter(open, cost, now * allItems + sunk(left, item, todo & ~(1 << place)))
          }
        }
        before = todo
      }
    }
    if (best < Infinity || following.length === 0) return best
    ;[open, following] = [following, []]
  }
}

/** The items' bits when one of them has less to run: it moves down to where it belongs. */
function sunk(left: number, item: number, todo: number): number {
  let at = item
  let bits = left & ~(itemMask << (itemBits * item))
  for (; at > 0; at--) {
    const below = (bits >> (itemBits * (at - 1))) & itemMask
    if (below <= todo) break
    bits = (bits & ~(itemMask << (itemBits * (at - 1)))) | (below << (itemBits * at))
  }
  return bits | (todo << (itemBits * at))
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
  /** What any of the other items has to run: always the same. */
  others: number
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
    others: rest.reduce((bits, todo) => bits | todo, 0),
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
  // Beside anything: what the run loaded and nobody needs any more.
  const isDone = (index: number): boolean =>
    problem.autoUnload &&
    (!models[index]!.isResident || models[index]!.isOwn === true) &&
    !steps.some((step, place) => step.model === index && (todo | tick.others) & (1 << place))
  models.forEach((model, index) => {
    const bit = 1 << index
    if (here & bit) {
      if (
        model.mustStay ||
        !isFree(index) ||
        !(mayMakeRoom || isDone(index)) ||
        (busy >= 0 && steps[busy]!.model === index)
      )
        return
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
