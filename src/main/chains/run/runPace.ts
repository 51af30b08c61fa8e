/** How long the rest of a run will take: by what its steps took here so far, else by what the planner expects. */
import type { CurrentPlan } from './planNow.ts'
import type { RunState } from './runState.ts'

export interface RunPace {
  took(place: number, durationMs: number): void
  /** What an answer took so far, by place. */
  meanMs(place: number): number | null
  /** Null: nobody knows. `next`: the action under way. */
  remainingMs(wish: { plan: CurrentPlan | null; next: number; itemsAtOnce: number }): number | null
}

export function createRunPace(state: RunState): RunPace {
  const sums = new Float64Array(state.stepCount)
  const counts = new Uint32Array(state.stepCount)

  function meanMs(place: number): number | null {
    const count = counts[place] ?? 0
    return count > 0 ? (sums[place] ?? 0) / count : null
  }

  function stepMs(place: number, plan: CurrentPlan): number | null {
    const mean = meanMs(place)
    if (mean !== null) return mean
    return plan.hasGuesses ? null : (plan.problem.steps[place]?.runMs ?? null)
  }

  return {
    meanMs,
    took(place, durationMs) {
      sums[place] = (sums[place] ?? 0) + durationMs
      counts[place] = (counts[place] ?? 0) + 1
    },
    remainingMs({ plan, next, itemsAtOnce }) {
      if (plan === null) return null
      let answersMs = 0
      for (let place = 0; place < state.stepCount; place++) {
        const todo = state.todo(place)
        if (todo === 0) continue
        const ms = stepMs(place, plan)
        if (ms === null) return null
        answersMs += todo * ms
      }
      let loadsMs = 0
      for (const { action } of plan.actions.slice(next)) {
        if (action.kind === 'load' && !action.isPrefetch) loadsMs += action.endMs - action.startMs
      }
      return Math.round(answersMs / Math.max(1, itemsAtOnce) + loadsMs)
    }
  }
}
