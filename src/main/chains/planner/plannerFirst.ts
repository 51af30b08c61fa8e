/**
 * The first item as soon as can be (times as plannerTimeline.ts counts them), and among all ways of doing that the one that leaves the
 * cheapest loads in all. A beam search finds a good way; then best first over (what has yet to run, who is in memory, when each of
 * them and both lanes are free) finds the best, or ends at its limit. Every decision is the next answer or the next load, begun as
 * early as it can. Pure.
 */
import { createLabels, type Label, type Labels } from './plannerFirstLabels.ts'
import { createSpots, type Decision, type Spot, type Spots } from './plannerFirstSpots.ts'
import { createHeap } from './plannerHeap.ts'
import { createRoom } from './plannerRoom.ts'
import { searchLoads, type LoadPlan } from './plannerSearch.ts'
import { distinctKinds } from './plannerWalk.ts'
import type { World } from './plannerWorld.ts'

interface FirstPlan {
  decisions: Decision[]
  /** In memory when the item is done. */
  here: Uint8Array
  rest: LoadPlan
  isProven: boolean
}

const mostLabels = 2_500
/** Each spot is as dear as there are steps. */
const mostLooks = 160_000
const leastSpots = 2_500
const beamWidth = 24
const mostEnds = 8

interface Scene {
  world: World
  spots: Spots
  labels: Labels
  ends: Ends
}

/** `first`: what the item has to run; `rest`: what all others have. Null: there is no way. */
export function searchFirst(world: World, first: Uint32Array, rest: readonly Uint32Array[]): FirstPlan | null {
  const others = distinctKinds(rest)
  const spots = createSpots(world, createRoom(world.problem, { inOrder: null }), [first, ...others])
  const scene: Scene = { world, spots, labels: createLabels(world, spots), ends: createEnds(world, others) }
  findSoon(scene)
  const isBest = findSoonest(scene)
  const best = scene.ends.best()
  if (best === null) return null
  const { label, rest: loads } = best
  const isProven = isBest && scene.ends.isSure() && !spots.wasCut()
  return { decisions: decisionsTo(label), here: label.spot.here, rest: loads, isProven }
}

/** Remembers labels by their spot. */
function createSeen({ labels }: Scene): (label: Label) => boolean {
  const seen = new Map<Spot, Label[]>()
  return (label) => {
    const others = seen.get(label.spot)
    if (others) return labels.isBeatenBy(others, label)
    seen.set(label.spot, [label])
    return false
  }
}

/** Best first. False: it grew too large. */
function findSoonest(scene: Scene): boolean {
  const { world, spots, labels, ends } = scene
  const mostSpots = Math.max(leastSpots, mostLooks / Math.max(1, world.steps.length))
  const next = createHeap<Label>()
  const isBeaten = createSeen(scene)
  let count = 0
  const add = (label: Label | null): void => {
    if (label === null || ends.isTooLate(label) || isBeaten(label)) return
    const total = labels.total(label)
    if (total === Infinity || ends.isWorse(label, total)) return
    count += 1
    next.push(label.makespan, total, label, label.spot.left)
  }
  add(labels.start)
  for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
    const label = entry.value
    if (label.isBeaten || ends.isWorse(label, entry.second)) continue
    if (label.spot.left === 0) ends.add(label)
    else if (count > mostLabels || spots.count > mostSpots) return false
    else {
      for (const move of spots.movesOf(label.spot))
        if (!isSameEarlier(world, label, move.decision)) add(labels.after(label, move))
    }
  }
  return true
}

/** The load could as well have been decided before the last answer: that way is looked at anyhow. */
function isSameEarlier({ problem, modelOf }: World, { decision: last }: Label, decision: Decision): boolean {
  if (!problem.mayPrefetch || last?.kind !== 'run' || decision.kind !== 'load') return false
  return !decision.victims.includes(modelOf[last.step]!)
}

/** Decision by decision, the most promising few go on. */
function findSoon(scene: Scene): void {
  const { spots, labels, ends } = scene
  const ended: Ranked[] = []
  let level = [labels.start]
  let soonest = Infinity
  while (level.length > 0) {
    const isBeaten = createSeen(scene)
    const following: Ranked[] = []
    for (const label of level) {
      if (label.spot.left === 0) {
        ended.push({ label, total: labels.total(label) })
        soonest = Math.min(soonest, label.makespan)
        continue
      }
      if (label.makespan > soonest) continue
      for (const move of spots.movesOf(label.spot)) {
        const child = labels.after(label, move)
        if (child === null || child.makespan > soonest || isBeaten(child)) continue
        const total = labels.total(child)
        if (total < Infinity) following.push({ label: child, total })
      }
    }
    level = following
      .filter(({ label }) => !label.isBeaten)
      .sort(bySoonest)
      .slice(0, beamWidth)
      .map(({ label }) => label)
  }
  for (const { label } of ended.sort(bySoonest)) {
    ends.add(label)
    if (ends.best() !== null) return
  }
}

interface Ranked {
  label: Label
  /** What all loads cost, at least. */
  total: number
}

const bySoonest = (a: Ranked, b: Ranked): number =>
  a.label.makespan - b.label.makespan || a.total - b.total || a.label.spot.left - b.label.spot.left

interface End {
  label: Label
  rest: LoadPlan
  cost: number
}

interface Ends {
  /** Nothing better can come of it than has been found. */
  isTooLate: (label: Label) => boolean
  isWorse: (label: Label, total: number) => boolean
  add: (label: Label) => void
  best: () => End | null
  /** What the others' loads cost was proven after each end that counts. */
  isSure: () => boolean
}

/** Ways to be done with the item, and what the loads of all others cost after each. */
function createEnds(world: World, others: readonly Uint32Array[]): Ends {
  const restAfter = new Map<Spot, LoadPlan | null>()
  let best: End | null = null
  let isSure = true

  /** Null: there is no way, or none that is cheaper than the best. */
  function restOf({ spot, makespan, cost }: Label): LoadPlan | null {
    const known = restAfter.get(spot)
    if (known !== undefined) return known
    if (best !== null && restAfter.size >= mostEnds) {
      isSure = false
      return null
    }
    // Who ends here as soon again has not paid less: labels come by their time and then by what they cost.
    const below = best !== null && makespan >= best.label.makespan ? best.cost - cost : Infinity
    const rest = searchLoads(world, { starts: [{ here: spot.here, cost: 0 }], todos: others, below })
    if (rest?.isProven === false) isSure = false
    restAfter.set(spot, rest)
    return rest
  }

  return {
    isTooLate: ({ makespan }) => best !== null && makespan > best.label.makespan,
    isWorse: ({ makespan }, total) =>
      best !== null && (makespan > best.label.makespan || (makespan === best.label.makespan && total >= best.cost)),
    add(label) {
      const rest = restOf(label)
      if (rest === null) return
      const cost = label.cost + rest.cost
      const sooner = best === null ? -1 : label.makespan - best.label.makespan
      if (sooner < 0 || (sooner === 0 && cost < best!.cost)) best = { label, rest, cost }
    },
    best: () => best,
    isSure: () => isSure
  }
}

function decisionsTo(end: Label): Decision[] {
  const decisions: Decision[] = []
  for (let label: Label | null = end; label !== null; label = label.from)
    if (label.decision) decisions.push(label.decision)
  return decisions.reverse()
}
