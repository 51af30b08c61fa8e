/** Runs, their items and steps, on disk at once: what was recorded survives a kill in the next instant. */
import type { Chain } from '../../shared/chain.ts'
import type { ErrorInfo } from '../../shared/errors.ts'
import type { PlanOrder } from '../../shared/plan.ts'
import type { ItemStatus, RunItem, RunProgress, RunStatus, StepStatus, StepTexts } from '../../shared/run.ts'

export interface StoredRun {
  id: string
  /** As it was when the run began. */
  chain: Chain
  inputId: string
  inputWords: string
  itemCount: number
  order: PlanOrder
  autoUnload: boolean
  status: RunStatus
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  workedMs: number
  loads: number
  plannedLoads: number | null
  peakBytes: number | null
  plannedPeakBytes: number | null
  error: ErrorInfo | null
  progress: RunProgress
}

export interface ItemEnd {
  item: number
  status: ItemStatus
  reason: string | null
  error: ErrorInfo | null
  finalOutput: string | null
}

export interface RunCounts {
  items: Record<ItemStatus, number>
  /** Steps that have ended, however. */
  stepRunsDone: number
  outputTokens: number
  /** What those answers took. */
  answerMs: number
}

export interface RunStore {
  /** Every item waits. Throws `storage_failed`, as all writes below do: a run must not go on when nothing is kept. */
  add(run: StoredRun): void
  change(runId: string, fields: Partial<Omit<StoredRun, 'id' | 'chain'>>): void
  get(runId: string): StoredRun | null
  /** Newest first. */
  list(wish: { chainId?: string | undefined; beforeAt?: number | undefined; limit: number }): StoredRun[]
  counts(runId: string): RunCounts
  /** In one transaction: steps that ended, and with the last of an item how that ended. */
  record(runId: string, steps: readonly StepTexts[], end: ItemEnd | null): void
  /** Every step that has ended, in no order, without texts: what a resumed run knows. */
  endedSteps(runId: string): Iterable<{ item: number; stepId: string; status: StepStatus }>
  endedItems(runId: string): Iterable<{ item: number; status: ItemStatus }>
  /** The output of a step that has one. */
  output(runId: string, item: number, stepId: string): string | null
  step(runId: string, item: number, stepId: string): StepTexts | null
  end(runId: string, item: number): ItemEnd | null
  items(
    runId: string,
    wish: { status?: ItemStatus | undefined; search?: string | undefined; fromItem: number; limit: number }
  ): { items: RunItem[]; total: number }
  /** Failed items wait again: their steps that failed or were left out are forgotten. Null: all of them. Answers how many. */
  forgetFailures(runId: string, items: readonly number[] | null): number
  remove(runId: string): void
}
