/** The test bench and "Check this machine": one run at a time, cancellable, its results kept. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { BenchResult, CheckRun, Diagnostics } from '../../shared/diagnostics.ts'
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { Model, ModelId, TimeLimit } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { Request } from '../models/modelContext.ts'
import type { OperationAsker, OperationRegistry, RunningOperation } from '../operations/operationRegistry.ts'
import type { DiagnosticsStore } from '../storage/diagnosticsStore.ts'
import { createBenchRunner } from './benchRunner.ts'
import {
  createDiagnosedModels,
  isResident,
  type DiagnosedModels,
  type ManagedModels,
  type SampleLibrary
} from './diagnosedModels.ts'
import { checkMachine, type MachineCheckDeps } from './machineCheck.ts'
import { writeReport, type Report, type ReportAbout } from './report.ts'
import { benchWords, checkWords, endedEarlyWords } from './runWords.ts'

export interface DiagnosticsService {
  get(): Diagnostics
  /** Rejects with `model_busy` while another run is under way, and with `aborted` when it is cancelled. */
  check(request: Request, operationId?: string): Promise<CheckRun>
  /** `ids` left out: every installed model. What was done before a cancel is kept. */
  bench(ids: readonly ModelId[] | undefined, request: Request, operationId?: string): Promise<BenchResult[]>
  export(format: 'json' | 'markdown'): Report
  /** Every line of the event log goes here: who was made to leave for a run is put back after it. */
  noteActivity(event: NewActivityEvent): void
  /** While the checks try how room is made: the number of models that may be loaded. Else null. */
  loadedLimit(): number | null
  /** Nothing is put back any more. Resolves when the run, which is to be cancelled by then, has put away what was its own. */
  dispose(): Promise<void>
}

interface DiagnosticsDeps extends Omit<MachineCheckDeps, 'models' | 'limitLoaded' | 'listen'> {
  models: ManagedModels
  library: SampleLibrary
  sampleHostId: string
  limitsOf: (id: ModelId) => readonly TimeLimit[]
  store: DiagnosticsStore
  operations: OperationRegistry
  about: () => Omit<ReportAbout, 'at'>
  log: (event: NewActivityEvent) => void
  onChanged: (diagnostics: Diagnostics) => void
}

export function createDiagnostics(deps: DiagnosticsDeps): DiagnosticsService {
  const { store, operations, log, clock, logger } = deps
  const models = createDiagnosedModels({ ...deps, cancel: operations.cancel })
  const benchOne = createBenchRunner({ models, limitsOf: deps.limitsOf, clock, logger })
  const listeners = new Set<(event: NewActivityEvent) => void>()
  let running: 'check' | 'bench' | null = null
  let ended: Promise<unknown> = Promise.resolve()
  let limit: number | null = null
  let isLeaving = false

  const get = (): Diagnostics => ({ bench: store.results(), checks: store.run() })
  const listen: MachineCheckDeps['listen'] = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const checkDeps: MachineCheckDeps = {
    ...deps,
    models,
    listen,
    limitLoaded(count) {
      limit = count
      return () => (limit = null)
    }
  }

  async function alone<Result>(
    kind: 'check' | 'bench',
    asker: OperationAsker,
    work: (operation: RunningOperation) => Promise<Result>
  ): Promise<Result> {
    if (running !== null) throw alreadyRuns(running)
    running = kind
    const run = operations.run(kind, null, asker, work)
    ended = run.catch(() => {})
    try {
      return await run
    } finally {
      running = null
    }
  }

  /** One line for every run, however it ended: whoever reads the log must find what its loads were for. */
  async function logged<Result>(
    about: Pick<NewActivityEvent, 'kind' | 'actor'>,
    signal: AbortSignal,
    work: () => Promise<Result>,
    words: (result: Result | null) => string
  ): Promise<Result> {
    const startedAt = clock.now()
    const tell = (reason: string, error: ErrorInfo | null): void =>
      log(newActivity({ ...about, reason, durationMs: Math.max(0, clock.now() - startedAt), error }))
    try {
      const result = await work()
      tell(words(result), null)
      return result
    } catch (thrown) {
      tell(`${signal.aborted ? 'cancelled' : 'stopped'} ${words(null)}`, signal.aborted ? null : toErrorInfo(thrown))
      throw thrown
    }
  }

  async function benchAll(
    ids: readonly ModelId[],
    results: BenchResult[],
    { signal, progress }: RunningOperation
  ): Promise<BenchResult[]> {
    for (const [index, id] of ids.entries()) {
      progress({ kind: 'steps', done: index, total: ids.length, words: `${index + 1} of ${ids.length}: ${id.name}` })
      signal.throwIfAborted()
      const result = await benchOne(id, signal)
      if (result === null) continue
      results.push(result)
      store.saveResult(result)
      deps.onChanged(get())
    }
    return results
  }

  return {
    get,
    check: ({ actor }, operationId) =>
      alone('check', { actor, operationId }, ({ signal, progress }) => {
        let at = { done: 0, total: 0 }
        const work = async (): Promise<CheckRun> => {
          const checks = await checkMachine(checkDeps, signal, (done, total, words) => {
            at = { done, total }
            progress({ kind: 'steps', done, total, words: `${done + 1} of ${total}: ${words}` })
          })
          const run = { at: clock.now(), checks }
          store.saveRun(run)
          deps.onChanged(get())
          return run
        }
        return logged({ kind: 'check_ended', actor }, signal, work, (run) =>
          run === null ? endedEarlyWords(at.done, at.total, 'checks') : checkWords(run)
        )
      }),
    bench: (asked, { actor }, operationId) =>
      alone('bench', { actor, operationId }, (operation) => {
        const ids = asked ?? installed(models)
        const results: BenchResult[] = []
        const work = async (): Promise<BenchResult[]> => {
          const putBack = rememberLoaded(models, listen)
          return benchAll(ids, results, operation).finally(() =>
            putBack(
              () => isLeaving,
              (thrown) => logger.warn('a model was not loaded again after the test bench', toErrorInfo(thrown))
            )
          )
        }
        return logged({ kind: 'bench_ended', actor }, operation.signal, work, (all) => {
          if (all !== null) return benchWords(all, ids.length - all.length)
          const early = endedEarlyWords(results.length, ids.length, 'models')
          return results.length === 0 ? early : `${early}: ${benchWords(results)}`
        })
      }),
    export: (format) => writeReport(get(), { ...deps.about(), at: clock.now() }, format),
    noteActivity(event) {
      for (const listener of [...listeners]) listener(event)
    },
    loadedLimit: () => limit,
    async dispose() {
      isLeaving = true
      await ended
    }
  }
}

/** What others had loaded, also meanwhile, and the bench made leave: the returned function loads it again, as it was. */
function rememberLoaded(
  models: DiagnosedModels,
  listen: MachineCheckDeps['listen']
): (isLeaving: () => boolean, onFailed: (thrown: unknown) => void) => Promise<void> {
  const ready = models.list().filter(({ state }) => state === 'ready')
  const theirs = new Map(ready.map((model) => [modelKey(model.id), model]))
  const evicted = new Map<string, Model>()
  const stop = listen(({ kind, actor, modelId }) => {
    if (modelId === null || (kind !== 'loaded' && kind !== 'unloaded')) return
    const key = modelKey(modelId)
    const model = kind === 'loaded' ? models.find(modelId) : theirs.get(key)
    theirs.delete(key)
    evicted.delete(key)
    if (!model || actor === 'diagnostics') return
    if (kind === 'loaded') theirs.set(key, model)
    else if (actor === 'limit' || actor === 'budget') evicted.set(key, model)
  })
  return async (isLeaving, onFailed) => {
    stop()
    for (const { id, contextLength } of evicted.values()) {
      const now = models.find(id)
      if (isLeaving() || !now || isResident(now)) continue
      await models.load(id, 'again after the test bench', new AbortController().signal, contextLength).catch(onFailed)
    }
  }
}

/** What is loaded first, before others could make it leave. */
function installed(models: DiagnosedModels): ModelId[] {
  return models
    .list()
    .filter(({ state }) => state !== 'absent')
    .sort((a, b) => Number(isResident(b)) - Number(isResident(a)))
    .map(({ id }) => id)
}

function alreadyRuns(kind: 'check' | 'bench'): StokerError {
  const what = kind === 'check' ? 'This machine is being checked' : 'The test bench is running'
  return new StokerError('model_busy', `${what} already.`, 'Wait until it has ended, or cancel it.')
}
