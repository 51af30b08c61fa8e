/** One run at work: planned, carried out through the model manager, planned anew where reality differs, and put down step by step. */
import { formatBytes } from '../../shared/byteWords.ts'
import { StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { RunProgress, StepTexts } from '../../shared/run.ts'
import type { Matches } from '../../shared/stopConditions.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { InputStore } from '../storage/inputStore.ts'
import type { RunCounts, RunStore, StoredRun } from '../storage/runStore.ts'
import { shapeOf } from './run/chainShape.ts'
import type { FitPrompt } from './prompt/fitPrompt.ts'
import { createGivingUp } from './run/givingUp.ts'
import { createItemWorker, createLiveSteps } from './run/itemWorker.ts'
import type { MakeOutlook, StepSetup } from './outlook/outlook.ts'
import { createLostQuestions } from './run/lostQuestions.ts'
import { createPlanPerformer } from './run/planPerformer.ts'
import type { RunControl } from './run/runControl.ts'
import { createRunModels, type ManagedModels } from './run/runModels.ts'
import { createRunPace } from './run/runPace.ts'
import { createRunPlanning } from './run/runPlanning.ts'
import { createRunStanding } from './run/runProgress.ts'
import { createRunRecorder } from './run/runRecorder.ts'
import { createRunState } from './run/runState.ts'
import { createRunTimeline, leftLoaded } from './run/runTimeline.ts'
import type { RunTurns } from './run/runTurns.ts'
import { createStepPrompts } from './run/stepPrompt.ts'
import { createStepStop } from './run/stepStop.ts'
import { createStepRunner } from './run/stepRunner.ts'
import { lacksRoom } from './run/stepErrors.ts'
import { createRunWaits } from './run/runWaits.ts'
import type { RunHosts } from './run/waitForHost.ts'

export interface ChainRunnerDeps {
  store: RunStore
  inputs: Pick<InputStore, 'row' | 'meanLetters'>
  outlook: MakeOutlook
  manager: ManagedModels
  fit: FitPrompt
  /** Of the host's server; null: unknown. */
  serverVersion: (hostId: string) => string | null
  matches: Matches
  turns: RunTurns
  itemsAtOnce: () => number
  hosts: RunHosts
  /** So long it waits for a host that is away. */
  patienceMs: () => number
  /** By a rule, or another run needs it. */
  isKeptElsewhere: (id: ModelId) => boolean
  /** Another run at work has loaded it: that one puts it away, or whoever it hands it over to. */
  isOfAnotherRun: (id: ModelId) => boolean
  /** Another run uses it, and puts it away in its turn. */
  handOver: (id: ModelId) => boolean
  /** Something that the pages show has changed. */
  onChanged: () => void
  onProgress: () => void
  onMoved: (step: StepTexts) => void
  onText: (item: number, stepId: string, text: string) => void
  clock: Clock
  logger: Logger
}

export interface ChainRunner {
  /** `paused`: as was asked. Rejects with `aborted` when it is cancelled, and with what else keeps it from going on. */
  work(): Promise<'done' | 'paused'>
  /** What the run has loaded and nobody else keeps. */
  cleanUp(): Promise<void>
  /** Everything it kept gets its own time back. */
  letGo(): void
  keeps(key: string): boolean
  hasLoaded(key: string): boolean
  inherit(id: ModelId): void
  counts(): Pick<RunCounts, 'items' | 'stepRunsDone'>
  numbers(): Pick<StoredRun, 'workedMs' | 'loads' | 'plannedLoads' | 'peakBytes' | 'plannedPeakBytes'>
  remainingMs(): number | null
  progress(): RunProgress
  doing(): string
  liveSteps(): StepTexts[]
  live(item: number, stepId: string): StepTexts | null
  /** Memory is short, or no longer. */
  pressureChanged(): void
  /** Models moved: who waits for room looks anew. */
  modelsMoved(): void
}

/** Numbers and progress are written at least so often while steps end. */
const saveEveryMs = 5_000
/** Plans one after the other without anything done: something is wrong with them. */
const mostIdlePlans = 12
const mostReplans = 50
/** Beyond this it holds more than was planned with. */
const heldMargin = 1.05

export function createChainRunner(deps: ChainRunnerDeps, run: StoredRun, control: RunControl): ChainRunner {
  const { store, clock, turns, manager } = deps
  const runId = run.id
  const shape = shapeOf(run.chain)
  const state = createRunState(run.itemCount, shape.steps.length)
  const timeline = createRunTimeline(run.progress)
  const live = createLiveSteps()
  const pace = createRunPace(state)
  const replans = [...run.progress.replans]
  let { loads, plannedLoads, plannedPeakBytes, peakBytes } = run
  let doing = 'Beginning'
  let beganAt: number | null = null
  let savedAt = clock.now()
  let turnWaits = 0

  const nowMs = (): number => run.workedMs + (beganAt === null ? 0 : Math.max(0, clock.now() - beganAt))
  const setDoing = (words: string): void => {
    if (words === doing) return
    doing = words
    deps.onChanged()
  }

  const models = createRunModels({
    models: manager,
    left: leftLoaded(run.progress),
    reason: `for the run of ${run.chain.name}`,
    isKeptElsewhere: deps.isKeptElsewhere,
    isOfAnotherRun: deps.isOfAnotherRun,
    handOver: deps.handOver,
    onLoad() {
      loads += 1
      save()
    },
    onHeld(bytes) {
      if (bytes === null) return
      peakBytes = Math.max(peakBytes ?? 0, bytes)
      timeline.held(nowMs(), bytes)
    },
    logger: deps.logger
  })
  const planning = createRunPlanning({
    ...deps,
    run,
    shape,
    state,
    heldByOthers: () => turns.usedByOthers(runId),
    ownModels: models.loaded,
    seenRunMs: () =>
      new Map(
        shape.steps.flatMap(({ id }, place) => {
          const ms = pace.meanMs(place)
          return ms === null ? [] : [[id, ms] as const]
        })
      ),
    nowMs,
    loads: () => loads
  })
  const standing = createRunStanding({ ...deps, shape, state, timeline, planning, pace, nowMs })
  const prompts = createStepPrompts({ shape, store, inputs: deps.inputs, runId, inputId: run.inputId })
  const recorder = createRunRecorder({
    shape,
    state,
    store,
    runId,
    stopOf: createStepStop({ state, prompts, matches: deps.matches }),
    onRecorded(steps) {
      for (const step of steps) deps.onMoved(step)
      letGoUnneeded(steps)
      deps.onChanged()
    }
  })
  const waits = createRunWaits({ ...deps, runId, models, control, setDoing })
  const givingUp = createGivingUp({ shape, state, planning, recorder, control, isAway: waits.isAway })
  const losses = createLostQuestions({ ...deps, shape, state, planning, control })
  const runItems = createItemWorker({
    shape,
    state,
    models,
    recorder,
    prompts,
    control,
    ask: createStepRunner({ ...deps, models, caller: runId, isAway: waits.isAway, lost: losses.lost }),
    live,
    itemsAtOnce: losses.itemsAtOnce,
    isFallback: planning.isFallback,
    prefetched: (setup) => performer.prefetched(setup),
    onAnswered(place, texts, ms) {
      pace.took(place, ms)
      standing.answered()
      waits.answered(texts.modelId)
      const setup = planning.current()?.setups.get(texts.stepId)
      if (setup) checkHeld(setup)
      // A model may grow while it answers.
      models.look()
      deps.onProgress()
      if (clock.now() - savedAt >= saveEveryMs) save()
    },
    onMoved: deps.onMoved,
    onText: deps.onText,
    betweenItems() {
      losses.look()
      if (turns.mustYield(runId)) control.want('other runs had their turn')
    }
  })
  const performer = createPlanPerformer({
    runId,
    shape,
    state,
    models,
    list: planning.list,
    turns,
    timeline,
    control,
    runItems,
    nowMs,
    setDoing,
    onTurnWait,
    reached(place) {
      standing.reached(place)
      deps.onProgress()
    },
    isKeptElsewhere: deps.isKeptElsewhere,
    checkHeld,
    isAway: givingUp.isModelAway,
    gaveUpOn: givingUp.onModel,
    waitForRoom: (name, wasBusy) => waits.forRoom(name, true, wasBusy),
    isBusy: waits.isBusy,
    prefetchFailed(error) {
      planning.stopPrefetching()
      control.want(lacksRoom(error) ? 'there was no room to load ahead' : `loading ahead failed: ${error.message}`)
    },
    hasPutOff: () => state.nextPutOff() !== null
  })

  function onTurnWait(): void {
    turnWaits += 1
    setDoing('Waiting for its turn with the models')
    models.letAllGo()
  }

  function save(): void {
    savedAt = clock.now()
    store.change(runId, { ...numbers(), progress: progress() })
    deps.onProgress()
    deps.onChanged()
  }

  function numbers(): ReturnType<ChainRunner['numbers']> {
    return { workedMs: Math.round(nowMs()), loads, plannedLoads, peakBytes, plannedPeakBytes }
  }

  function progress(): RunProgress {
    return standing.read(replans, beganAt !== null)
  }

  function checkHeld({ modelId }: StepSetup): void {
    const key = modelKey(modelId)
    const held = models.heldBytes(modelId)
    const planned = planning.heldBytes(key)
    if (held === null || (planned !== null && held <= planned * heldMargin)) return
    planning.sawHeld(key, held)
    if (planned !== null) control.want(`${modelId.name} holds ${formatBytes(held - planned)} more than expected`)
  }

  /** A model whose last step has ended gets its own time back. */
  function letGoUnneeded(steps: readonly StepTexts[]): void {
    for (const { stepId } of steps) {
      const place = shape.placeOf.get(stepId)
      if (place === undefined || state.todo(place) > 0) continue
      const setup = planning.current()?.setups.get(stepId)
      if (setup && !planning.isNeeded(modelKey(setup.modelId))) models.letGo(setup.modelId)
    }
  }

  /** What it needs has no room: true where there may be some after a while, or was none only for a moment. */
  async function waitForPlace(places: readonly number[], wasInUse: boolean, wasBusy: boolean): Promise<boolean> {
    if (wasInUse) {
      // Other runs let go of their models when its turn has come.
      turnWaits += 1
      const claims = places.map((place) => ({ ...unknownClaim, key: keyOf(planning.modelOf(place)) }))
      await turns.enter(runId, claims, { pools: [null], maxLoaded: 1, staying: [] }, control.gate, onTurnWait)
      return true
    }
    const [name = 'A model'] = places.flatMap((place) => planning.modelOf(place)?.name ?? [])
    return waits.forRoom(name, false, wasBusy)
  }

  /** Answers false where nothing can be carried out just now. */
  async function planAnew(): Promise<boolean> {
    setDoing('Making a plan')
    const [wasInUse, wasBusy] = [turns.usedByOthers(runId).size > 0, waits.isBusy()]
    const planned = await planning.plan(control.signal)
    if (planned.kind === 'plan') {
      standing.reached(0)
      plannedLoads ??= planned.solution.loads
      plannedPeakBytes ??= planned.solution.peakBytes
      save()
      return true
    }
    const { error } = planned
    const places = planned.places.filter((place) => state.todo(place) > 0)
    if (places.length === 0) throw new StokerError(error.code, error.message, error.hint)
    if (places.some((place) => givingUp.isAway(place, error))) return false
    if (error.code !== 'model_not_found' && (await waitForPlace(places, wasInUse, wasBusy))) return false
    control.want(error.message)
    for (const place of places) await givingUp.onStep(place, error)
    return false
  }

  function restore(): void {
    for (const { item, stepId, status } of store.endedSteps(runId)) {
      const place = shape.placeOf.get(stepId)
      if (place !== undefined) state.setStep(item, place, status)
    }
    for (const { item, status } of store.endedItems(runId)) state.setItem(item, status)
    for (let item = 0; item < run.itemCount; item++) recorder.tidy(item)
  }

  async function carryOn(): Promise<void> {
    const plan = (await planAnew()) ? planning.current() : null
    if (plan === null) return
    try {
      await performer.perform(plan, planning.isOne)
    } finally {
      await performer.settle()
    }
  }

  async function goOn(): Promise<'done' | 'paused'> {
    let idlePlans = 0
    while (state.left() > 0) {
      control.signal.throwIfAborted()
      if (control.isPausing()) return 'paused'
      const before = state.stepsDone() + loads
      const waitsBefore = turnWaits
      await waits.untilReady()
      const words = control.takeWish()?.words
      if (words && words !== replans.at(-1)) replans.push(words)
      if (replans.length > mostReplans) replans.shift()
      await carryOn()
      const hasWaited = waits.hasWaited() || turnWaits > waitsBefore
      if (state.stepsDone() + loads > before) idlePlans = 0
      else if (!hasWaited) idlePlans += 1
      if (idlePlans > mostIdlePlans) throw stuckError(replans.at(-1))
    }
    return 'done'
  }

  return {
    async work() {
      beganAt = clock.now()
      try {
        restore()
        return await goOn()
      } catch (error) {
        if (control.isPausing() && !control.signal.aborted) {
          await performer.settle()
          return 'paused'
        }
        throw error
      } finally {
        run.workedMs = nowMs()
        beganAt = null
        turns.leave(runId)
      }
    },
    cleanUp: models.cleanUp,
    letGo: models.letAllGo,
    keeps: models.keeps,
    hasLoaded: (key) => models.loaded().has(key),
    inherit: models.inherit,
    counts: () => ({ items: state.counts(), stepRunsDone: state.stepsDone() }),
    numbers,
    remainingMs: () => (waits.isEndless() ? null : standing.remainingMs()),
    progress,
    doing: () => (control.isPausing() ? 'Pausing' : doing),
    liveSteps: live.list,
    live: live.get,
    pressureChanged: () => control.want('memory pressure changed'),
    modelsMoved: waits.moved
  }
}

/** Nothing fits beside it. */
const unknownClaim = { needBytes: null, pool: 0, isCounted: true, loadMs: 0 }

const keyOf = (id: ModelId | null): string => (id === null ? '' : modelKey(id))

function stuckError(why: string | undefined): StokerError {
  const words = why === undefined ? '' : ` (${why})`
  return new StokerError(
    'internal',
    `The plan could not be carried out: it was made anew again and again${words}.`,
    'Resume the run once its models can be loaded.'
  )
}
