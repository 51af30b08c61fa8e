/** A plan as it lies from now on: what is over is behind, and the rest follows from where the run stands and how fast it has been. Pure. */
import type { Plan, PlanAction } from '../../../shared/plan.ts'

export interface Standing {
  /** The action under way, by its place in the plan. */
  place: number
  /** When it was reached, and when the last answer came. */
  sinceMs: number
  answeredMs: number
  nowMs: number
  /** What was done so far; loads that still go on end now. */
  done: readonly PlanAction[]
  /** What an answer of this step took so far; null: none has come. */
  stepMs: (stepId: string) => number | null
  /** Items that still wait for this step. */
  todo: (stepId: string) => number
  itemsAtOnce: number
}

/** A stretch of the plan's time, and where it truly lies. */
interface Stretch {
  plannedStart: number
  plannedEnd: number
  start: number
  end: number
}

type RunAction = Extract<PlanAction, { kind: 'run' }>

const lengthOf = ({ startMs, endMs }: PlanAction): number => endMs - startMs

export function planFromNow(plan: Plan, standing: Standing): Plan {
  const stretches = stretchesOf(plan.actions, standing)
  const at = (plannedMs: number): number => placeOf(plannedMs, stretches)
  const actions = plan.actions.map((action, place): PlanAction => {
    if (place < standing.place || isLoadedAlready(action, place, standing)) return behind(action, standing.nowMs)
    const startMs = at(action.startMs)
    const endMs = at(action.endMs)
    // A load beside answers takes as long as it takes, however long those take.
    const isLoad = action.kind === 'load' && place !== standing.place
    return { ...action, startMs, endMs: isLoad ? Math.min(endMs, startMs + lengthOf(action)) : endMs }
  })
  return { ...plan, actions, held: plan.held.map(({ atMs, bytes }) => ({ atMs: at(atMs), bytes })) }
}

/** Nothing of it is to come. */
function behind(action: PlanAction, nowMs: number): PlanAction {
  return { ...action, startMs: Math.min(action.startMs, nowMs), endMs: Math.min(action.endMs, nowMs) }
}

/** Beside the action under way, and over before it. */
function isLoadedAlready(
  action: PlanAction,
  place: number,
  { place: reached, sinceMs, nowMs, done }: Standing
): boolean {
  if (action.kind !== 'load' || !action.isPrefetch || place <= reached) return false
  return done.some(
    (each) => each.kind === 'load' && each.model === action.model && each.startMs >= sinceMs && each.endMs < nowMs
  )
}

function stretchesOf(actions: readonly PlanAction[], standing: Standing): Stretch[] {
  const current = actions[standing.place]
  const { nowMs, sinceMs } = standing
  if (current === undefined) return []
  const first: Stretch = {
    plannedStart: current.startMs,
    plannedEnd: current.endMs,
    start: Math.min(sinceMs, nowMs),
    end: Math.max(nowMs, endOf(current, standing))
  }
  const stretches = [first]
  let last = first
  for (const action of actions.slice(standing.place + 1)) {
    if (action.kind !== 'run') continue
    const start = last.end + Math.max(0, action.startMs - last.plannedEnd)
    const end = start + runMs(action, action.itemCount, standing)
    last = { plannedStart: action.startMs, plannedEnd: action.endMs, start, end }
    stretches.push(last)
  }
  return stretches
}

function endOf(current: PlanAction, standing: Standing): number {
  const { sinceMs, answeredMs, todo } = standing
  if (current.kind !== 'run') return sinceMs + lengthOf(current)
  const left = Math.max(...current.stepIds.map((stepId) => Math.min(todo(stepId), current.itemCount)))
  return Math.max(sinceMs, answeredMs) + runMs(current, left, standing)
}

/** By what its steps took here so far, else as planned. */
function runMs(action: RunAction, items: number, { stepMs, itemsAtOnce }: Standing): number {
  const plannedMs = lengthOf(action) / Math.max(1, action.itemCount) / action.stepIds.length
  const ofOneMs = action.stepIds.reduce((sum, stepId) => {
    const seenMs = stepMs(stepId)
    return sum + (seenMs === null ? plannedMs : seenMs / Math.max(1, itemsAtOnce))
  }, 0)
  return items * ofOneMs
}

/** Within a stretch in proportion, between them and after them as far apart as planned. */
function placeOf(plannedMs: number, stretches: readonly Stretch[]): number {
  let before: Stretch | null = null
  for (const stretch of stretches) {
    if (plannedMs < stretch.plannedStart) break
    before = stretch
  }
  if (before === null) return plannedMs
  const { plannedStart, plannedEnd, start, end } = before
  if (plannedMs >= plannedEnd) return end + (plannedMs - plannedEnd)
  return start + ((plannedMs - plannedStart) / (plannedEnd - plannedStart)) * (end - start)
}
