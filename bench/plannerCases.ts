/** Problems for the planner: small random ones that can be solved by trying everything, and large ones made to be hard. */
import { chainOf, modelOf, problemOf } from '../src/main/chains/planner/plannerRig.ts'
import type { PlannerGroup, PlannerModel, PlannerStep, PlanProblem } from '../src/main/chains/planner/planProblem.ts'

/** The same numbers every time (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

type Random = (below: number) => number

/** Up to 6 steps, 4 models asked (and sometimes one more that nobody asks), 4 items with different progress, room for 1 to 3. */
export function smallCase(seed: number, changes: Partial<PlanProblem> = {}): PlanProblem {
  const random = randomOf(seed * 7_919 + 13)
  const asked = 1 + random(4)
  const models = Array.from({ length: asked + Number(random(4) === 0) }, () => smallModel(random))
  // Two pools, sometimes: the second is a machine's or a card's own memory.
  if (random(4) === 0) for (const model of models) if (random(2)) model.pool = 1
  const steps = stepsOf(random, 1 + random(6), asked)
  const needs = models.map(({ needBytes }) => needBytes ?? 0)
  const roomFor = 1 + random(3)
  const pool = Math.max(...needs) + (roomFor - 1) * (1 + random(4))
  return problemOf({
    models,
    steps,
    groups: groupsOf(random, steps),
    pools: [random(20) === 0 ? null : pool, Math.max(...needs) + random(4)],
    maxLoaded: random(5) === 0 ? 1 + random(3) : 64,
    mayPrefetch: random(4) > 0,
    autoUnload: random(3) > 0,
    ...changes
  })
}

function smallModel(random: Random): PlannerModel {
  return modelOf({
    needBytes: random(15) === 0 ? null : 1 + random(5),
    pool: random(15) === 0 ? null : 0,
    loadMs: 1 + random(4),
    unloadMs: random(3),
    isResident: random(4) === 0,
    mustStay: random(12) === 0,
    isCounted: random(8) > 0
  })
}

function stepsOf(random: Random, count: number, models: number): PlannerStep[] {
  const isChain = random(2) === 0
  return Array.from({ length: count }, (_, place) => {
    const after: number[] = []
    for (let earlier = 0; earlier < place; earlier++) {
      if (isChain ? earlier === place - 1 : random(3) === 0) after.push(earlier)
    }
    return { id: `s${place}`, model: random(models), after, runMs: 1 + random(3) }
  })
}

/** Items that were stopped in the middle, each with what comes after the steps it lacks; now and then a step was left out for good. */
function groupsOf(random: Random, steps: readonly PlannerStep[]): PlannerGroup[] {
  const groups = new Map<string, { items: [number, number][]; todo: number[] }>()
  const count = 1 + random(4)
  for (let item = 0; item < count; item++) {
    const isTodo = steps.map(() => false)
    const isFresh = random(2) === 0
    steps.forEach(({ after }, place) => {
      isTodo[place] = isFresh || random(3) === 0 || after.some((earlier) => isTodo[earlier])
    })
    const leftOut = random(10) === 0 ? random(steps.length) : -1
    const todo = isTodo.flatMap((is, place) => (is && place !== leftOut ? [place] : []))
    const known = groups.get(todo.join())
    const last = known?.items.at(-1)
    if (last?.[1] === item - 1) last[1] = item
    else if (known) known.items.push([item, item])
    else groups.set(todo.join(), { items: [[item, item]], todo })
  }
  return [...groups.values()]
}

export interface Shape {
  name: string
  problem: PlanProblem
}

const items = 1_000
const letters = (count: number, of: (place: number) => number): string =>
  Array.from({ length: count }, (_, place) => String.fromCharCode(65 + of(place))).join('')

/** 20 steps, 1,000 items, 6 models, in every shape that was found to be hard. */
export function hardShapes(): Shape[] {
  const shapes: Shape[] = []
  for (const roomFor of [1, 2, 3, 4]) {
    const random = randomOf(roomFor)
    const add = (name: string, steps: PlannerStep[], more: Partial<PlanProblem> = {}): void => {
      shapes.push({ name: `${name}, room for ${roomFor}`, problem: large(steps, { pools: [roomFor], ...more }) })
    }
    add('chain ABACB...', chainOf(letters(20, (place) => (place % 2 ? 1 + random(5) : 0))))
    add('chain in turn', chainOf(letters(20, (place) => place % 6)))
    add('six chains', chains(random, [4, 4, 3, 3, 3, 3]))
    add('four chains of five', chains(random, [5, 5, 5, 5]))
    add('two chains of ten', chains(random, [10, 10]))
    add('ten pairs', chains(random, [2, 2, 2, 2, 2, 2, 2, 2, 2, 2]))
    add(
      '20 apart',
      chains(
        random,
        Array.from({ length: 20 }, () => 1)
      )
    )
    add('layers', layers(random, 4))
    add('wide layers', layers(random, 7))
    add('sparse', sparse(random, 20, 8))
    add('denser', sparse(random, 20, 3))
    const broken = sparse(random, 20, 6)
    add('sparse after failures', broken, { groups: progress(random, broken, 8) })
    const four = chains(random, [5, 5, 5, 5])
    add('four chains after failures', four, { groups: progress(random, four, 6) })
    const uneven = [5, 2, 3, 4, 1, 2].map((needBytes, at) =>
      modelOf({ needBytes, loadMs: 1_000 * (at + 1), unloadMs: 50 })
    )
    add('four chains, unequal models', chains(random, [5, 5, 5, 5]), { models: uneven, pools: [4 + roomFor * 2] })
  }
  return shapes
}

export function large(steps: PlannerStep[], changes: Partial<PlanProblem> = {}): PlanProblem {
  const models = Array.from({ length: 6 }, (_, at) => modelOf({ loadMs: 3_000 + 1_000 * at, unloadMs: 200 }))
  const todo = steps.map((_, place) => place)
  return problemOf({ steps, models, groups: [{ items: [[0, items - 1]], todo }], ...changes })
}

export function chains(random: Random, lengths: readonly number[]): PlannerStep[] {
  const steps: PlannerStep[] = []
  for (const length of lengths) {
    for (let at = 0; at < length; at++) {
      const before = steps.at(-1)
      let model = random(6)
      if (at > 0 && model === before?.model) model = (model + 1) % 6
      steps.push({ id: `s${steps.length}`, model, after: at > 0 ? [steps.length - 1] : [], runMs: 100 + random(5_000) })
    }
  }
  return steps
}

function layers(random: Random, width: number): PlannerStep[] {
  return Array.from({ length: 20 }, (_, place) => {
    const from = (Math.floor(place / width) - 1) * width
    const after = from < 0 ? [] : [from + random(width), from + random(width)]
    return { id: `s${place}`, model: random(6), after: [...new Set(after)], runMs: 100 + random(5_000) }
  })
}

function sparse(random: Random, count: number, oneIn: number): PlannerStep[] {
  return Array.from({ length: count }, (_, place) => {
    const after: number[] = []
    for (let earlier = 0; earlier < place; earlier++) if (random(oneIn) === 0) after.push(earlier)
    return { id: `s${place}`, model: random(6), after, runMs: 100 + random(5_000) }
  })
}

function progress(random: Random, steps: readonly PlannerStep[], kinds: number): PlannerGroup[] {
  const size = items / kinds
  return Array.from({ length: kinds }, (_, kind) => {
    const isTodo = steps.map(() => false)
    steps.forEach(({ after }, place) => {
      isTodo[place] = random(4) === 0 || after.some((earlier) => isTodo[earlier])
    })
    const todo = isTodo.flatMap((is, place) => (is ? [place] : []))
    return { items: [[Math.floor(kind * size), Math.floor((kind + 1) * size) - 1]], todo }
  })
}

/** 200 steps. */
export function longShapes(): Shape[] {
  const random = randomOf(5)
  const shapes: Shape[] = []
  for (const roomFor of [1, 2, 3]) {
    const pools = [roomFor]
    const alternating = chainOf(letters(200, (place) => (place % 2 ? 1 + random(5) : 0)))
    shapes.push({ name: `chain of 200 ABAC..., room for ${roomFor}`, problem: large(alternating, { pools }) })
    const turn = chainOf(letters(200, (place) => place % 6))
    shapes.push({ name: `chain of 200 in turn, room for ${roomFor}`, problem: large(turn, { pools }) })
    const any = chainOf(letters(200, () => random(6)))
    shapes.push({ name: `chain of 200 at random, room for ${roomFor}`, problem: large(any, { pools }) })
    const six = chains(random, [34, 34, 33, 33, 33, 33])
    shapes.push({ name: `six chains of 33, room for ${roomFor}`, problem: large(six, { pools }) })
    shapes.push({ name: `200 sparse, room for ${roomFor}`, problem: large(sparse(random, 200, 60), { pools }) })
  }
  return shapes
}
