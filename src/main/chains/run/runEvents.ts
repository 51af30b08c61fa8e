/** What pages are told of runs, so seldom that a thousand steps a second cost them nothing. */
import type { Events } from '../../../shared/contract.ts'
import type { RunProgress, RunSummary, StepResult } from '../../../shared/run.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'

export const runsEveryMs = 250
export const movedEveryMs = 200
export const progressEveryMs = 500

type Emit = <Type extends 'runs.changed' | 'run.moved' | 'run.progressed' | 'run.tokens'>(
  type: Type,
  payload: Events[Type]
) => void

export interface RunEvents {
  /** Some run changed. */
  changed(): void
  /** In this very moment: it began or ended. */
  changedNow(): void
  moved(runId: string, step: StepResult): void
  progressed(runId: string): void
  tokens(runId: string, item: number, stepId: string, text: string): void
  /** What still waits of this run is told now. */
  flush(runId: string): void
  dispose(): void
}

interface RunEventDeps {
  emit: Emit
  runs: () => RunSummary[]
  /** Null: it is gone. */
  progress: (runId: string) => RunProgress | null
  clock: Clock
  logger: Logger
}

export function createRunEvents({ emit, runs, progress, clock, logger }: RunEventDeps): RunEvents {
  /** What the disk does not give just now is told of the next time: no run ends or hangs for that. */
  const paced = (everyMs: number, tell: () => void): Pace =>
    createPace(clock, everyMs, () => {
      try {
        tell()
      } catch (thrown) {
        logger.error('pages could not be told of the runs', thrown)
      }
    })
  const tellRuns = paced(runsEveryMs, () => emit('runs.changed', { runs: runs() }))
  const moves = new Map<string, { steps: Map<string, StepResult>; pace: Pace }>()
  const progresses = new Map<string, Pace>()

  function movesOf(runId: string): { steps: Map<string, StepResult>; pace: Pace } {
    const known = moves.get(runId)
    if (known) return known
    const steps = new Map<string, StepResult>()
    const pace = paced(movedEveryMs, () => {
      const told = [...steps.values()]
      steps.clear()
      if (told.length > 0) emit('run.moved', { runId, steps: told })
    })
    const made = { steps, pace }
    moves.set(runId, made)
    return made
  }

  function progressOf(runId: string): Pace {
    const known = progresses.get(runId)
    if (known) return known
    const pace = paced(progressEveryMs, () => {
      const now = progress(runId)
      if (now) emit('run.progressed', { runId, progress: now })
    })
    progresses.set(runId, pace)
    return pace
  }

  return {
    changed: tellRuns.soon,
    changedNow: tellRuns.now,
    moved(runId, step) {
      const { steps, pace } = movesOf(runId)
      steps.set(`${step.item}/${step.stepId}`, step)
      pace.soon()
    },
    progressed: (runId) => progressOf(runId).soon(),
    tokens: (runId, item, stepId, text) => emit('run.tokens', { runId, item, stepId, text }),
    flush(runId) {
      moves.get(runId)?.pace.now()
      progressOf(runId).now()
      moves.delete(runId)
      progresses.delete(runId)
    },
    dispose() {
      tellRuns.cancel()
      for (const { pace } of moves.values()) pace.cancel()
      for (const pace of progresses.values()) pace.cancel()
    }
  }
}

interface Pace {
  soon(): void
  now(): void
  cancel(): void
}

/** The first call of a burst is told at once, the rest together once `everyMs` have passed. */
function createPace(clock: Clock, everyMs: number, tell: () => void): Pace {
  let cancelTimer: (() => void) | null = null
  let isDue = false
  function rest(): void {
    cancelTimer = clock.after(everyMs, () => {
      cancelTimer = null
      if (!isDue) return
      isDue = false
      tell()
      rest()
    })
  }
  const pace: Pace = {
    soon() {
      if (cancelTimer !== null) isDue = true
      else pace.now()
    },
    now() {
      pace.cancel()
      tell()
      rest()
    },
    cancel() {
      cancelTimer?.()
      cancelTimer = null
      isDue = false
    }
  }
  return pace
}
