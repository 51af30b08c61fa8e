/** The planner's problem out of an outlook: steps in order with what they take, models with what they need, and who else is there. Pure. */
import type { Chain, Step } from '../../../shared/chain.ts'
import { graphOf } from '../../../shared/chainGraph.ts'
import type { Plan, PlanModel } from '../../../shared/plan.ts'
import type { Resident } from '../../models/resident.ts'
import { poolBytes, type AskedModel } from './askedModel.ts'
import type { Window } from './contextWindow.ts'
import type { EffectiveOptions } from './effectiveOptions.ts'
import type { OutlookWish } from './outlook.ts'
import { besidePool, heldIn, mainPool, poolOf, type RoomScene } from './outlookRoom.ts'
import type { PlannerModel, PlannerStep, PlanProblem } from '../planner/planProblem.ts'
import { answerTime, expectedAnswerTokens, expectedPromptTokens, unloadMs } from './runTimes.ts'

/** One step with the model that will answer it. */
export interface AskedStep {
  step: Step
  asked: AskedModel
  window: Window
  options: EffectiveOptions
}

export interface PlanScene {
  wish: OutlookWish
  steps: readonly AskedStep[]
  models: readonly AskedModel[]
  staying: readonly Resident[]
  scene: RoomScene
  mayPrefetch: boolean
}

/** Those that steps ask, then those that are in memory besides. */
export function planModels({ models, staying, scene }: PlanScene): { shown: PlanModel[]; planned: PlannerModel[] } {
  const stays = new Set(staying.map(({ key }) => key))
  const isKept = (one: Resident | null): boolean =>
    one !== null && stays.has(one.key) && (one.isPinned || scene.isKeptByRule(one))
  const foreign = scene.residents.filter(({ key, engine }) => !models.some((m) => m.key === key || m.engine === engine))
  return {
    shown: [
      ...models.map((asked): PlanModel => ({
        id: asked.id,
        needBytes: asked.needBytes,
        needSource: asked.needSource,
        contextLength: (asked.isThere ? asked.resident?.contextLength : null) ?? asked.contextLength,
        loadMs: asked.load.isGuess ? null : asked.load.ms,
        isResident: asked.isThere,
        isKept: asked.isThere && isKept(asked.resident),
        isForeign: false
      })),
      ...foreign.map((one): PlanModel => ({
        id: one.id,
        needBytes: scene.bytesIn(one, 'both', scene.room.hasCards),
        needSource: scene.sourceOf(one),
        contextLength: one.contextLength,
        loadMs: one.reloadMs,
        isResident: true,
        isKept: isKept(one),
        isForeign: true
      }))
    ],
    planned: [
      ...models.map((asked) => plannedAsked(asked, stays, scene)),
      ...foreign.map((one) => plannedForeign(one, stays.has(one.key), scene))
    ]
  }
}

/** `order`: of all steps. Each must have its model. */
export function planProblemOf(plan: PlanScene, order: readonly string[], planned: PlannerModel[]): PlanProblem {
  const { wish, models, steps, staying, scene } = plan
  const own = wish.ownModels ?? new Set<string>()
  const withOwn = planned.map((model, place) =>
    model.isResident && own.has(models[place]?.key ?? '') ? { ...model, isOwn: true } : model
  )
  return {
    steps: plannedSteps(wish, order, steps, models),
    models: withOwn,
    groups: wish.groups,
    pools: [scene.room.budgetBytes, besideBudget(staying, scene)],
    maxLoaded: scene.maxLoadedModels,
    order: wish.order,
    mayPrefetch: plan.mayPrefetch,
    autoUnload: wish.autoUnload
  }
}

function plannedAsked(asked: AskedModel, stays: ReadonlySet<string>, scene: RoomScene): PlannerModel {
  return {
    needBytes: poolBytes(asked, scene),
    pool: asked.pool,
    loadMs: asked.load.ms,
    unloadMs,
    isResident: asked.isThere,
    mustStay: asked.isThere && asked.resident !== null && stays.has(asked.resident.key),
    isCounted: true
  }
}

/** One that stays and of which nobody knows what it holds must not keep everything else out. */
function plannedForeign(one: Resident, mustStay: boolean, scene: RoomScene): PlannerModel {
  const pool = poolOf(one.isLocal, one.usesCards, scene.room)
  const held = pool === null ? 0 : heldIn(one, pool, scene)
  return {
    needBytes: held ?? (mustStay ? 0 : null),
    pool,
    loadMs: one.reloadMs ?? 0,
    unloadMs,
    isResident: true,
    mustStay,
    isCounted: true
  }
}

/** Less what those that stay on the cards hold beside them. */
function besideBudget(staying: readonly Resident[], scene: RoomScene): number | null {
  const { besideBytes } = scene.room
  if (besideBytes === null) return null
  return staying
    .filter((one) => poolOf(one.isLocal, one.usesCards, scene.room) === mainPool)
    .reduce((left, one) => Math.max(0, left - (heldIn(one, besidePool, scene) ?? 0)), besideBytes)
}

function plannedSteps(
  { chain, inputLetters, seenRunMs }: OutlookWish,
  order: readonly string[],
  steps: readonly AskedStep[],
  models: readonly AskedModel[]
): PlannerStep[] {
  const { before } = graphOf(chain)
  const place = new Map(order.map((id, index) => [id, index]))
  const byId = new Map(steps.map((one) => [one.step.id, one]))
  const answers = new Map(steps.map((one) => [one.step.name, answerTokens(one)]))
  return order.flatMap((id): PlannerStep[] => {
    const one = byId.get(id)
    if (one === undefined) return []
    const after = (before.get(id) ?? []).flatMap((earlier) => place.get(earlier) ?? [])
    const runMs = seenRunMs?.get(id) ?? runTime(one, chain, inputLetters, answers)
    return [{ id, model: models.indexOf(one.asked), after: after.toSorted((a, b) => a - b), runMs }]
  })
}

/** Of the steps whose answers were not timed in this run. */
export function countedAnswers({ steps, wish: { seenRunMs } }: PlanScene): Plan['answerTokens'] {
  const counted = steps.flatMap((one) => (seenRunMs?.has(one.step.id) ? [] : [answerTokens(one)]))
  return counted.length === 0 ? null : { least: Math.min(...counted), most: Math.max(...counted) }
}

function answerTokens({ options, asked }: AskedStep): number {
  return expectedAnswerTokens(options.options.maxTokens ?? null, asked.model.isSample)
}

function runTime(
  one: AskedStep,
  chain: Chain,
  inputLetters: number | null,
  answers: ReadonlyMap<string, number>
): number {
  const prompt = expectedPromptTokens(one.step, chain, inputLetters, answers)
  const promptTokens = Math.min(prompt, one.window.windowTokens ?? prompt)
  return Math.round(answerTime(promptTokens, answerTokens(one), one.asked.speed))
}
