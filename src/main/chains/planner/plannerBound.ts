/**
 * What must still be loaded from a place of the search on: never more than the truth. Two looks, the larger counts.
 * Visits: along the steps that wait for each other, a model that cannot be beside the models asked in between is loaded anew each time.
 * Paths: one path of steps by itself is solved exactly for every set of models in memory, the other models' visits come on top.
 */
import type { Room } from './plannerRoom.ts'
import type { Walk } from './plannerWalk.ts'
import type { World } from './plannerWorld.ts'

/** Infinity: it can never be ended from here. */
type Bound = (walk: Walk) => number

interface Path {
  kind: number
  steps: number[]
  /** The model's bit in a mask; -1: not on the path, or always there. */
  bitOf: Int8Array
  /** By position on the path, then by mask. */
  costs: Float64Array
  masks: number
}

const mostPathsPerKind = 8
const mostPaths = 24
const mostPathModels = 10
const mostPathWork = 4_000_000

export function createBound(world: World, room: Room, kinds: readonly Uint32Array[]): Bound {
  const { modelCount, modelOf, words, loadCost } = world
  const isApart = conflicts(world, room)
  const nextOf = followers(world)
  const visits = kinds.map((todo) => visitTable(world, todo, nextOf, isApart))
  const paths = kinds.flatMap((todo, kind) =>
    pathsOf(world, todo, nextOf).map((steps) => solvePath(world, room, kind, steps))
  )
  const known = paths.filter((path) => path !== null).slice(0, mostPaths)
  const loads = new Int32Array(modelCount)

  return (walk) => {
    loads.fill(0)
    for (let at = 0; at < walk.readyCount; at++) {
      const kind = walk.readyKind[at]!
      const step = walk.ready[at]!
      if ((walk.undone[kind * words + (step >> 5)]! & (1 << (step & 31))) === 0) continue
      const table = visits[kind]!
      for (let model = 0; model < modelCount; model++) {
        const count = table[(step * modelCount + model) * 2 + walk.here[model]!]!
        if (count > loads[model]!) loads[model] = count
      }
    }
    let bound = 0
    for (let model = 0; model < modelCount; model++) bound += loads[model]! * loadCost[model]!
    let most = bound
    for (const { kind, steps, bitOf, costs, masks } of known) {
      let position = 0
      while (position < steps.length && !has(walk.undone, kind * words, steps[position]!)) position++
      if (position === steps.length) continue
      let mask = 0
      let total = bound
      for (let model = 0; model < modelCount; model++) {
        const bit = bitOf[model]!
        if (bit < 0) continue
        total -= loads[model]! * loadCost[model]!
        if (walk.here[model]) mask |= 1 << bit
      }
      total += costs[position * masks + mask]!
      if (total > most) most = total
    }
    return modelOf.length === 0 ? 0 : most
  }
}

function has(bits: Uint32Array, from: number, step: number): boolean {
  return (bits[from + (step >> 5)]! & (1 << (step & 31))) !== 0
}

function staying(world: World): Uint8Array {
  return Uint8Array.from(world.problem.models, ({ mustStay, isResident }) => Number(mustStay && isResident))
}

/** 1 at a * models + b: the two are never in memory together. */
export function conflicts(world: World, room: Room): Uint8Array {
  const { modelCount, here } = world
  const isApart = new Uint8Array(modelCount * modelCount)
  const beside = staying(world)
  const mayJoin = (model: number, other: number): boolean => {
    const was = beside[other]!
    beside[other] = 1
    const may = room.mayLoad(beside, model)
    beside[other] = was
    return may
  }
  for (let a = 0; a < modelCount; a++) {
    for (let b = 0; b < modelCount; b++) {
      if (a === b || (here[a] && here[b])) continue
      if (!mayJoin(a, b) && !mayJoin(b, a)) isApart[a * modelCount + b] = 1
    }
  }
  return isApart
}

/** The steps that wait for each. */
export function followers({ steps, before, words }: World): number[][] {
  const next: number[][] = steps.map(() => [])
  steps.forEach((_, step) => {
    for (let earlier = 0; earlier < step; earlier++) if (has(before, step * words, earlier)) next[earlier]!.push(step)
  })
  return next
}

/** Loads of each model, at least, from each undone step on: at (step * models + model) * 2 + (1 where the model is in memory). */
export function visitTable(world: World, todo: Uint32Array, nextOf: number[][], isApart: Uint8Array): Int16Array {
  const { modelCount, modelOf, steps } = world
  const width = modelCount * 2
  const table = new Int16Array(steps.length * width)
  const later = new Int16Array(width)
  for (let step = steps.length - 1; step >= 0; step--) {
    if (!has(todo, 0, step)) continue
    later.fill(0)
    for (const next of nextOf[step]!) {
      if (!has(todo, 0, next)) continue
      for (let at = 0; at < width; at++) later[at] = Math.max(later[at]!, table[next * width + at]!)
    }
    const asked = modelOf[step]!
    for (let model = 0; model < modelCount; model++) {
      const at = step * width + model * 2
      const apart = isApart[asked * modelCount + model] === 1
      if (model === asked) {
        table[at] = 1 + later[model * 2 + 1]!
        table[at + 1] = later[model * 2 + 1]!
      } else {
        table[at] = later[model * 2]!
        table[at + 1] = later[model * 2 + (apart ? 0 : 1)]!
      }
    }
  }
  return table
}

/** Paths through the steps, those first that change their model most often, until every step is on one. */
function pathsOf(world: World, todo: Uint32Array, nextOf: number[][]): number[][] {
  const { steps, modelOf } = world
  const isCovered = new Uint8Array(steps.length)
  const paths: number[][] = []
  while (paths.length < mostPathsPerKind) {
    const best = new Float64Array(steps.length)
    const nextAt = new Int32Array(steps.length).fill(-1)
    let start = -1
    for (let step = steps.length - 1; step >= 0; step--) {
      if (!has(todo, 0, step)) continue
      for (const next of nextOf[step]!) {
        if (!has(todo, 0, next)) continue
        const value = best[next]! + (modelOf[next] === modelOf[step] ? 0 : 0.01)
        if (nextAt[step] !== -1 && value <= best[step]!) continue
        best[step] = value
        nextAt[step] = next
      }
      best[step]! += isCovered[step] ? 0 : 1
      if (start === -1 || best[step]! >= best[start]!) start = step
    }
    if (start === -1 || best[start]! < 1) return paths
    const path: number[] = []
    for (let step = start; step !== -1; step = nextAt[step]!) path.push(step)
    for (const step of path) isCovered[step] = 1
    if (path.length > 2) paths.push(path)
  }
  return paths
}

function solvePath(world: World, room: Room, kind: number, steps: number[]): Path | null {
  const { modelOf, problem, loadCost } = world
  const asked = [...new Set(steps.map((step) => modelOf[step]!))].filter((model) => {
    const { mustStay, isResident } = problem.models[model]!
    return !(mustStay && isResident)
  })
  const masks = 1 << asked.length
  if (asked.length > mostPathModels || masks * asked.length * steps.length > mostPathWork) return null
  const bitOf = new Int8Array(world.modelCount).fill(-1)
  asked.forEach((model, bit) => (bitOf[model] = bit))
  const mayBe = asked.map((model, bit) => {
    const here = staying(world)
    return Uint8Array.from({ length: masks }, (_, mask) => {
      if ((mask >> bit) & 1) return 0
      asked.forEach((other, place) => (here[other] = (mask >> place) & 1))
      return Number(room.mayLoad(here, model))
    })
  })
  const costs = new Float64Array((steps.length + 1) * masks)
  /** The best of what follows when some of a mask have gone for the load. */
  const after = new Float64Array(masks)
  for (let at = steps.length - 1; at >= 0; at--) {
    const model = modelOf[steps[at]!]!
    const bit = bitOf[model]!
    const next = costs.subarray((at + 1) * masks, (at + 2) * masks)
    const now = costs.subarray(at * masks, (at + 1) * masks)
    if (bit < 0) {
      now.set(next)
      continue
    }
    for (let mask = 0; mask < masks; mask++) {
      if ((mask >> bit) & 1) {
        now[mask] = next[mask]!
        continue
      }
      let best = mayBe[bit]![mask] ? next[mask | (1 << bit)]! : Infinity
      for (let left = mask; left !== 0; left &= left - 1) {
        const victim = left & -left
        if (problem.models[asked[31 - Math.clz32(victim)]!]!.mustStay) continue
        best = Math.min(best, after[mask ^ victim]!)
      }
      after[mask] = best
      now[mask] = best + loadCost[model]!
    }
  }
  return { kind, steps, bitOf, costs, masks }
}
