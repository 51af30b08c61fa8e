/** Where a run stands: what it has done, what goes on just now, and its plan from here on. */
import type { PlanAction } from '../../../shared/plan.ts'
import type { RunProgress } from '../../../shared/run.ts'
import type { ChainShape } from './chainShape.ts'
import { planFromNow } from './planFromNow.ts'
import type { RunPace } from './runPace.ts'
import type { RunPlanning } from './runPlanning.ts'
import type { RunState } from './runState.ts'
import type { RunTimeline } from './runTimeline.ts'

export interface RunStanding {
  /** The action of the plan that is under way now. */
  reached(place: number): void
  answered(): void
  remainingMs(): number | null
  /** `isAtWork` false: nothing goes on. */
  read(replans: readonly string[], isAtWork: boolean): RunProgress
}

interface StandingDeps {
  shape: ChainShape
  state: Pick<RunState, 'todo'>
  timeline: Pick<RunTimeline, 'list'>
  planning: Pick<RunPlanning, 'view' | 'current'>
  pace: RunPace
  itemsAtOnce: () => number
  nowMs: () => number
}

export function createRunStanding(deps: StandingDeps): RunStanding {
  const { shape, state, planning, pace } = deps
  let place = 0
  let sinceMs = 0
  let answeredMs = 0
  const placeOf = (stepId: string): number => shape.placeOf.get(stepId) ?? -1
  return {
    reached(next) {
      place = next
      sinceMs = deps.nowMs()
    },
    answered: () => void (answeredMs = deps.nowMs()),
    remainingMs: () => pace.remainingMs({ plan: planning.current(), next: place, itemsAtOnce: deps.itemsAtOnce() }),
    read(replans, isAtWork) {
      const nowMs = deps.nowMs()
      const listed = deps.timeline.list()
      const current = planning.current()
      const view = planning.view()
      const done = isAtWork ? untilNow(listed.done, current?.actions[place]?.action, nowMs) : listed.done
      const plan =
        view === null || current === null
          ? view
          : planFromNow(view, {
              place,
              sinceMs,
              answeredMs,
              nowMs,
              done,
              stepMs: (stepId) => pace.meanMs(placeOf(stepId)),
              todo: (stepId) => state.todo(placeOf(stepId)),
              itemsAtOnce: deps.itemsAtOnce()
            })
      return { plan, done, held: listed.held, nowMs, replans: [...replans] }
    }
  }
}

/** What is under way ends now: loads that have not ended, and the newest answers where they are what the plan is at. */
function untilNow(done: PlanAction[], current: PlanAction | undefined, nowMs: number): PlanAction[] {
  const lastRun = done.findLast(({ kind }) => kind === 'run')
  const steps = current?.kind === 'run' ? current.stepIds.join('/') : null
  return done.map((action) => {
    const isOpen =
      action.kind === 'load'
        ? action.endMs === action.startMs
        : action.kind === 'run' && action === lastRun && action.stepIds.join('/') === steps
    return isOpen ? { ...action, endMs: nowMs } : action
  })
}
