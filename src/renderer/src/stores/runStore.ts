/** Mirror of the newest runs, and of what moves within them while somebody looks. */
import { create } from 'zustand'
import type { RunProgress, RunSummary, StepResult } from '../../../shared/run.ts'

export const runListLength = 100

/** `item:stepId` within a run. */
export type StepKey = `${number}:${string}`

export interface RunMirror {
  runs: readonly RunSummary[]
  isKnown: boolean
  /** How many snapshots came: with each of them something may have been missed, and what was asked for by hand is asked for again. */
  snapshots: number
  /** By run. */
  progress: Readonly<Record<string, RunProgress>>
  /** The run that is looked at; only its steps and tokens are kept. */
  watchedId: string | null
  /** Steps of the watched run that moved since it was opened. */
  moved: Readonly<Record<StepKey, StepResult>>
  /** What its answers under way have said so far. */
  tokens: Readonly<Record<StepKey, string>>
}

export const useRunStore = create<RunMirror>(() => ({
  runs: [],
  isKnown: false,
  snapshots: 0,
  progress: {},
  watchedId: null,
  moved: {},
  tokens: {}
}))

export function stepKey(item: number, stepId: string): StepKey {
  return `${item}:${stepId}`
}

export function watchRun(runId: string | null): void {
  useRunStore.setState({ watchedId: runId, moved: {}, tokens: {} })
}

/** Progress of runs that are gone goes with them. */
export function withRuns(mirror: RunMirror, runs: readonly RunSummary[]): Pick<RunMirror, 'runs' | 'progress'> {
  const known = new Set(runs.map(({ id }) => id))
  return { runs, progress: Object.fromEntries(Object.entries(mirror.progress).filter(([id]) => known.has(id))) }
}

/** Pieces heard before it may have holes: they are gone with it. */
export function withSnapshot(mirror: RunMirror, runs: readonly RunSummary[]): RunMirror {
  return { ...mirror, ...withRuns(mirror, runs), isKnown: true, snapshots: mirror.snapshots + 1, moved: {}, tokens: {} }
}

export function withMoved(mirror: RunMirror, runId: string, steps: readonly StepResult[]): Partial<RunMirror> {
  if (runId !== mirror.watchedId) return {}
  const moved = { ...mirror.moved }
  const tokens = { ...mirror.tokens }
  for (const step of steps) {
    const key = stepKey(step.item, step.stepId)
    moved[key] = step
    if (step.status !== 'running') delete tokens[key]
  }
  return { moved, tokens }
}

export function withTokens(
  mirror: RunMirror,
  { runId, item, stepId, text }: { runId: string; item: number; stepId: string; text: string }
): Partial<RunMirror> {
  if (runId !== mirror.watchedId) return {}
  const key = stepKey(item, stepId)
  return { tokens: { ...mirror.tokens, [key]: text === '' ? '' : (mirror.tokens[key] ?? '') + text } }
}
