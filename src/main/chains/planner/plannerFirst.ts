/**
 * The first item as soon as can be (times as plannerTimeline.ts counts them), and among all ways of doing that the one that leaves the
 * cheapest loads in all. Best first over (what has yet to run, who is in memory, when each of them and both lanes are free): every
 * decision is the next answer or the next load, begun as early as it can. Without prefetch only plans are looked at in which nobody goes
 * before room is needed. Pure.
 */
import { createBound, type Bound } from './plannerBound.ts'
import { createFirstBound, type FirstBound } from './plannerFirstBound.ts'
import { createHeap } from './plannerHeap.ts'
import { createRoom, type Room } from './plannerRoom.ts'
import { searchLoads, type LoadPlan } from './plannerSearch.ts'
import { createWalk, distinctKinds, type Walk } from './plannerWalk.ts'
import type { World } from './plannerWorld.ts'

export type Decision = { kind: 'run'; step: number } | { kind: 'load'; model: number; victims: number[] }

export interface Label {
  undone: Uint32Array
  left: number
  here: Uint8Array
  answersUntil: number
  loadsUntil: number
  readyAt: Float64Array
  idleAt: Float64Array
  /** 1: loaded, and has not answered since. */
  isFresh: Uint8Array
  cost: number
  /** At least: when the item is done, and what all loads cost in the end. */
  makespan: number
  total: number
  from: Label | null
  decision: Decision | null
}

export interface FirstPlan {
  decisions: Decision[]
  /** In memory when the item is done. */
  here: Uint8Array
  rest: LoadPlan
  isProven: boolean
}

const mostLabels = 2_500
const beamWidth = 24
const mostEnds = 8

interface Scene {
  world: World
  room: Room
  first: Uint32Array
  rest: readonly Uint32Array[]
  walk: Walk
  toGo: Bound
  soonest: FirstBound
  canReturn: (model: number) => boolean
}

/** `first`: what the item has to run; `rest`: what all others have. Null: there is no way. */
export function searchFirst(world: World, first: Uint32Array, rest: readonly Uint32Array[]): FirstPlan | null {
  const room = createRoom(world.problem, { inOrder: null })
  const others = distinctKinds(rest)
  const kinds = [first, ...others]
  const scene: Scene = {
    world,
    room,
    first,
    rest: others,
    walk: createWalk(world, kinds.length),
    toGo: createBound(world, room, kinds),
    soonest: createFirstBound(world, room, first),
    canReturn: (model) => room.everFits(model)
  }
  const proven = findSoonest(scene)
  return proven === 'too large' ? findSoon(scene) : proven
}

function startLabel(scene: Scene): Label {
  const { world, first } = scene
  const label: Label = {
    undone: first.slice(),
    left: first.reduce((sum, word) => sum + bitCount(word), 0),
    here: world.here.slice(),
    answersUntil: 0,
    loadsUntil: 0,
    readyAt: new Float64Array(world.modelCount),
    idleAt: new Float64Array(world.modelCount),
    isFresh: new Uint8Array(world.modelCount),
    cost: 0,
    makespan: 0,
    total: 0,
    from: null,
    decision: null
  }
  rate(scene, label)
  return label
}

function rate({ world, walk, toGo, soonest, rest }: Scene, label: Label): void {
  label.makespan = soonest(label)
  walk.here.set(label.here)
  walk.undone.set(label.undone)
  rest.forEach((todo, kind) => walk.undone.set(todo, (kind + 1) * world.words))
  walk.settle()
  label.total = label.cost + toGo(walk)
}

function findSoonest(scene: Scene): FirstPlan | 'too large' | null {
  const next = createHeap<Label>()
  const seen = new Map<string, Label[]>()
  const ends = createEnds(scene)
  let count = 0
  const add = (label: Label): void => {
    if (label.total === Infinity || ends.isWorse(label) || isDominated(scene.world, seen, label)) return
    count += 1
    next.push(label.makespan, label.total, label, label.left)
  }
  add(startLabel(scene))
  for (let entry = next.pop(); entry !== undefined; entry = next.pop()) {
    const label = entry.value
    if (ends.isOver(label)) break
    if (ends.isWorse(label)) continue
    if (label.left === 0) {
      ends.add(label)
      continue
    }
    if (count > mostLabels) return ends.best(false) ?? 'too large'
    expand(scene, label, true, add)
  }
  return ends.best(true)
}

/** Decision by decision, the most promising few go on. */
function findSoon(scene: Scene): FirstPlan | null {
  const ends: Label[] = []
  let level = [startLabel(scene)]
  let soonest = Infinity
  while (level.length > 0) {
    const seen = new Map<string, Label[]>()
    const following: Label[] = []
    for (const label of level) {
      if (label.left === 0) {
        ends.push(label)
        soonest = Math.min(soonest, label.makespan)
        continue
      }
      if (label.makespan >= soonest) continue
      expand(scene, label, false, (child) => {
        if (child.makespan < soonest && child.total < Infinity && !isDominated(scene.world, seen, child))
          following.push(child)
      })
    }
    level = following.sort(bySoonest).slice(0, beamWidth)
  }
  for (const label of ends.sort(bySoonest)) {
    const rest = searchLoads(scene.world, { starts: [{ here: label.here, cost: label.cost }], todos: scene.rest })
    if (rest !== null) return { decisions: decisionsTo(label), here: label.here, rest, isProven: false }
  }
  return null
}

const bySoonest = (a: Label, b: Label): number => a.makespan - b.makespan || a.total - b.total || a.left - b.left

/** Ways to be done with the item, and what the loads of all others cost after each. */
function createEnds(scene: Scene) {
  let best: { label: Label; rest: LoadPlan } | null = null
  let count = 0
  let isSure = true
  const isOver = (label: Label): boolean => best !== null && label.makespan > best.label.makespan
  return {
    isOver,
    isWorse: (label: Label): boolean => isOver(label) || (best !== null && label.total >= best.rest.cost),
    add(label: Label): void {
      if (++count > mostEnds) {
        isSure = false
        return
      }
      const rest = searchLoads(scene.world, { starts: [{ here: label.here, cost: label.cost }], todos: scene.rest })
      if (rest === null) return
      isSure &&= rest.isProven
      if (best === null || rest.cost < best.rest.cost) best = { label, rest }
    },
    best(isProven: boolean): FirstPlan | null {
      if (best === null) return null
      const { label, rest } = best
      const isAll = isProven && isSure && !scene.room.wasCut()
      return { decisions: decisionsTo(label), here: label.here, rest, isProven: isAll }
    }
  }
}

function decisionsTo(end: Label): Decision[] {
  const decisions: Decision[] = []
  for (let label: Label | null = end; label !== null; label = label.from)
    if (label.decision) decisions.push(label.decision)
  return decisions.reverse()
}

/** `isEvery`: decisions that could as well come in another order are left to that other way. */
function expand(scene: Scene, label: Label, isEvery: boolean, add: (label: Label) => void): void {
  const { world, room, canReturn } = scene
  const { modelOf, words, before } = world
  const needed = new Set<number>()
  for (let step = 0; step < world.steps.length; step++) {
    if ((label.undone[step >> 5]! & (1 << (step & 31))) === 0) continue
    const model = modelOf[step]!
    if (!label.here[model]) {
      needed.add(model)
      continue
    }
    let isFree = true
    for (let at = 0; at < words && isFree; at++) isFree = (before[step * words + at]! & label.undone[at]!) === 0
    if (isFree) add(afterRun(scene, label, step))
  }
  for (const model of needed) {
    for (const victims of room.victimSets(label.here, model)) {
      // Loaded and sent away unasked: without that load the same is reached no later.
      if (victims.some((victim) => label.isFresh[victim])) continue
      if (
        (isEvery && isSameEarlier(scene, label, victims)) ||
        !victims.every((victim) => canReturn(victim) || !isAsked(scene, label, victim))
      )
        continue
      add(afterLoad(scene, label, model, victims))
    }
  }
}

/** The load could as well have been decided before the last answer: that way is looked at anyhow. */
function isSameEarlier({ world }: Scene, { decision }: Label, victims: readonly number[]): boolean {
  if (!world.problem.mayPrefetch || decision?.kind !== 'run') return false
  return !victims.includes(world.modelOf[decision.step]!)
}

function isAsked({ world, rest }: Scene, { undone }: Label, model: number): boolean {
  return world.steps.some((_, step) => {
    const isIn = (todo: Uint32Array): boolean => (todo[step >> 5]! & (1 << (step & 31))) !== 0
    return world.modelOf[step] === model && (isIn(undone) || rest.some(isIn))
  })
}

function afterRun(scene: Scene, label: Label, step: number): Label {
  const { world } = scene
  const model = world.modelOf[step]!
  const { mayPrefetch } = world.problem
  const start = Math.max(label.answersUntil, label.readyAt[model]!, mayPrefetch ? 0 : label.loadsUntil)
  const answersUntil = start + world.runMs[step]!
  const undone = label.undone.slice()
  undone[step >> 5]! ^= 1 << (step & 31)
  const idleAt = label.idleAt.slice()
  idleAt[model] = answersUntil
  const isFresh = label.isFresh.slice()
  isFresh[model] = 0
  const child: Label = {
    ...label,
    undone,
    left: label.left - 1,
    idleAt,
    isFresh,
    answersUntil,
    from: label,
    decision: { kind: 'run', step }
  }
  rate(scene, child)
  return child
}

function afterLoad(scene: Scene, label: Label, model: number, victims: number[]): Label {
  const { problem, isForeign, loadCost } = scene.world
  const { mayPrefetch, models } = problem
  const here = label.here.slice()
  let start = mayPrefetch ? label.loadsUntil : Math.max(label.loadsUntil, label.answersUntil)
  const idleSince = start
  let cost = label.cost + loadCost[model]!
  for (const victim of victims) {
    const free = mayPrefetch ? label.idleAt[victim]! : Math.max(label.idleAt[victim]!, idleSince)
    start = Math.max(start, free + models[victim]!.unloadMs)
    here[victim] = 0
    cost += isForeign[victim]!
  }
  here[model] = 1
  const loadsUntil = start + models[model]!.loadMs
  const readyAt = label.readyAt.slice()
  const idleAt = label.idleAt.slice()
  readyAt[model] = idleAt[model] = loadsUntil
  const isFresh = label.isFresh.slice()
  isFresh[model] = 1
  const child: Label = {
    ...label,
    here,
    cost,
    loadsUntil,
    readyAt,
    idleAt,
    isFresh,
    from: label,
    decision: { kind: 'load', model, victims }
  }
  rate(scene, child)
  return child
}

/** Another way to the same place is nowhere later and no dearer. If not, it is remembered itself. */
function isDominated(world: World, seen: Map<string, Label[]>, label: Label): boolean {
  const key = `${label.undone.join()} ${label.here.join('')}`
  const others = seen.get(key)
  if (!others) {
    seen.set(key, [label])
    return false
  }
  if (others.some((other) => isNoWorse(world, other, label))) return true
  seen.set(key, [...others.filter((other) => !isNoWorse(world, label, other)), label])
  return false
}

function isNoWorse({ problem }: World, a: Label, b: Label): boolean {
  if (a.answersUntil > b.answersUntil || a.loadsUntil > b.loadsUntil || a.cost > b.cost) return false
  for (let model = 0; model < a.here.length; model++) {
    if (!a.here[model]) continue
    if (a.readyAt[model]! > Math.max(b.readyAt[model]!, b.answersUntil)) return false
    const { unloadMs } = problem.models[model]!
    if (a.idleAt[model]! + unloadMs > Math.max(b.idleAt[model]! + unloadMs, b.loadsUntil)) return false
  }
  return true
}

function bitCount(word: number): number {
  let count = 0
  for (let bits = word; bits !== 0; bits &= bits - 1) count += 1
  return count
}
