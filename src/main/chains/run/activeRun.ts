/** One run while it is at work: from its place among the others to what is written of its end. */
import type { Actor, NewActivityEvent } from '../../../shared/activity.ts'
import { StokerError, toErrorInfo } from '../../../shared/errors.ts'
import type { RunProgress, RunStatus, RunSummary, StepTexts } from '../../../shared/run.ts'
import { newActivity } from '../../lib/newActivity.ts'
import type { OperationRegistry, RunningOperation } from '../../operations/operationRegistry.ts'
import type { RunCounts, StoredRun } from '../../storage/runStore.ts'
import { createChainRunner, type ChainRunner, type ChainRunnerDeps } from '../chainRunner.ts'
import { createRunControl } from './runControl.ts'
import type { RunEvents } from './runEvents.ts'
import { summaryOf } from './runSummary.ts'
import { withoutTexts } from './stepTexts.ts'

export interface ActiveRun {
  readonly id: string
  begin(): void
  /** Resolves when it works no more, however that came. */
  readonly ended: Promise<void>
  cancel(actor: Actor): Promise<void>
  /** Resolves when the answers under way have ended. */
  pause(actor: Actor): Promise<void>
  isPausing(): boolean
  /** Stoker ends: it is interrupted, and nothing is put away. */
  leave(): Promise<void>
  summary(): RunSummary
  progress(): RunProgress
  keeps(key: string): boolean
  hasLoaded(key: string): boolean
  inherit: ChainRunner['inherit']
  liveSteps(): StepTexts[]
  live(item: number, stepId: string): StepTexts | null
  pressureChanged(): void
  modelsMoved(): void
}

interface ActiveRunDeps extends Omit<ChainRunnerDeps, 'onChanged' | 'onProgress' | 'onMoved' | 'onText'> {
  run: StoredRun
  asker: { actor: Actor }
  operations: OperationRegistry
  events: RunEvents
  nameOf: (runId: string) => string
  log: (event: NewActivityEvent) => void
  /** `unsaved`: the disk did not take how it ended. */
  onEnded: (unsaved: UnsavedEnd | null) => void
}

export type UnsavedEnd = Parameters<ChainRunnerDeps['store']['change']>[1]

interface End {
  status: RunStatus
  error: StoredRun['error']
}

export function createActiveRun(deps: ActiveRunDeps): ActiveRun {
  const { store, clock, events, log } = deps
  const run = { ...deps.run }
  const runId = run.id
  const operation: RunningOperation = deps.operations.start('run', null, { ...deps.asker, operationId: runId })
  const leaving = new AbortController()
  const signal = AbortSignal.any([operation.signal, leaving.signal])
  const control = createRunControl(signal)
  let endedBy = deps.asker.actor
  let toldAt = -Infinity
  let counted = store.counts(runId)
  const runner: ChainRunner = createChainRunner(
    {
      ...deps,
      onChanged() {
        events.changed()
        report()
      },
      onProgress: () => events.progressed(runId),
      onMoved: (step) => events.moved(runId, withoutTexts(step)),
      onText: (item, stepId, text) => events.tokens(runId, item, stepId, text)
    },
    run,
    control
  )
  const { promise: ended, resolve } = Promise.withResolvers<void>()

  function report(): void {
    if (clock.now() - toldAt < 250) return
    toldAt = clock.now()
    const { stepRunsDone: done } = runner.counts()
    operation.progress({ kind: 'steps', done, total: run.itemCount * run.chain.steps.length, words: doing() })
  }

  function change(fields: Partial<Pick<StoredRun, 'status' | 'startedAt' | 'endedAt' | 'error'>>): void {
    Object.assign(run, fields)
    store.change(runId, fields)
    events.changedNow()
  }

  async function work(): Promise<End> {
    try {
      await deps.turns.begin(runId, control.gate)
      change({ status: 'running', startedAt: run.startedAt ?? clock.now() })
      log(newActivity({ kind: 'run_started', actor: deps.asker.actor, reason: `${run.chain.name}: ${run.inputWords}` }))
      const status = await runner.work()
      return { status, error: null }
    } catch (thrown) {
      if (leaving.signal.aborted) return { status: 'interrupted', error: null }
      if (operation.signal.aborted) return { status: 'cancelled', error: null }
      if (control.isPausing()) return { status: 'paused', error: null }
      deps.logger.error('a run could not go on', thrown)
      return { status: 'failed', error: toErrorInfo(thrown) }
    } finally {
      deps.turns.leave(runId)
    }
  }

  /** Whatever the disk does now, the run ends. */
  function write({ status, error }: End): UnsavedEnd | null {
    const isOver = status !== 'paused' && status !== 'interrupted'
    Object.assign(run, { status, error, endedAt: isOver ? clock.now() : null }, runner.numbers())
    const { endedAt } = run
    const fields = { status, error, endedAt, ...runner.numbers(), progress: runner.progress() }
    try {
      store.change(runId, fields)
      return null
    } catch (thrown) {
      deps.logger.error('the end of a run could not be saved', thrown)
      return fields
    }
  }

  async function goThrough(): Promise<void> {
    const end = await work()
    const isLeaving = end.status === 'interrupted'
    if (!isLeaving && end.status !== 'paused' && run.autoUnload) await runner.cleanUp()
    if (!isLeaving) runner.letGo()
    const unsaved = write(end)
    tell(end)
    deps.onEnded(unsaved)
    operation.end()
    events.flush(runId)
    events.changedNow()
    resolve()
  }

  function tell({ status, error }: End): void {
    const kind = logKinds[status]
    if (kind === undefined) return
    const { items } = runner.counts()
    const failed = items.failed > 0 ? `, ${items.failed} failed` : ''
    const words = `${run.chain.name}: ${run.itemCount - items.waiting - items.running} of ${run.itemCount} items${failed}`
    const reason = `${words}, ${run.loads} ${run.loads === 1 ? 'load' : 'loads'}`
    const actor = status === 'paused' || status === 'cancelled' ? endedBy : deps.asker.actor
    log(newActivity({ kind, actor, reason, durationMs: run.workedMs, error }))
  }

  function doing(): string {
    const behind = deps.turns.behind(runId)
    return behind === null || control.isPausing() ? runner.doing() : `Waiting for the run of ${deps.nameOf(behind)}`
  }

  /** As last read: a disk that fails just now keeps no run from being told of. */
  function recorded(): RunCounts {
    try {
      counted = store.counts(runId)
    } catch (thrown) {
      deps.logger.error('the counts of a run could not be read', thrown)
    }
    return counted
  }

  const remainingMs = (): number | null => (deps.turns.behind(runId) === null ? runner.remainingMs() : null)

  return {
    id: runId,
    begin: () => void goThrough(),
    ended,
    async cancel(actor) {
      endedBy = actor
      deps.operations.cancel(runId)
      await ended
    },
    async pause(actor) {
      endedBy = actor
      control.pause()
      events.changed()
      await ended
    },
    isPausing: control.isPausing,
    async leave() {
      leaving.abort(new StokerError('aborted', 'Stoker is leaving.'))
      await ended
    },
    summary() {
      const atWork = { doing: doing(), remainingMs: remainingMs() }
      return summaryOf({ ...run, ...runner.numbers() }, { ...recorded(), ...runner.counts() }, atWork)
    },
    progress: runner.progress,
    keeps: runner.keeps,
    hasLoaded: runner.hasLoaded,
    inherit: runner.inherit,
    liveSteps: runner.liveSteps,
    live: runner.live,
    pressureChanged: runner.pressureChanged,
    modelsMoved: runner.modelsMoved
  }
}

const logKinds: Partial<Record<RunStatus, NewActivityEvent['kind']>> = {
  done: 'run_ended',
  failed: 'run_failed',
  paused: 'run_paused',
  cancelled: 'run_cancelled',
  interrupted: 'run_interrupted'
}
