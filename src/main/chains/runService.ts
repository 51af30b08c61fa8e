/** All runs: begun, watched, paused, resumed and ended, each with its runner while it is at work. */
import { randomUUID } from 'node:crypto'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Chain } from '../../shared/chain.ts'
import type { Events, Parsed } from '../../shared/contract.ts'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { PlanOrder } from '../../shared/plan.ts'
import type { InputSet, RunDetail, RunSummary } from '../../shared/run.ts'
import type { Settings } from '../../shared/settings.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { OperationAsker, OperationRegistry } from '../operations/operationRegistry.ts'
import type { InputStore } from '../storage/inputStore.ts'
import type { StoredRun } from '../storage/runStore.ts'
import type { ChainRunnerDeps } from './chainRunner.ts'
import { shapeOf } from './run/chainShape.ts'
import { createActiveRun, type ActiveRun, type UnsavedEnd } from './run/activeRun.ts'
import { newStoredRun } from './run/newStoredRun.ts'
import { createRunEvents } from './run/runEvents.ts'
import { createRunModels } from './run/runModels.ts'
import { createRunReads, type RunReads } from './run/runReads.ts'
import { leftLoaded } from './run/runTimeline.ts'
import { createRunTurns } from './run/runTurns.ts'
import { inputWords, summaryOf } from './run/runSummary.ts'

export interface RunServiceDeps extends Omit<
  ChainRunnerDeps,
  | 'turns'
  | 'itemsAtOnce'
  | 'patienceMs'
  | 'isKeptElsewhere'
  | 'isOfAnotherRun'
  | 'handOver'
  | 'onChanged'
  | 'onProgress'
  | 'onMoved'
  | 'onText'
  | 'inputs'
> {
  inputs: Pick<InputStore, 'get' | 'row' | 'meanLetters'>
  operations: OperationRegistry
  settings: () => Pick<Settings, 'runsTogether' | 'itemsAtOnce' | 'runPatienceSeconds' | 'unloadAfterUse'>
  /** By the schedule alone. */
  isKeptByRule: (id: ModelId) => boolean
  emit: <Type extends 'runs.changed' | 'run.moved' | 'run.progressed' | 'run.tokens'>(
    type: Type,
    payload: Events[Type]
  ) => void
  /** It is on disk. */
  onBegun: (chainId: string) => void
  log: (event: NewActivityEvent) => void
}

export interface BeginWish {
  chain: Chain
  inputId: string
  order?: PlanOrder | undefined
  /** Left out: as the settings say. */
  autoUnload?: boolean | undefined
  /** Becomes the run's id. */
  operationId?: string | undefined
  /** False: answers as soon as it is begun. */
  wait?: boolean | undefined
}

type Asker = Pick<OperationAsker, 'actor'>
type Wait = { wait?: boolean | undefined }

export interface RunService extends RunReads {
  /** What an earlier Stoker left in the middle is interrupted. */
  start(): void
  /** Runs at work end as interrupted. Before operations are cancelled. */
  dispose(): Promise<void>
  /** The name of the chain whose run needs it just now; null: none does. */
  keptBy(id: ModelId): string | null
  isBusy(): boolean
  /** Throws `invalid_input` for a chain that cannot be run, naming the place. */
  begin(wish: BeginWish, asker: Asker): Promise<RunSummary>
  list(wish: Parsed<'runs.list'>): RunSummary[]
  get(runId: string): RunDetail
  cancel(runId: string, asker: Asker): Promise<RunSummary>
  pause(runId: string, asker: Asker): Promise<RunSummary>
  resume(runId: string, wish: Wait, asker: Asker): Promise<RunSummary>
  retry(runId: string, wish: Wait & { items?: number[] | undefined }, asker: Asker): Promise<RunSummary>
  remove(runId: string): void
  /** A setting changed that runs follow. */
  settingsChanged(): void
  /** Told as often as memory is looked at: only a change counts. */
  pressureChanged(isShort: boolean): void
  /** Models changed. Comes in bursts. */
  modelsChanged(): void
}

const newestRuns = 100
const saveAgainMs = 2_000
const beginsAnew = { status: 'queued', endedAt: null, error: null } as const

export function createRunService(deps: RunServiceDeps): RunService {
  const { store, inputs, clock, log } = deps
  const active = new Map<string, ActiveRun>()
  let isShort = false
  /** Of runs that have ended: their counts do not change any more. */
  const ended = new Map<string, RunSummary>()
  /** How runs ended that the disk has not taken yet: true all the same. */
  const unsaved = new Map<string, UnsavedEnd>()
  let cancelSave = (): void => {}
  const turns = createRunTurns({ together: () => deps.settings().runsTogether, clock })
  const events = createRunEvents({
    emit: deps.emit,
    runs: () => list({ limit: newestRuns }),
    progress: (runId) => active.get(runId)?.progress() ?? store.get(runId)?.progress ?? null,
    clock,
    logger: deps.logger
  })

  /** Tried until it is on disk. */
  function saveEnds(): void {
    cancelSave()
    for (const [runId, fields] of unsaved) {
      try {
        store.change(runId, fields)
        unsaved.delete(runId)
      } catch (thrown) {
        deps.logger.warn('the end of a run could not be saved yet', toErrorInfo(thrown))
        cancelSave = clock.after(saveAgainMs, saveEnds)
        return
      }
    }
  }

  function require(runId: string): StoredRun {
    const run = store.get(runId)
    if (run === null) {
      throw new StokerError(
        'invalid_input',
        `There is no run "${runId}".`,
        'It may have been removed; look at the list.'
      )
    }
    return { ...run, ...unsaved.get(runId) }
  }

  function summarise(run: StoredRun): RunSummary {
    const own = active.get(run.id)
    if (own) return own.summary()
    const known = ended.get(run.id)
    if (known) return known
    const summary = summaryOf({ ...run, ...unsaved.get(run.id) }, store.counts(run.id), null)
    ended.set(run.id, summary)
    if (ended.size > 4 * newestRuns) ended.delete(ended.keys().next().value ?? '')
    return summary
  }

  function list(wish: Parsed<'runs.list'>): RunSummary[] {
    return store.list({ ...wish, limit: wish.limit ?? newestRuns }).map(summarise)
  }

  function changed(runId: string, fields: Parameters<typeof store.change>[1]): void {
    store.change(runId, { ...unsaved.get(runId), ...fields })
    forgetEnd(runId)
  }

  function forgetEnd(runId: string): void {
    unsaved.delete(runId)
    ended.delete(runId)
  }

  function launch(run: StoredRun, asker: Asker): ActiveRun {
    const own = createActiveRun({
      ...deps,
      run,
      asker,
      turns,
      events,
      itemsAtOnce: () => deps.settings().itemsAtOnce,
      patienceMs: () => deps.settings().runPatienceSeconds * 1_000,
      isOfAnotherRun: (id) => [...active.values()].some((one) => one.id !== run.id && one.hasLoaded(modelKey(id))),
      handOver: (id) => handOver(id, run.id),
      isKeptElsewhere: (id) => deps.isKeptByRule(id) || keeper(id, run.id) !== null,
      nameOf: (runId) => active.get(runId)?.summary().chainName ?? 'another run',
      onEnded(fields) {
        active.delete(run.id)
        ended.delete(run.id)
        if (fields === null) return
        unsaved.set(run.id, fields)
        cancelSave()
        cancelSave = clock.after(saveAgainMs, saveEnds)
      }
    })
    active.set(run.id, own)
    own.begin()
    events.changedNow()
    return own
  }

  function keeper(id: ModelId, besides: string | null): string | null {
    const key = modelKey(id)
    for (const [runId, own] of active) {
      if (runId !== besides && own.keeps(key)) return own.summary().chainName
    }
    return null
  }

  function handOver(id: ModelId, from: string | null): boolean {
    const key = modelKey(id)
    for (const [runId, own] of active) {
      if (runId === from || !(own.keeps(key) || turns.uses(runId, key))) continue
      own.inherit(id)
      return true
    }
    return false
  }

  /** What a run that works no more has left in memory. */
  async function putAway({ chain, progress }: StoredRun): Promise<void> {
    const models = createRunModels({
      models: deps.manager,
      left: leftLoaded(progress),
      reason: `for the run of ${chain.name}`,
      isKeptElsewhere: (id) => deps.isKeptByRule(id) || keeper(id, null) !== null,
      isOfAnotherRun: () => false,
      handOver: (id) => handOver(id, null),
      onLoad() {},
      onHeld() {},
      logger: deps.logger
    })
    await models.cleanUp()
  }

  async function answer(own: ActiveRun, { wait = true }: Wait): Promise<RunSummary> {
    if (wait) await own.ended
    return summarise(require(own.id))
  }

  function batchOf(inputId: string): InputSet {
    const input = inputs.get(inputId)
    if (input !== null && input.itemCount > 0) return input
    throw new StokerError(
      'invalid_input',
      'There is nothing to run the chain on.',
      'Give it a text, lines, a table or files.'
    )
  }

  async function check(chain: Chain, wish: { order: PlanOrder; autoUnload: boolean; inputId: string }): Promise<void> {
    const [{ columns, itemCount }, { signal }] = [batchOf(wish.inputId), new AbortController()]
    const { steps } = shapeOf(chain)
    const groups = [{ items: [[0, itemCount - 1] as const], todo: steps.map((_, place) => place) }]
    const { problems } = await deps.outlook({ ...wish, chain, groups, inputLetters: null, columns }, signal)
    const blocking = problems.find(({ isBlocking }) => isBlocking)
    if (!blocking) return
    throw new StokerError('invalid_input', blocking.message, 'Change the chain, and run it again.')
  }

  return {
    start() {
      for (const run of store.atWork()) {
        unsaved.set(run.id, { status: 'interrupted' })
        log(newActivity({ kind: 'run_interrupted', actor: 'stoker', reason: run.chain.name }))
      }
      // A disk that refuses is no reason not to start.
      saveEnds()
      events.changedNow()
    },
    async dispose() {
      await Promise.all([...active.values()].map((own) => own.leave()))
      saveEnds()
      cancelSave()
      events.dispose()
    },
    keptBy: (id) => keeper(id, null),
    isBusy: () => active.size > 0,
    async begin({ chain, inputId, order = 'fewest_loads', operationId: id = randomUUID(), ...wish }, asker) {
      const autoUnload = wish.autoUnload ?? deps.settings().unloadAfterUse === 'on'
      await check(chain, { order, autoUnload, inputId })
      // Only now: the batch may have gone meanwhile, or another have begun under this id.
      const input = batchOf(inputId)
      if (store.get(id) !== null) throw new StokerError('invalid_input', `There is a run "${id}" already.`)
      const [inputWordsNow, itemCount, createdAt] = [inputWords(input), input.itemCount, clock.now()]
      store.add(
        newStoredRun({ id, chain, inputId, inputWords: inputWordsNow, itemCount, order, autoUnload, createdAt })
      )
      deps.onBegun(chain.id)
      return answer(launch(require(id), asker), wish)
    },
    list,
    get(runId) {
      const run = require(runId)
      return { run: summarise(run), chain: run.chain, progress: active.get(runId)?.progress() ?? run.progress }
    },
    ...createRunReads({ store, inputs, require, active }),
    async cancel(runId, { actor }) {
      require(runId)
      await active.get(runId)?.cancel(actor)
      // Also where it has paused in this very moment.
      const run = require(runId)
      if (run.status === 'paused' || run.status === 'interrupted' || run.status === 'queued') {
        changed(runId, { status: 'cancelled', endedAt: clock.now() })
        log(newActivity({ kind: 'run_cancelled', actor, reason: run.chain.name }))
        events.changedNow()
        if (run.autoUnload) await putAway(run)
      }
      return summarise(require(runId))
    },
    async pause(runId, { actor }) {
      require(runId)
      await active.get(runId)?.pause(actor)
      return summarise(require(runId))
    },
    async resume(runId, wish, asker) {
      const pausing = active.get(runId)
      if (pausing?.isPausing()) {
        await pausing.ended
        // Cancelled meanwhile: it stays so.
        if (!active.has(runId) && require(runId).status !== 'paused') return summarise(require(runId))
      }
      const run = require(runId)
      const own = active.get(runId)
      if (own) return answer(own, wish)
      if (run.status === 'done') return summarise(run)
      changed(runId, beginsAnew)
      return answer(launch(require(runId), asker), wish)
    },
    async retry(runId, { items, ...wish }, asker) {
      require(runId)
      if (active.has(runId)) {
        throw new StokerError('invalid_input', 'The run is still at work.', 'Retry its failed items once it has ended.')
      }
      if (store.forgetFailures(runId, items ?? null, { ...unsaved.get(runId), ...beginsAnew }) === 0) {
        throw new StokerError('invalid_input', 'None of these items has failed.')
      }
      forgetEnd(runId)
      return answer(launch(require(runId), asker), wish)
    },
    remove(runId) {
      require(runId)
      if (active.has(runId)) {
        throw new StokerError('invalid_input', 'The run is still at work.', 'Cancel it first.')
      }
      store.remove(runId)
      forgetEnd(runId)
      events.changedNow()
    },
    settingsChanged: turns.settingsChanged,
    pressureChanged(isNow) {
      if (isNow === isShort) return
      isShort = isNow
      for (const own of active.values()) own.pressureChanged()
    },
    modelsChanged() {
      for (const own of active.values()) own.modelsMoved()
    }
  }
}
