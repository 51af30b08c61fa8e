/** Labels of the search for the first result: a spot, the clock there (times as plannerTimeline.ts counts them) and the way to it. Pure. */
import { soonestEnd } from './plannerFirstBound.ts'
import type { Decision, Move, Spot, Spots } from './plannerFirstSpots.ts'
import type { World } from './plannerWorld.ts'

export interface Label {
  readonly spot: Spot
  readonly answersUntil: number
  readonly loadsUntil: number
  /** When each model can answer; then, for each, when it has given its last answer, -1: loaded, and has not answered since. */
  readonly times: readonly number[]
  readonly cost: number
  /** When the item is done, at least. */
  readonly makespan: number
  readonly from: Label | null
  readonly decision: Decision | null
  /** Another has been found that is nowhere worse. */
  isBeaten: boolean
}

export interface Labels {
  start: Label
  /** Null: never sensible from there. */
  after: (label: Label, move: Move) => Label | null
  /** What all loads cost in the end, at least. */
  total: (label: Label) => number
  /** Whether some label of its spot is nowhere later and no dearer. If not, it is remembered itself. */
  isBeatenBy: (others: Label[], label: Label) => boolean
}

export function createLabels(world: World, spots: Spots): Labels {
  const { problem, modelOf, runMs, loadCost, isForeign, modelCount } = world
  const { mayPrefetch, autoUnload, models } = problem

  const idleAt = (label: Label, model: number): number =>
    Math.max(label.times[model]!, label.times[modelCount + model]!)

  function labelAt(
    from: Label,
    move: Move,
    changes: Pick<Label, 'answersUntil' | 'loadsUntil' | 'times' | 'cost'>
  ): Label {
    const spot = spots.next(from.spot, move)
    const makespan = Math.max(from.makespan, soonestEnd(world, spot.here, spot.rest, changes))
    return { ...changes, spot, makespan, from, decision: move.decision, isBeaten: false }
  }

  function afterRun(label: Label, move: Move, step: number): Label {
    const { loadsUntil, cost } = label
    const model = modelOf[step]!
    const startMs = Math.max(label.answersUntil, label.times[model]!, mayPrefetch ? 0 : loadsUntil)
    const answersUntil = startMs + runMs[step]!
    const times = label.times.slice()
    times[modelCount + model] = answersUntil
    return labelAt(label, move, { answersUntil, loadsUntil, times, cost })
  }

  /** The moment at which it can be gone, when it is known who goes next. */
  function freeAt(label: Label, victim: number): number {
    const idle = idleAt(label, victim)
    const { isResident, isOwn, unloadMs } = models[victim]!
    // Of ours, who has nothing to do goes at once.
    const wentAtOnce = mayPrefetch || (autoUnload && (!isResident || isOwn) && !spots.isAsked(label.spot, victim))
    return unloadMs + (wentAtOnce ? idle : Math.max(idle, label.loadsUntil, label.answersUntil))
  }

  function afterLoad(label: Label, move: Move, model: number, victims: readonly number[]): Label | null {
    const { answersUntil } = label
    let startMs = mayPrefetch ? label.loadsUntil : Math.max(label.loadsUntil, answersUntil)
    let cost = label.cost + loadCost[model]!
    for (const victim of victims) {
      // Loaded and sent away unasked: without that load the same is reached no later.
      if (label.times[modelCount + victim]! < 0) return null
      startMs = Math.max(startMs, freeAt(label, victim))
      cost += isForeign[victim]!
    }
    const loadsUntil = startMs + models[model]!.loadMs
    const times = label.times.slice()
    times[model] = loadsUntil
    times[modelCount + model] = -1
    return labelAt(label, move, { answersUntil, loadsUntil, times, cost })
  }

  function isNoWorse(a: Label, b: Label): boolean {
    if (a.answersUntil > b.answersUntil || a.loadsUntil > b.loadsUntil || a.cost > b.cost) return false
    const { here } = a.spot
    for (let model = 0; model < modelCount; model++) {
      if (!here[model]) continue
      if (a.times[model]! > Math.max(b.times[model]!, b.answersUntil)) return false
      const { unloadMs } = models[model]!
      if (idleAt(a, model) + unloadMs > Math.max(idleAt(b, model) + unloadMs, b.loadsUntil)) return false
    }
    return true
  }

  function isBeatenBy(others: Label[], label: Label): boolean {
    for (const other of others) if (isNoWorse(other, label)) return true
    let kept = 0
    for (const other of others) {
      if (isNoWorse(label, other)) other.isBeaten = true
      else others[kept++] = other
    }
    others.length = kept
    others.push(label)
    return false
  }

  const clock = { answersUntil: 0, loadsUntil: 0, times: Array.from({ length: modelCount * 2 }, () => 0) }
  const { start } = spots
  return {
    start: {
      ...clock,
      spot: start,
      cost: 0,
      makespan: soonestEnd(world, start.here, start.rest, clock),
      from: null,
      decision: null,
      isBeaten: false
    },
    after: (label, move) =>
      move.decision.kind === 'run'
        ? afterRun(label, move, move.decision.step)
        : afterLoad(label, move, move.decision.model, move.decision.victims),
    total: ({ cost, spot }) => cost + spots.toGo(spot),
    isBeatenBy
  }
}
