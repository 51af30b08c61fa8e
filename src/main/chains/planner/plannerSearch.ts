/**
 * The loads of a plan: provably the fewest, then the least time spent on them, then the fewest models of others sent away. A* over
 * (models in memory, what each kind of item has yet to run): a model is loaded only when some step waits for nothing else, and just
 * enough goes for it. Where that grows too large, a beam search answers and `isProven` is false. Pure.
 */
import { createBound } from './plannerBound.ts'
import { createHeap } from './plannerHeap.ts'
import { createRoom, type Room } from './plannerRoom.ts'
import { createStates, type States } from './plannerStates.ts'
import { createWalk, distinctKinds, type Walk } from './plannerWalk.ts'
import type { World } from './plannerWorld.ts'

/** What is in memory when the loads begin, and what it has cost to get there. */
interface Start {
  here: Uint8Array
  cost: number
}

export interface LoadMove {
  model: number
  /** Models that have to go for it. Those that nobody needs any more may have to go as well; they are not named. */
  victims: number[]
}

export interface LoadPlan {
  /** A place in the starts. */
  start: number
  moves: LoadMove[]
  cost: number
  isProven: boolean
}

interface SearchOptions {
  starts: readonly Start[]
  todos: readonly Uint32Array[]
  /** A plan that costs as much or more is of no use. */
  below?: number
}

/** 32-bit words of states that may be kept: what the search may take, in time and memory. */
const mostWords = 400_000
/** Each state is as dear as there are steps. */
const mostLooks = 2_500_000
const beamWidth = 96

interface Scene {
  world: World
  room: Room
  walk: Walk
  states: States
  starts: readonly Start[]
  kinds: readonly Uint32Array[]
  bound: () => number
  /** Settled states that one load leads to. */
  expand: (place: number, onNext: (model: number, cost: number) => void) => void
}

/** Null: there is no way to run everything, or none that costs less than `below`. */
export function searchLoads(world: World, { starts, todos, below = Infinity }: SearchOptions): LoadPlan | null {
  const kinds = distinctKinds(todos)
  const proven = findBest(createScene(world, starts, kinds), below)
  return proven === 'too large' ? findGood(createScene(world, starts, kinds)) : proven
}

function createScene(world: World, starts: readonly Start[], kinds: readonly Uint32Array[]): Scene {
  const room = createRoom(world.problem, { inOrder: world.isForeign })
  const walk = createWalk(world, kinds.length)
  const states = createStates(walk.rowWords)
  const toGo = createBound(world, room, kinds)
  const canReturn = Uint8Array.from(world.here, (_, model) => Number(room.everFits(model)))
  const row = new Uint32Array(walk.rowWords)

  function expand(place: number, onNext: (model: number, cost: number) => void): void {
    states.read(place, row)
    walk.read(row)
    walk.settle()
    const { words, modelOf } = world
    const isAsked = new Uint8Array(world.modelCount)
    const order: number[] = []
    for (let at = 0; at < walk.readyCount; at++) {
      const step = walk.ready[at]!
      const model = modelOf[step]!
      if (isAsked[model] || !canReturn[model]) continue
      if ((walk.undone[walk.readyKind[at]! * words + (step >> 5)]! & (1 << (step & 31))) === 0) continue
      isAsked[model] = 1
      order.push(model)
    }
    const sets = order.map((model) => room.victimSets(walk.here, model))
    // A load for which nobody has to go and that leaves its model needed no more has to be paid some time: now is as good as ever.
    for (const [at, model] of order.entries()) {
      if (sets[at]!.length !== 1 || sets[at]![0]!.length > 0 || world.problem.models[model]!.mustStay) continue
      enter(row, model, [])
      if (walk.isNeeded[model]) continue
      onNext(model, world.loadCost[model]!)
      return
    }
    for (const [at, model] of order.entries()) {
      for (const victims of sets[at]!) {
        if (!enter(row, model, victims)) continue
        const sentAway = victims.reduce((sum, victim) => sum + world.isForeign[victim]!, 0)
        onNext(model, world.loadCost[model]! + sentAway)
      }
    }
  }

  /** False: somebody went who is needed and can never come back. */
  function enter(from: Uint32Array, model: number, victims: readonly number[]): boolean {
    walk.read(from)
    for (const victim of victims) walk.here[victim] = 0
    walk.here[model] = 1
    walk.settle()
    return victims.every((victim) => canReturn[victim] || !walk.isNeeded[victim])
  }

  return { world, room, walk, states, starts, kinds, bound: () => toGo(walk), expand }
}

/** Enters every start; those with the same state count once. */
function enterStarts(scene: Scene, onStart: (place: number, cost: number) => void): void {
  const { walk, states, kinds, world } = scene
  const row = new Uint32Array(walk.rowWords)
  scene.starts.forEach(({ here, cost }, index) => {
    walk.here.set(here)
    kinds.forEach((todo, kind) => walk.undone.set(todo, kind * world.words))
    walk.settle()
    walk.write(row)
    const place = states.place(row)
    if (cost >= states.cost(place)) return
    states.set(place, cost, -1, index)
    onStart(place, cost)
  })
}

function findBest(scene: Scene, below: number): LoadPlan | 'too large' | null {
  const { walk, states, room } = scene
  const row = new Uint32Array(walk.rowWords)
  const next = createHeap<number>()
  const mostStates = Math.min(mostWords / (walk.rowWords + 1), mostLooks / Math.max(1, scene.world.steps.length))
  let goal = -1
  const enter = (place: number, cost: number): void => {
    const bound = scene.bound()
    if (bound < Infinity) next.push(cost + bound, -cost, place)
  }
  enterStarts(scene, enter)
  for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
    if (entry.key >= below) break
    const place = entry.value
    const cost = states.cost(place)
    // A cheaper way was found since.
    if (-entry.second !== cost) continue
    states.read(place, row)
    walk.read(row)
    if (walk.isDone()) {
      goal = place
      break
    }
    if (states.count > mostStates) return 'too large'
    scene.expand(place, (model, loadCost) => {
      walk.write(row)
      const to = states.place(row)
      if (cost + loadCost >= states.cost(to)) return
      states.set(to, cost + loadCost, place, model)
      enter(to, cost + loadCost)
    })
  }
  return goal < 0 ? null : { ...wayTo(scene, goal), isProven: !room.wasCut() }
}

/** Load by load, the most promising few go on. */
function findGood(scene: Scene): LoadPlan | null {
  const { walk, states } = scene
  const row = new Uint32Array(walk.rowWords)
  let level = new Map<number, number>()
  enterStarts(scene, (place, cost) => level.set(place, cost + scene.bound()))
  let best: { place: number; cost: number } | null = null
  while (level.size > 0) {
    const following = new Map<number, number>()
    const chosen = [...level].sort((a, b) => a[1] - b[1]).slice(0, beamWidth)
    for (const [place, promise] of chosen) {
      const cost = states.cost(place)
      if (best !== null && promise >= best.cost) continue
      states.read(place, row)
      walk.read(row)
      if (walk.isDone()) {
        if (best === null || cost < best.cost) best = { place, cost }
        continue
      }
      scene.expand(place, (model, loadCost) => {
        const bound = scene.bound()
        if (bound === Infinity) return
        walk.write(row)
        const to = states.place(row)
        if (cost + loadCost >= states.cost(to)) return
        states.set(to, cost + loadCost, place, model)
        following.set(to, cost + loadCost + bound)
      })
    }
    level = following
  }
  return best === null ? null : { ...wayTo(scene, best.place), isProven: false }
}

function wayTo({ walk, states, world }: Scene, goal: number): Omit<LoadPlan, 'isProven'> {
  const moves: LoadMove[] = []
  const row = new Uint32Array(walk.rowWords)
  let place = goal
  for (; states.cameFrom(place) >= 0; place = states.cameFrom(place)) {
    states.read(place, row)
    walk.read(row)
    walk.settle()
    const after = { here: walk.here.slice(), isNeeded: walk.isNeeded.slice() }
    states.read(states.cameFrom(place), row)
    walk.read(row)
    const victims: number[] = []
    walk.here.forEach((is, model) => {
      if (is && !after.here[model] && (after.isNeeded[model] || world.isForeign[model])) victims.push(model)
    })
    moves.push({ model: states.move(place), victims })
  }
  return { start: states.move(place), moves: moves.reverse(), cost: states.cost(goal) }
}
