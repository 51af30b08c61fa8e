/** When one item can be done at the earliest, from a moment of its plan on: never later than the truth. Pure. */
import { conflicts, followers, visitTable } from './plannerBound.ts'
import type { Room } from './plannerRoom.ts'
import type { World } from './plannerWorld.ts'

/** What must pass yet, whatever the clock says. */
export interface FirstRest {
  /** All answers. */
  answersMs: number
  /** All loads, at least, and the least that follows the last of them; 0: none is needed. */
  loadsMs: number
  afterLoadsMs: number
  /** By model: from the beginning of a step that waits for nothing but the model to the end of the item; 0: there is none. */
  tailMs: number[]
  /** Answers, loads and unloads of models of which no two are ever in memory together: one after the other. */
  apartMs: number
  /** The one of those that is in memory; -1: none. */
  apartHere: number
}

/** Where the clock stands: both lanes, and for each model when it can answer and (after all those) when it has last answered. */
interface FirstClock {
  answersUntil: number
  loadsUntil: number
  times: readonly number[]
}

export function soonestEnd(
  world: World,
  here: Uint8Array,
  rest: FirstRest,
  { answersUntil, loadsUntil, times }: FirstClock
): number {
  const { models } = world.problem
  let soonest = answersUntil + rest.answersMs
  for (let model = 0; model < world.modelCount; model++) {
    const tailMs = rest.tailMs[model]!
    if (tailMs === 0) continue
    const ready = here[model] ? times[model]! : loadsUntil + models[model]!.loadMs
    soonest = Math.max(soonest, Math.max(answersUntil, ready) + tailMs)
  }
  if (rest.loadsMs > 0) soonest = Math.max(soonest, loadsUntil + rest.loadsMs + rest.afterLoadsMs)
  if (rest.apartMs === 0) return soonest
  let begin = loadsUntil
  const one = rest.apartHere
  if (one >= 0) {
    const isFreeAt = Math.max(times[one]!, times[world.modelCount + one]!) + models[one]!.unloadMs
    begin = Math.min(Math.max(loadsUntil, isFreeAt), Math.max(answersUntil, times[one]!))
  }
  return Math.max(soonest, begin + rest.apartMs)
}

export function createFirstBound(
  world: World,
  room: Room,
  first: Uint32Array
): (undone: Uint32Array, here: Uint8Array) => FirstRest {
  const { steps, modelOf, runMs, words, before, modelCount, problem } = world
  const { models } = problem
  const isApart = conflicts(world, room)
  const nextOf = followers(world)
  const visits = visitTable(world, first, nextOf, isApart)
  const tails = tailsOf(world, nextOf, first, isApart)
  const apart = farthestApart(world, isApart)
  const loads = new Int32Array(modelCount)
  const answersOf = new Float64Array(modelCount)
  /** From the beginning of a step on each model to the end of the item, at least. */
  const leastTail = new Float64Array(modelCount)

  const noTails: number[] = Array.from({ length: modelCount }, () => 0)

  return (undone, here) => {
    loads.fill(0)
    answersOf.fill(0)
    leastTail.fill(Infinity)
    const tailMs = noTails.slice()
    for (let step = 0; step < steps.length; step++) {
      if ((undone[step >> 5]! & (1 << (step & 31))) === 0) continue
      const model = modelOf[step]!
      answersOf[model]! += runMs[step]!
      leastTail[model] = Math.min(leastTail[model]!, tails[step]!)
      let isFree = true
      for (let at = 0; at < words && isFree; at++) isFree = (before[step * words + at]! & undone[at]!) === 0
      if (!isFree) continue
      tailMs[model] = Math.max(tailMs[model]!, tails[step]!)
      for (let other = 0; other < modelCount; other++) {
        const count = visits[(step * modelCount + other) * 2 + here[other]!]!
        if (count > loads[other]!) loads[other] = count
      }
    }
    let answersMs = 0
    let loadsMs = 0
    let afterLoadsMs = Infinity
    for (let model = 0; model < modelCount; model++) {
      const { loadMs } = models[model]!
      answersMs += answersOf[model]!
      loadsMs += loads[model]! * loadMs
      // The last load is one of those counted, or one more.
      afterLoadsMs = Math.min(afterLoadsMs, leastTail[model]! + (loads[model]! > 0 ? 0 : loadMs))
    }
    return { answersMs, loadsMs, afterLoadsMs, tailMs, ...apartOf(here) }
  }

  function apartOf(here: Uint8Array): Pick<FirstRest, 'apartMs' | 'apartHere'> {
    const apartHere = apart.find((model) => here[model]) ?? -1
    let apartMs = 0
    let count = 0
    let shortestUnloadMs = Infinity
    for (const model of apart) {
      apartMs += answersOf[model]! + loads[model]! * models[model]!.loadMs
      count += loads[model]!
      shortestUnloadMs = Math.min(shortestUnloadMs, models[model]!.unloadMs)
    }
    // Each that was loaded goes before the next. (The unload of who is there now may have been waited for in the beginning already.)
    return { apartMs: count > 0 ? apartMs + (count - 1) * shortestUnloadMs : 0, apartHere }
  }
}

/** Models of which no two are ever in memory together: the most that are found by taking one after the other. */
function farthestApart({ modelCount, modelOf, here }: World, isApart: Uint8Array): number[] {
  const asked = [...new Set(modelOf)].sort((a, b) => a - b)
  let most: number[] = []
  for (const one of asked) {
    const set = [one]
    for (const other of asked) {
      if (other !== one && set.every((member) => isApart[member * modelCount + other])) set.push(other)
    }
    if (set.length > most.length) most = set
  }
  // Only one of them can be there in the beginning, too.
  return most.length > 1 && most.filter((model) => here[model]).length <= 1 ? most : []
}

/** From the beginning of each step to the end of the item, along the longest path: models that cannot be together are changed in between. */
function tailsOf(world: World, nextOf: number[][], first: Uint32Array, isApart: Uint8Array): Float64Array {
  const { steps, modelOf, runMs, modelCount, problem } = world
  const tails = new Float64Array(steps.length)
  for (let step = steps.length - 1; step >= 0; step--) {
    let longest = 0
    const model = modelOf[step]!
    for (const next of nextOf[step]!) {
      if ((first[next >> 5]! & (1 << (next & 31))) === 0) continue
      const other = modelOf[next]!
      const change = isApart[model * modelCount + other]
        ? problem.models[model]!.unloadMs + problem.models[other]!.loadMs
        : 0
      longest = Math.max(longest, change + tails[next]!)
    }
    tails[step] = runMs[step]! + longest
  }
  return tails
}
