/**
 * A chain in the world as it is now: which model answers each step, with which options and window, what that needs and how long it
 * takes, and who else is in memory: the numbers that the planner is asked with. Changes nothing.
 */
import type { ChainProblem, Step } from '../../../shared/chain.ts'
import { orderOf } from '../../../shared/chainGraph.ts'
import { findProblems } from '../../../shared/chainProblems.ts'
import { abortedError } from '../../../shared/errors.ts'
import type { Model, ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { StepOutlook } from '../../../shared/plan.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { ModelManager } from '../../models/modelManager.ts'
import type { NeedBook } from '../../models/needBook.ts'
import type { Resident } from '../../models/resident.ts'
import { limitsOf, placeModel, roomerOf, windowOf, type LongestContext, type ModelFacts } from './askedModel.ts'
import { wishedWindow } from './contextWindow.ts'
import { effectiveOptions, type LocalDefaults } from './effectiveOptions.ts'
import type { MakeOutlook, Outlook, OutlookWish, StepSetup } from './outlook.ts'
import type { OutlookModels } from './outlookModels.ts'
import { countedAnswers, planModels, planProblemOf, type AskedStep } from './outlookPlan.ts'
import { modelProblems, narrowWindow, noRoom, partlyBeside, schemaProblems } from './outlookProblems.ts'
import { poolOf, whoStays, type BytesIn, type MachineRoom, type RoomScene } from './outlookRoom.ts'
import { answerSpeed, loadTime } from './runTimes.ts'

export interface ChainOutlookDeps {
  outlookModels: OutlookModels
  models: Pick<ModelManager, 'measuredOf'>
  /** In memory and on the way there. */
  residents: () => readonly Resident[]
  needs: Pick<NeedBook, 'now' | 'predict' | 'contextLengths' | 'engineOf'>
  settings: () => LocalDefaults & Pick<Settings, 'maxLoadedModels'>
  room: () => MachineRoom
  bytesIn: BytesIn
  longestContext: LongestContext
  /** By a rule of the schedule, not by a run. */
  isKeptByRule: (id: ModelId) => boolean
  isMemoryShort: () => boolean
}

/** A step and the model that is there to answer it. */
interface Served {
  step: Step
  model: Model
}

export function createChainOutlook(deps: ChainOutlookDeps): MakeOutlook {
  const { needs, outlookModels } = deps

  /** Whom each step asks; a step without a model that is there has a problem instead. */
  function findModels({ chain, instead }: OutlookWish, problems: ChainProblem[]): Served[] {
    const steps = chain.steps.map((step) => ({ ...step, model: instead?.get(step.id) ?? step.model }))
    problems.push(...modelProblems({ steps }, outlookModels.find))
    // During a run an item is refused by itself, and then goes to its fallback.
    if (instead === undefined) problems.push(...schemaProblems(chain, outlookModels.schemaRefusal))
    return chain.steps.flatMap((step, place): Served[] => {
      const id = steps[place]?.model ?? null
      const found = id === null ? null : outlookModels.find(id)
      return found?.problem === null ? [{ step, model: found.model }] : []
    })
  }

  function sceneOf({ heldByOthers }: OutlookWish, asked: ReadonlySet<string>): RoomScene {
    return {
      room: deps.room(),
      maxLoadedModels: deps.settings().maxLoadedModels,
      residents: deps.residents().filter(({ isLeaving }) => !isLeaving),
      bytesIn: deps.bytesIn,
      sourceOf: ({ id, contextLength, isLoading, heldBytes }) =>
        isLoading || heldBytes === null ? (needs.now(id, contextLength ?? undefined)?.source ?? null) : null,
      isKeptByRule: ({ id }) => deps.isKeptByRule(id),
      heldByOthers: heldByOthers ?? new Set(),
      asked
    }
  }

  async function factsOf(
    model: Model,
    steps: readonly Step[],
    { seenBytes, ownModels }: OutlookWish,
    scene: RoomScene,
    signal: AbortSignal
  ): Promise<ModelFacts> {
    const { id } = model
    const host = outlookModels.hostOf(id)
    const isLocal = host?.isLocal ?? false
    const usesCards = host?.device !== 'CPU'
    const key = modelKey(id)
    const engine = needs.engineOf(id)
    const measured = deps.models.measuredOf(id)
    const { residents } = scene
    const known = {
      id,
      key,
      engine,
      model,
      isLocal,
      pool: poolOf(isLocal, usesCards, scene.room),
      resident: residents.find((one) => one.key === key) ?? residents.find((one) => one.engine === engine) ?? null,
      isOwn: ownModels?.has(key) ?? false,
      settingTokens: isLocal ? deps.settings().localTokenLimit : null,
      needAt: (length: number | null) => (isLocal ? needs.now(id, length ?? undefined) : { bytes: 0, source: null }),
      seenBytes: isLocal ? (seenBytes?.get(key) ?? null) : null,
      load: loadTime(measured),
      speed: answerSpeed(measured, usesCards && (scene.room.hasCards || !isLocal))
    }
    const wished = (modelTokens: number | null): number | null => {
      const each = steps.flatMap((step) => wishedWindow(limitsOf({ ...known, modelTokens }, step)).windowTokens ?? [])
      return each.length === 0 ? null : Math.min(Math.max(...each), modelTokens ?? Infinity)
    }
    const maxTokens = (): number | null => needs.contextLengths(id).maxLength ?? model.maxContextLength
    const [parameters] = await Promise.all([
      outlookModels.ownParameters(model, signal),
      // Asked for other lengths afterwards, the book answers at once.
      isLocal ? needs.predict(id, wished(maxTokens()) ?? undefined, signal) : null
    ])
    const modelTokens = maxTokens()
    return { ...known, modelTokens, wishedTokens: wished(modelTokens), parameters }
  }

  return async (wish, signal): Promise<Outlook> => {
    if (signal.aborted) throw abortedError()
    const { chain } = wish
    const problems = findProblems(chain, wish.columns)
    const served = findModels(wish, problems)
    const byModel = Map.groupBy(served, ({ model }) => modelKey(model.id))
    const scene = sceneOf(wish, new Set(byModel.keys()))
    const facts = await Promise.all(
      [...byModel.values()].flatMap((all) => {
        const [first] = all
        const steps = all.map(({ step }) => step)
        return first === undefined ? [] : [factsOf(first.model, steps, wish, scene, signal)]
      })
    )
    if (signal.aborted) throw abortedError()

    const staying = whoStays(scene, facts.map(roomerOf))
    const models = facts.map((each) => placeModel(each, staying, scene, deps.longestContext))
    const local = deps.settings()
    const steps = served.flatMap(({ step, model }): AskedStep[] => {
      const asked = models.find(({ key }) => key === modelKey(model.id))
      if (asked === undefined) return []
      const { options: own } = chain
      const sources = { step: step.options, chain: own, model: asked.parameters, local: asked.isLocal ? local : null }
      return [{ step, asked, window: windowOf(step, asked), options: effectiveOptions(sources) }]
    })
    for (const { step, asked, window } of steps) {
      if (asked.fits) problems.push(...narrowWindow(step, window), ...partlyBeside(step, asked))
      else problems.push(noRoom(step, asked, staying, scene))
    }

    const order = problems.some(({ isBlocking }) => isBlocking) ? null : orderOf(chain)
    const plan = { wish, steps, models, staying, scene, mayPrefetch: !deps.isMemoryShort() }
    const { shown, planned } = planModels(plan)
    return {
      problems,
      steps: chain.steps.map((step) => outlookOf(step, steps)),
      setups: order && new Map(steps.map((one) => [one.step.id, setupOf(one)])),
      models: shown,
      problem: order && planProblemOf(plan, order, planned),
      answerTokens: countedAnswers(plan),
      hasGuesses: models.some(({ load, speed, isThere }) => speed.isGuess || (load.isGuess && !isThere))
    }
  }
}

function outlookOf({ id }: Step, steps: readonly AskedStep[]): StepOutlook {
  const one = steps.find(({ step }) => step.id === id)
  if (one === undefined) {
    const unknown = { modelId: null, needBytes: null, needSource: null }
    return { stepId: id, ...unknown, windowTokens: null, windowLimitedBy: null, windowWords: null, options: [] }
  }
  const { asked, window, options } = one
  const { id: modelId, needBytes, needSource } = asked
  return { stepId: id, modelId, needBytes, needSource, ...window, options: options.list }
}

function setupOf({ step, asked, window, options }: AskedStep): StepSetup {
  return {
    stepId: step.id,
    modelId: asked.id,
    windowTokens: window.windowTokens,
    contextLength: asked.contextLength,
    options: options.options
  }
}
