/** When one item can be done at the earliest, from a moment of its plan on: never later than the truth. Pure. */
import { conflicts, followers, visitTable } from './plannerBound.ts'
import type { Label } from './plannerFirst.ts'
import type { Room } from './plannerRoom.ts'
import type { World } from './plannerWorld.ts'

export type FirstBound = (label: Label) => number

export function createFirstBound(world: World, room: Room, first: Uint32Array): FirstBound {
  const { steps, modelOf, runMs, words, before, modelCount, problem } = world
  const { models } = problem
  const isApart = conflicts(world, room)
  const nextOf = followers(world)
  const visits = visitTable(world, first, nextOf, isApart)
  const tails = tailsOf(world, nextOf, first, isApart)
  const loads = new Int32Array(modelCount)

  return ({ undone, here, answersUntil, loadsUntil, readyAt }) => {
    loads.fill(0)
    let soonest = answersUntil
    let answers = 0
    let shortest = Infinity
    for (let step = 0; step < steps.length; step++) {
      if ((undone[step >> 5]! & (1 << (step & 31))) === 0) continue
      answers += runMs[step]!
      shortest = Math.min(shortest, runMs[step]!)
      let isFree = true
      for (let at = 0; at < words && isFree; at++) isFree = (before[step * words + at]! & undone[at]!) === 0
      if (!isFree) continue
      const model = modelOf[step]!
      const ready = here[model] ? readyAt[model]! : loadsUntil + models[model]!.loadMs
      soonest = Math.max(soonest, Math.max(answersUntil, ready) + tails[step]!)
      for (let other = 0; other < modelCount; other++) {
        loads[other] = Math.max(loads[other]!, visits[(step * modelCount + other) * 2 + here[other]!]!)
      }
    }
    soonest = Math.max(soonest, answersUntil + answers)
    let loading = 0
    for (let model = 0; model < modelCount; model++) loading += loads[model]! * models[model]!.loadMs
    if (loading > 0) soonest = Math.max(soonest, loadsUntil + loading + shortest)
    return soonest
  }
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
