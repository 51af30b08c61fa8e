/**
 * Spots of the search for the first result: what the item has yet to run and who is in memory, each kept once, with all that holds
 * there whatever the clock says: the decisions that lead on, what the loads cost from there, what must pass before the item is done.
 */
import { createBound } from './plannerBound.ts'
import { createFirstBound, type FirstRest } from './plannerFirstBound.ts'
import type { Room } from './plannerRoom.ts'
import { createStates } from './plannerStates.ts'
import { createWalk } from './plannerWalk.ts'
import type { World } from './plannerWorld.ts'

export type Decision = { kind: 'run'; step: number } | { kind: 'load'; model: number; victims: number[] }

export interface Move {
  decision: Decision
  /** Where it leads: found when it is first asked. */
  to: Spot | null
}

export interface Spot {
  undone: Uint32Array
  here: Uint8Array
  /** Steps of the item. */
  left: number
  /** -1: nobody has asked yet. */
  toGo: number
  rest: FirstRest
  /** Found when they are first asked. */
  moves: Move[] | null
}

export interface Spots {
  start: Spot
  movesOf: (spot: Spot) => Move[]
  next: (spot: Spot, move: Move) => Spot
  /** What all loads cost from there on, at least; Infinity: it can never be ended. */
  toGo: (spot: Spot) => number
  readonly count: number
  /** Somebody has a use for the model yet: the item or, after it, the others. */
  isAsked: (spot: Spot, model: number) => boolean
  /** Ways to make room were left out: there were too many. */
  wasCut: () => boolean
}

/** Of models that may go sooner than they must, beyond which not every choice is looked at. */
const mostEarly = 5

/** `kinds`: what the item has to run, and then what the others have. */
export function createSpots(world: World, room: Room, kinds: readonly Uint32Array[]): Spots {
  const { modelOf, words, before, steps, problem, modelCount } = world
  const [first = new Uint32Array(words), ...others] = kinds
  const walk = createWalk(world, kinds.length)
  const loadsToGo = createBound(world, room, kinds)
  const restOf = createFirstBound(world, room, first)
  const canReturn = Uint8Array.from(world.here, (_, model) => Number(room.everFits(model)))
  const modelWords = Math.max(1, Math.ceil(modelCount / 32))
  const row = new Uint32Array(modelWords + words)
  const places = createStates(row.length)
  const spots: Spot[] = []
  const waysFrom = new Map<Uint8Array, number[][][]>()
  /** Each `here` is one and the same array wherever it comes again. */
  const hereBy = new Map<string, Uint8Array>()
  let isCut = false

  const has = (bits: Uint32Array, step: number): boolean => (bits[step >> 5]! & (1 << (step & 31))) !== 0
  const isAskedLater = Uint8Array.from({ length: modelCount }, (_, model) =>
    Number(steps.some((_step, step) => modelOf[step] === model && others.some((todo) => has(todo, step))))
  )

  function isAsked({ undone }: Spot, model: number): boolean {
    if (isAskedLater[model] === 1) return true
    for (let step = 0; step < steps.length; step++) if (modelOf[step] === model && has(undone, step)) return true
    return false
  }

  function spotOf(undone: Uint32Array, here: Uint8Array, left: number): Spot {
    row.fill(0, 0, modelWords)
    for (let model = 0; model < modelCount; model++) if (here[model]) row[model >> 5]! |= 1 << (model & 31)
    row.set(undone, modelWords)
    const place = places.place(row)
    return (spots[place] ??= { undone, here, left, toGo: -1, rest: restOf(undone, here), moves: null })
  }

  function toGo(spot: Spot): number {
    if (spot.toGo >= 0) return spot.toGo
    walk.here.set(spot.here)
    walk.undone.set(spot.undone)
    others.forEach((todo, kind) => walk.undone.set(todo, (kind + 1) * words))
    walk.settle()
    return (spot.toGo = loadsToGo(walk))
  }

  function movesOf(spot: Spot): Move[] {
    if (spot.moves) return spot.moves
    const decisions: Decision[] = []
    const wanted: number[] = []
    for (let step = 0; step < steps.length; step++) {
      if (!has(spot.undone, step)) continue
      const model = modelOf[step]!
      if (!spot.here[model]) {
        if (!wanted.includes(model)) wanted.push(model)
        continue
      }
      let isFree = true
      for (let at = 0; at < words && isFree; at++) isFree = (before[step * words + at]! & spot.undone[at]!) === 0
      if (isFree) decisions.push({ kind: 'run', step })
    }
    for (const model of wanted) {
      for (const victims of waysToLoad(spot.here, model)) {
        if (victims.every((victim) => canReturn[victim] || !isAsked(spot, victim)))
          decisions.push({ kind: 'load', model, victims })
      }
    }
    return (spot.moves = decisions.map((decision) => ({ decision, to: null })))
  }

  /** Few sets of models are ever in memory: what each means for a load is found once. */
  function waysToLoad(here: Uint8Array, model: number): readonly number[][] {
    let known = waysFrom.get(here)
    if (!known) waysFrom.set(here, (known = []))
    return (known[model] ??= room.victimSets(here, model).flatMap((set) => withEarly(here, set)))
  }

  /**
   * Where it is one thing at a time, unloads take time of their own, and those who go together take it once: who has to go for a later
   * load may as well go now.
   */
  function withEarly(here: Uint8Array, victims: number[]): number[][] {
    const takesTime = (model: number): boolean => problem.models[model]!.unloadMs > 0
    if (problem.mayPrefetch || !victims.some(takesTime)) return [victims]
    const early = [...here.keys()].filter(
      (model) => here[model] && !problem.models[model]!.mustStay && takesTime(model) && !victims.includes(model)
    )
    if (early.length > mostEarly) isCut = true
    let sets = [victims]
    for (const model of early.slice(0, mostEarly)) sets = sets.flatMap((set) => [set, [...set, model]])
    return sets
  }

  function next(spot: Spot, move: Move): Spot {
    if (move.to) return move.to
    const { decision } = move
    if (decision.kind === 'run') {
      const undone = spot.undone.slice()
      undone[decision.step >> 5]! ^= 1 << (decision.step & 31)
      return (move.to = spotOf(undone, spot.here, spot.left - 1))
    }
    const here = spot.here.slice()
    for (const victim of decision.victims) here[victim] = 0
    here[decision.model] = 1
    const key = here.join('')
    const same = hereBy.get(key) ?? here
    if (same === here) hereBy.set(key, here)
    return (move.to = spotOf(spot.undone, same, spot.left))
  }

  const left = steps.reduce((count, _, step) => count + Number(has(first, step)), 0)
  return {
    start: spotOf(first, world.here, left),
    movesOf,
    next,
    toGo,
    get count() {
      return spots.length
    },
    isAsked,
    wasCut: () => isCut || room.wasCut()
  }
}
