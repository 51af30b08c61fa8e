/** Runs, their items and steps, on disk at once: what was recorded survives a kill in the next instant. */
import type { DatabaseSync } from 'node:sqlite'
import type { Chain } from '../../shared/chain.ts'
import type { ErrorInfo } from '../../shared/errors.ts'
import type { PlanOrder } from '../../shared/plan.ts'
import type {
  ItemFilter,
  ItemStatus,
  RunItem,
  RunProgress,
  RunStatus,
  StepStatus,
  StepTexts
} from '../../shared/run.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createRemovedRows } from './removedRows.ts'
import { createRunList } from './runList.ts'
import { createRunRecords } from './runRecords.ts'
import { readOrFail, writeAll } from './writes.ts'

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
  notedItems: number
  /** Steps that have ended, however. */
  stepRunsDone: number
  outputTokens: number
  /** What their engines took for those tokens, where they said. */
  answerMs: number
}

export interface ItemWish {
  status?: ItemFilter | undefined
  search?: string | undefined
  fromItem: number
  limit: number
}

export interface RunListWish {
  chainId?: string | undefined
  /** Older than the run that was created then; `beforeId`: which one it is of those created at once. */
  beforeAt?: number | undefined
  beforeId?: string | undefined
  limit: number
}

export interface RunStore {
  /** Every item waits. Throws `storage_failed`, as all writes below do: a run must not go on when nothing is kept. */
  add(run: StoredRun): void
  change(runId: string, fields: Partial<Omit<StoredRun, 'id' | 'chain'>>): void
  get(runId: string): StoredRun | null
  /** Newest first. */
  list(wish: RunListWish): StoredRun[]
  /** What runs or waits to: after a start, what an earlier Stoker left so. */
  atWork(): StoredRun[]
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
  /**
   * Items from `fromItem` on; `total` counts all that match. Every item has all steps of its chain, in their order: what was not recorded
   * yet waits. `search` takes upper and lower case for the same.
   */
  items(runId: string, wish: ItemWish): { items: RunItem[]; total: number }
  /**
   * Failed items wait again: their steps that failed or were left out are forgotten. Null: all of them. Answers how many; where there are
   * any, the run changes with them.
   */
  forgetFailures(
    runId: string,
    items: readonly number[] | null,
    fields: Partial<Omit<StoredRun, 'id' | 'chain'>>
  ): number
  /** And its batch, if no other run refers to that. */
  remove(runId: string): void
  dispose(): void
}

interface RunStoreDeps {
  database: DatabaseSync
  logger: Logger
  /** Left out: what was removed is cleared away at once, not in pieces. */
  clock?: Pick<Clock, 'after'>
}

export function createRunStore({ database, logger, clock }: RunStoreDeps): RunStore {
  const runs = createRunList({ database, logger })
  const records = createRunRecords({ database, run: runs.find })
  const removed = createRemovedRows({ database, clock, logger })

  function write<Result>(work: () => Result): Result {
    return writeAll(database, 'The run', work)
  }
  function read<Result>(work: () => Result): Result {
    return readOrFail('The run', work)
  }

  removed.clear()
  return {
    add: (run) => write(() => runs.add(run)),
    change(runId, fields) {
      write(() => runs.change(runId, fields))
      runs.changed(runId, fields)
    },
    get: (runId) => read(() => runs.find(runId)?.run ?? null),
    list: runs.list,
    atWork: runs.atWork,
    counts: (runId) => read(() => runs.counts(runId)),
    record: (runId, steps, end) => write(() => records.record(runId, steps, end)),
    endedSteps: records.endedSteps,
    endedItems: records.endedItems,
    output: (runId, item, stepId) => read(() => records.output(runId, item, stepId)),
    step: (runId, item, stepId) => read(() => records.step(runId, item, stepId)),
    end: (runId, item) => read(() => records.end(runId, item)),
    items: (runId, wish) => read(() => records.items(runId, wish)),
    forgetFailures(runId, items, fields) {
      const forgotten = write(() => {
        const count = records.forgetFailures(runId, items)
        if (count > 0) runs.change(runId, fields)
        return count
      })
      if (forgotten > 0) runs.changed(runId, fields)
      return forgotten
    },
    remove(runId) {
      write(() => runs.remove(runId))
      runs.forget(runId)
      removed.clear()
    },
    dispose: removed.dispose
  }
}
