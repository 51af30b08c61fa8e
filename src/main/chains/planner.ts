/**
 * What a run will do: every load, answer and unload, in order and with its time, never over budget. `fewest_loads`: provably the
 * smallest number of loads, then the least time for them, then the fewest foreign models sent away. `first_result`: the first item as
 * soon as can be (by the timing model of plannerTimeline.ts), then the fewest loads in all. Pure.
 *
 * How the list is to be read: an unload waits for the runs of its model before it; a load for the loads before it and, for room, the
 * unloads before it, and unless it `isPrefetch` for the runs before it as well; a run for the runs before it and for the load of its
 * model.
 */
import type { PlanAction } from '../../shared/plan.ts'
import { searchFirst } from './planner/plannerFirst.ts'
import type { Decision } from './planner/plannerFirstSpots.ts'
import { heldBy } from './planner/plannerHeld.ts'
import { createRoom } from './planner/plannerRoom.ts'
import { scheduleMoves } from './planner/plannerSchedule.ts'
import { searchLoads } from './planner/plannerSearch.ts'
import { createTimeline, type Timeline } from './planner/plannerTimeline.ts'
import { createWorld, type World, type WorldGroup } from './planner/plannerWorld.ts'
import type { PlanAnswer, PlanProblem } from './planner/planProblem.ts'

export { itemByItemLoads, naiveLoads } from './planner/plannerCounts.ts'

export function planRun(problem: PlanProblem): PlanAnswer {
  const world = createWorld(problem)
  const stuck = neverFitting(world)
  if (stuck.length > 0) return { kind: 'stuck', models: stuck }
  const planned = problem.order === 'first_result' && world.groups.length > 0 ? firstResult(world) : fewestLoads(world)
  if (planned === null) return { kind: 'stuck', models: inTheWay(world) }
  const { timeline, isProven } = planned
  const actions = inOrder(timeline.actions)
  const durationMs = actions.reduce((end, { endMs }) => Math.max(end, endMs), 0)
  const firstResultMs = timeline.firstResultMs ?? 0
  return {
    kind: 'plan',
    solution: { actions, loads: timeline.loads, durationMs, firstResultMs, isProven, ...heldBy(problem, actions) }
  }
}

interface Planned {
  timeline: Timeline
  isProven: boolean
}

function fewestLoads(world: World): Planned | null {
  const todos = world.groups.map(({ todo }) => todo)
  const plan = searchLoads(world, { starts: [{ here: world.here, cost: 0 }], todos })
  if (plan === null) return null
  const timeline = createTimeline(world, world.groups)
  scheduleMoves(world, timeline, world.here, plan.moves)
  return { timeline, isProven: plan.isProven }
}

function firstResult(world: World): Planned | null {
  const { first, groups } = withFirstAlone(world.groups)
  const plan = searchFirst(
    world,
    first.todo,
    groups.slice(1).map(({ todo }) => todo)
  )
  if (plan === null) {
    const any = fewestLoads(world)
    return any && { ...any, isProven: false }
  }
  const timeline = createTimeline(world, groups)
  for (const decision of together(world, plan.decisions)) {
    if (decision.kind === 'run') timeline.run(decision.steps, [0])
    else timeline.load(decision.model, decision.victims)
  }
  scheduleMoves(world, timeline, plan.here, plan.rest.moves)
  return { timeline, isProven: plan.isProven }
}

/** The item with the lowest number is a group of its own, the first. */
function withFirstAlone(groups: readonly WorldGroup[]): { first: WorldGroup; groups: WorldGroup[] } {
  const lowest = ({ items }: WorldGroup): number => Math.min(...items.map(([from]) => from))
  const sorted = [...groups].sort((a, b) => lowest(a) - lowest(b))
  const home = sorted[0]!
  const item = lowest(home)
  const first: WorldGroup = { items: [[item, item]], itemCount: 1, todo: home.todo }
  const items = home.items
    .map(([from, to]): [number, number] => [from === item ? from + 1 : from, to])
    .filter(([from, to]) => from <= to)
  const others = items.length > 0 ? [{ items, itemCount: home.itemCount - 1, todo: home.todo }] : []
  return { first, groups: [first, ...others, ...sorted.slice(1)] }
}

type Joined = { kind: 'run'; steps: number[] } | Extract<Decision, { kind: 'load' }>

/** Steps on one model, one straight after the other, are one run. */
function together(world: World, decisions: readonly Decision[]): Joined[] {
  const joined: Joined[] = []
  for (const decision of decisions) {
    const last = joined.at(-1)
    if (decision.kind === 'load') joined.push(decision)
    else if (last?.kind === 'run' && world.modelOf[last.steps[0]!] === world.modelOf[decision.step]) {
      last.steps.push(decision.step)
    } else joined.push({ kind: 'run', steps: [decision.step] })
  }
  return joined
}

/** By their beginning; what begins together stays in the order in which it was planned. */
function inOrder(actions: readonly PlanAction[]): PlanAction[] {
  const sorted = actions.toSorted((a, b) => a.startMs - b.startMs)
  const runs = sorted.filter((action) => action.kind === 'run')
  let at = 0
  return sorted.map((action) => {
    if (action.kind !== 'load') return action
    while (at < runs.length && runs[at]!.endMs <= action.startMs) at += 1
    const run = runs[at]
    return { ...action, isPrefetch: run !== undefined && run.startMs < action.endMs }
  })
}

/** Models that are needed and not there, and do not fit even beside nothing but what must stay. */
function neverFitting(world: World): number[] {
  const room = createRoom(world.problem, { inOrder: null })
  return asked(world).filter((model) => !world.here[model] && !room.everFits(model))
}

/** Each could run once, but not all: what is there cannot come back once it has gone, or what would stay for good is in the way. */
function inTheWay(world: World): number[] {
  const room = createRoom(world.problem, { inOrder: null })
  const models = asked(world)
  const lost = models.filter((model) => !room.everFits(model))
  return lost.length > 0 ? lost : models.filter((model) => !world.here[model])
}

function asked({ modelOf }: World): number[] {
  return [...new Set(modelOf)].sort((a, b) => a - b)
}
