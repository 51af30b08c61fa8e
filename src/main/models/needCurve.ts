/** From the engine's estimate at a few context lengths to the need at any: what is known by formula exactly, the rest in between. Pure. */
import type { Need, NeedPartKind, NeedSource } from '../../shared/need.ts'
import type { EngineEstimate } from '../providers/llamacpp/needEstimator.ts'
import type { NeedFacts } from '../providers/provider.ts'
import type { ModelShape } from './modelShape.ts'
import { contextCacheBytes, outputBytes, paddedContextLength, stateBytes, toNeed } from './need.ts'

const shortestLength = 512
/** The engine is asked no further: nobody has the memory, and the cache is linear beyond. */
const longestLength = 2 ** 20
/** For a model that does not say what it was trained for. */
const usualMaxLength = 131_072

/** Powers of two as far as the model goes, its default and its longest; ascending. */
export function curveContexts(defaultLength: number, maxLength: number | null): number[] {
  const longest = Math.min(maxLength ?? usualMaxLength, longestLength)
  const powers = Array.from({ length: 21 }, (_, exponent) => 2 ** exponent).filter(
    (length) => length >= shortestLength && length <= longest
  )
  const wanted = new Set([...powers, Math.min(defaultLength, longest), longest])
  return [...wanted].filter((length) => Number.isInteger(length) && length > 0).sort((a, b) => a - b)
}

export interface CurveTraits {
  overheadBytes: number
  /** How far off the estimate may be, as a part of it. */
  margin: number
}

/** Null where the context length or the estimate makes no sense. */
export type NeedCurve = (contextLength: number, traits: CurveTraits) => Need | null

/** What does not depend on the context length is worked out once: a curve is asked hundreds of times. */
export function createNeedCurve(estimate: EngineEstimate, facts: NeedFacts, shape: ModelShape | null): NeedCurve {
  const points = paddedPoints(estimate.contexts)
  const working = (shape && byFormula(points, shape, facts)) ?? bySlope(points)
  const longestPoint = points.at(-1)?.contextLength ?? 0
  return (contextLength, { overheadBytes, margin }) => {
    if (!Number.isInteger(contextLength) || contextLength <= 0) return null
    const length = paddedContextLength(contextLength)
    const terms = working(length)
    if (terms === null) return null
    const parts = { weights: estimate.weightsBytes, projector: facts.projectorBytes, ...terms, overhead: overheadBytes }
    // Beyond the last point nothing was asked of the engine.
    return needOf(parts, length > longestPoint ? Math.max(margin, 0.05) : margin, 'engine', contextLength)
  }
}

type Points = EngineEstimate['contexts']
type Working = (contextLength: number) => Partial<Record<NeedPartKind, number>> | null

/** The engine rounds a context up before it allocates; two that become one are one point. */
function paddedPoints(points: Points): Points {
  const byLength = new Map(points.map((point) => [paddedContextLength(point.contextLength), point.bytes]))
  return [...byLength].map(([contextLength, bytes]) => ({ contextLength, bytes }))
}

/**
 * The engine's bytes less the formula's are what lies between two points; so a formula that bends (a sliding window) or is a little off
 * still meets every point. Null where it claims more than the engine does.
 */
function byFormula(points: Points, shape: ModelShape, { cacheType, parallel }: NeedFacts): Working | null {
  const [state, output] = [stateBytes(shape, parallel), outputBytes(shape, parallel)]
  const cacheAt = (contextLength: number): number =>
    shape.keepsCache ? contextCacheBytes(shape, { contextLength, cacheType, parallel }) : 0
  const rests = points.map(({ contextLength, bytes }) => ({
    contextLength,
    bytes: bytes - cacheAt(contextLength) - state - output
  }))
  if (rests.some(({ bytes }) => bytes < 0)) return null
  return (contextLength) => {
    const compute = interpolate(rests, contextLength)
    return compute === null ? null : { context: cacheAt(contextLength), state, output, compute: Math.max(0, compute) }
  }
}

/** Without the model's shape: what grows with the context is its cache. */
function bySlope(points: Points): Working {
  return (contextLength) => {
    const bytes = interpolate(points, contextLength)
    if (bytes === null || bytes < 0) return null
    const { from, to } = neighbours(points, contextLength)
    const slope = from && to ? (to.bytes - from.bytes) / (to.contextLength - from.contextLength) : 0
    const context = Math.min(bytes, Math.max(0, slope * contextLength))
    return { context, compute: bytes - context }
  }
}

/** Straight between two points, and on beyond the last two. */
function interpolate(points: Points, contextLength: number): number | null {
  const { from, to } = neighbours(points, contextLength)
  if (!from || !to) return points[0]?.bytes ?? null
  const share = (contextLength - from.contextLength) / (to.contextLength - from.contextLength)
  return from.bytes + share * (to.bytes - from.bytes)
}

function neighbours(points: Points, contextLength: number): { from?: Points[number]; to?: Points[number] } {
  const next = points.findIndex((point) => point.contextLength >= contextLength)
  const index = Math.max(1, next === -1 ? points.length - 1 : next)
  const [from, to] = [points[index - 1], points[index]]
  return from && to ? { from, to } : {}
}

/** `margin`: the plus-minus as a part of the sum. Null where the parts are no bytes. */
export function needOf(
  parts: Partial<Record<NeedPartKind, number>>,
  margin: number,
  source: NeedSource,
  contextLength: number
): Need | null {
  const need = toNeed(parts, 0, source, contextLength)
  return need === null || need.bytes === 0 ? null : { ...need, plusMinusBytes: Math.ceil(need.bytes * margin) }
}
