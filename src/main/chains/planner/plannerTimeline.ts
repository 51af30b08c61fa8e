/**
 * When each action of a plan begins and ends. The timing model:
 * - one answer at a time, each taking its step's `runMs`; one load at a time, each taking its model's `loadMs`;
 * - a run waits for the run before it and for the load of its model; no work is begun before what the plan does first;
 * - an unload takes `unloadMs`, beside anything else, and begins at the earliest when its model has given its last answer;
 * - a load begins when the load before it has ended and those that go for it are gone;
 * - loads go on beside answers, unless `mayPrefetch` is false: then it is one thing at a time, an answer or a load with the unloads for
 *   it (those go together), beside which only models go that nobody needs any more;
 * - a model takes its bytes from the beginning of its load to the end of its unload.
 */
import type { PlanAction } from '../../../shared/plan.ts'
import { createRoom } from './plannerRoom.ts'
import { spansOf } from './plannerSpans.ts'
import type { World, WorldGroup } from './plannerWorld.ts'

export interface Timeline {
  readonly groups: readonly WorldGroup[]
  /** `world.words` words for each group. */
  readonly undone: Uint32Array
  readonly actions: PlanAction[]
  readonly loads: number
  /** The first moment at which some item has nothing left to run; null: none has yet. */
  readonly firstResultMs: number | null
  isHere: (model: number) => boolean
  canRun: (group: number, step: number) => boolean
  /** Were a run on it next. */
  startMs: (model: number) => number
  /** False, and nothing done: those who could make room have answers to give yet. */
  load: (model: number, victims: readonly number[]) => boolean
  /** Each item of the groups through all these steps, which are on one model and can run one after the other. */
  run: (steps: readonly number[], groups: readonly number[]) => void
}

export function createTimeline(world: World, groups: readonly WorldGroup[]): Timeline {
  const { problem, words, modelOf, before, modelCount } = world
  const { models, mayPrefetch, autoUnload } = problem
  const room = createRoom(problem, { inOrder: null })
  const undone = new Uint32Array(groups.length * words)
  groups.forEach(({ todo }, group) => undone.set(todo, group * words))
  const here = world.here.slice()
  /** When it can answer, and when it has given its last answer so far. */
  const readyAt = new Float64Array(modelCount)
  const idleAt = new Float64Array(modelCount)
  /** When it is gone, of those here that are on their way out. */
  const goneAt = new Map<number, number>()
  /** Steps of groups that ask it yet. */
  const left = countLeft(world, groups)
  const actions: PlanAction[] = []
  let answersUntil = 0
  let loadsUntil = 0
  let loads = 0
  let firstResultMs: number | null = null

  const has = (group: number, step: number): boolean =>
    (undone[group * words + (step >> 5)]! & (1 << (step & 31))) !== 0
  const isBeingUsed = (model: number): boolean => left[model]! > 0
  const isOurs = (model: number): boolean => !models[model]!.isResident || models[model]!.isOwn === true

  function letGo(model: number, endMs: number): void {
    goneAt.set(model, endMs)
    // Never before its last answer, by however little the sum is off: actions are put in order by their beginning.
    const startMs = Math.max(idleAt[model]!, endMs - models[model]!.unloadMs)
    actions.push({ kind: 'unload', model, startMs, endMs })
  }

  function letGoIfDone(model: number): void {
    if (!autoUnload || !here[model] || isBeingUsed(model) || !isOurs(model) || models[model]!.mustStay) return
    letGo(model, idleAt[model]! + models[model]!.unloadMs)
  }

  /** The moment at which it can be gone. */
  function freeAt(model: number): number {
    const earliest = mayPrefetch ? idleAt[model]! : Math.max(idleAt[model]!, answersUntil, loadsUntil)
    return goneAt.get(model) ?? earliest + models[model]!.unloadMs
  }

  /** Who goes for it, as few as can be beyond those named; null: not enough of those that are done. */
  function leavers(model: number, victims: readonly number[]): number[] | null {
    const stay = here.slice()
    for (const victim of victims) stay[victim] = 0
    const gone = victims.filter((victim) => here[victim])
    const done = [...stay.keys()].filter((other) => {
      return stay[other] && !isBeingUsed(other) && !world.isForeign[other] && !models[other]!.mustStay
    })
    done.sort((a, b) => Number(goneAt.has(b)) - Number(goneAt.has(a)) || freeAt(a) - freeAt(b) || a - b)
    const extra: number[] = []
    while (!room.mayLoad(stay, model)) {
      const next = done.shift()
      if (next === undefined) return null
      stay[next] = 0
      extra.push(next)
    }
    for (const other of extra.toReversed()) {
      stay[other] = 1
      if (room.mayLoad(stay, model)) continue
      stay[other] = 0
      gone.push(other)
    }
    return gone
  }

  function load(model: number, victims: readonly number[]): boolean {
    const gone = leavers(model, victims)
    if (gone === null) return false
    let startMs = mayPrefetch ? loadsUntil : Math.max(loadsUntil, answersUntil)
    for (const one of gone) startMs = Math.max(startMs, freeAt(one))
    // No sooner than the load needs it: until then it might still be asked by somebody else.
    for (const one of gone) if (!goneAt.has(one)) letGo(one, startMs)
    for (const [one, at] of goneAt) {
      if (at > startMs) continue
      here[one] = 0
      goneAt.delete(one)
    }
    here[model] = 1
    goneAt.delete(model)
    const endMs = startMs + models[model]!.loadMs
    actions.push({ kind: 'load', model, startMs, endMs, isPrefetch: false })
    readyAt[model] = idleAt[model] = loadsUntil = endMs
    loads += 1
    return true
  }

  const startMs = (model: number): number => Math.max(answersUntil, readyAt[model]!, mayPrefetch ? 0 : loadsUntil)

  function run(steps: readonly number[], ofGroups: readonly number[]): void {
    const model = modelOf[steps[0]!]!
    const perItem = steps.reduce((sum, step) => sum + world.runMs[step]!, 0)
    const others = groups.filter((_, group) => !ofGroups.includes(group) && steps.some((step) => has(group, step)))
    for (const group of ofGroups) {
      for (const step of steps) undone[group * words + (step >> 5)]! &= ~(1 << (step & 31))
    }
    let at = startMs(model)
    const stepIds = steps.map((step) => problem.steps[world.steps[step]!]!.id)
    const isEnded = (group: number): boolean =>
      undone.subarray(group * words, (group + 1) * words).every((word) => !word)
    const ended = new Set(ofGroups.filter(isEnded))
    for (const span of spansOf(groups, ofGroups, others)) {
      const endMs = at + span.itemCount * perItem
      actions.push({ kind: 'run', models: steps.map(() => model), stepIds, ...span.range, startMs: at, endMs })
      for (const { group, rank } of span.parts) {
        if (ended.has(group)) firstResultMs = Math.min(firstResultMs ?? Infinity, at + (rank + 1) * perItem)
      }
      at = endMs
    }
    answersUntil = idleAt[model] = at
    left[model]! -= steps.length * ofGroups.length
    letGoIfDone(model)
  }

  for (let model = 0; model < modelCount; model++) letGoIfDone(model)
  return {
    groups,
    undone,
    actions,
    get loads() {
      return loads
    },
    get firstResultMs() {
      return firstResultMs
    },
    isHere: (model) => here[model] === 1 && !goneAt.has(model),
    canRun(group, step) {
      if (!has(group, step)) return false
      for (let at = 0; at < words; at++) {
        if ((before[step * words + at]! & undone[group * words + at]!) !== 0) return false
      }
      return true
    },
    startMs,
    load,
    run
  }
}

function countLeft({ steps, modelOf, modelCount }: World, groups: readonly WorldGroup[]): Int32Array {
  const left = new Int32Array(modelCount)
  for (const { todo } of groups) {
    steps.forEach((_, step) => {
      if ((todo[step >> 5]! & (1 << (step & 31))) !== 0) left[modelOf[step]!]! += 1
    })
  }
  return left
}
