/** A model that steps of a chain ask: with which context, whether it is in memory with that already, and what it needs if not. Pure. */
import type { Step } from '../../../shared/chain.ts'
import type { Model, ModelId } from '../../../shared/model.ts'
import type { NeedSource } from '../../../shared/need.ts'
import type { Resident } from '../../models/resident.ts'
import { contextWindow, type Window, type WindowLimits } from './contextWindow.ts'
import type { ModelParameters } from './modelParameters.ts'
import { heldIn, leftFor, othersThan, type Roomer, type RoomScene } from './outlookRoom.ts'
import type { AnswerSpeed, Guessable } from './runTimes.ts'

/** `source` null: measured, or of another machine. */
interface KnownBytes {
  bytes: number
  source: NeedSource | null
}

/** What is known before it is decided who stays in memory. */
export interface ModelFacts {
  id: ModelId
  key: string
  /** Names on one engine share its memory. */
  engine: string
  model: Model
  isLocal: boolean
  /** A place in PlanProblem.pools; null: another machine's. */
  pool: number | null
  resident: Resident | null
  /** The run itself has loaded it. */
  isOwn: boolean
  modelTokens: number | null
  /** localTokenLimit; null: a model of another machine. */
  settingTokens: number | null
  /** The largest window that its steps wish for, as far as the model can; null: left to its server. */
  wishedTokens: number | null
  parameters: ModelParameters
  /** Null: unknown. 0 for a model of another machine. */
  needAt: (contextLength: number | null) => KnownBytes | null
  /** Held in this run; null: not seen yet. */
  seenBytes: number | null
  load: Guessable
  speed: AnswerSpeed
}

export interface AskedModel extends ModelFacts {
  /** Loaded with at least so much; null: left to its server. */
  contextLength: number | null
  /** Where the memory allows less than is wished for. */
  memoryTokens: number | null
  /** In memory with that: no load is needed. */
  isThere: boolean
  /** Null: unknown. */
  needBytes: number | null
  /** Null: it is held, or unknown. */
  needSource: NeedSource | null
  /** Alone, beside what stays. */
  fits: boolean
  /** The part that will lie in memory beside the cards. */
  spilledBytes: number
}

export type LongestContext = (fits: (contextLength: number) => boolean, least: number, most: number) => number | null

/** A shorter one is no help: no model is made to fit by it. */
const shortestWindow = 2_048
/**
 * Memory that moves a little must not have a model loaded anew for a window that is hardly longer; a run that has loaded it does so only
 * for twice as much.
 */
const nearlyAsLong = 0.75
const longEnoughForOwn = 0.5

export function limitsOf(facts: Omit<ModelFacts, 'wishedTokens' | 'parameters'>, step: Step): WindowLimits {
  return {
    modelTokens: facts.modelTokens,
    memoryTokens: null,
    stepTokens: step.contextLength,
    settingTokens: facts.settingTokens,
    parameters: facts.model.parameters,
    loadedTokens: facts.resident?.contextLength ?? null
  }
}

export function windowOf(step: Step, asked: AskedModel): Window {
  return contextWindow({ ...limitsOf(asked, step), memoryTokens: asked.memoryTokens })
}

/** What it can do with at least; what is in memory as it is wished for needs no more room than it has. */
export function roomerOf(facts: ModelFacts): Roomer {
  const { key, engine, pool } = facts
  return { key, engine, pool, leastBytes: isEnough(facts) ? 0 : (facts.needAt(leastOf(facts))?.bytes ?? null) }
}

/** With the longest context that is wished for and fits, alone beside what stays. */
export function placeModel(
  facts: ModelFacts,
  staying: readonly Resident[],
  scene: RoomScene,
  longestContext: LongestContext
): AskedModel {
  const { resident, wishedTokens, needAt } = facts
  const seen = seenInRun(facts)
  const asItIs = (contextLength: number | null, memoryTokens: number | null): AskedModel => ({
    ...facts,
    contextLength,
    memoryTokens,
    isThere: true,
    ...needOf(seen ?? heldNow(facts, scene) ?? needAt(resident?.contextLength ?? contextLength)),
    fits: true,
    spilledBytes: 0
  })
  if (isEnough(facts)) return asItIs(wishedTokens, null)

  const roomer = roomerOf(facts)
  const own = leftFor(roomer, staying, scene, false)
  const whole = leftFor(roomer, staying, scene, true)
  const longestIn = (bytes: number | null): number | null =>
    wishedTokens === null || bytes === null
      ? wishedTokens
      : longestContext(
          (length) => (needAt(length)?.bytes ?? -Infinity) <= bytes,
          leastOf(facts) ?? wishedTokens,
          wishedTokens
        )
  const tokens = longestIn(own) ?? longestIn(whole)
  const memoryTokens = tokens !== null && tokens < (wishedTokens ?? 0) ? tokens : null
  const loadedTokens = resident?.contextLength ?? 0
  const share = facts.isOwn ? longEnoughForOwn : memoryTokens === null ? 1 : nearlyAsLong
  if (tokens !== null && loadedTokens > 0 && loadedTokens >= tokens * share) {
    return asItIs(Math.min(loadedTokens, wishedTokens ?? loadedTokens), loadedTokens)
  }
  const contextLength = tokens ?? leastOf(facts)
  const need = needOf(seen ?? needAt(contextLength))
  const { needBytes } = need
  const isRoom = needBytes === null || whole === null || needBytes <= whole
  return {
    ...facts,
    contextLength,
    memoryTokens,
    isThere: false,
    ...need,
    fits: isRoom && othersThan(roomer, staying).length < scene.maxLoadedModels,
    spilledBytes: needBytes === null || own === null || !isRoom ? 0 : Math.max(0, needBytes - own)
  }
}

function needOf(known: KnownBytes | null): Pick<AskedModel, 'needBytes' | 'needSource'> {
  return { needBytes: known?.bytes ?? null, needSource: known?.source ?? null }
}

function seenInRun({ seenBytes }: ModelFacts): KnownBytes | null {
  return seenBytes === null ? null : { bytes: seenBytes, source: null }
}

/** As the whole machine sees it, cards and memory together. */
function heldNow({ resident, isLocal }: ModelFacts, { bytesIn, room, sourceOf }: RoomScene): KnownBytes | null {
  if (!isLocal) return { bytes: 0, source: null }
  const bytes = resident && bytesIn(resident, 'both', room.hasCards)
  return resident && bytes !== null ? { bytes, source: sourceOf(resident) } : null
}

/** Of its pool alone: what the planner counts. */
export function poolBytes(asked: AskedModel, scene: RoomScene): number | null {
  const { pool, resident, needBytes, spilledBytes, isThere, seenBytes } = asked
  if (pool === null) return 0
  if (isThere && resident !== null && seenBytes === null) return heldIn(resident, pool, scene) ?? needBytes
  return needBytes === null ? null : needBytes - spilledBytes
}

function leastOf({ wishedTokens }: ModelFacts): number | null {
  return wishedTokens === null ? null : Math.min(wishedTokens, shortestWindow)
}

function isEnough({ resident, wishedTokens }: ModelFacts): boolean {
  return resident !== null && (wishedTokens === null || (resident.contextLength ?? 0) >= wishedTokens)
}
