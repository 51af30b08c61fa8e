/** Between the points the engine was asked for, a prediction must stay as good as at them; and its parts must add up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needFacts } from '../providers/fakeProvider.ts'
import type { EngineEstimate } from '../providers/llamacpp/needEstimator.ts'
import type { ModelMetadata, NeedFacts } from '../providers/provider.ts'
import { readModelShape, type ModelShape } from './modelShape.ts'
import { contextCacheBytes, outputBytes } from './need.ts'
import { createNeedCurve, curveContexts, needOf, type CurveTraits } from './needCurve.ts'

const mebibyte = 2 ** 20
const traits: CurveTraits = { overheadBytes: 110 * mebibyte, margin: 0.02 }

function factsOf(architecture: string, keys: Record<string, number>): NeedFacts {
  const entries = Object.entries({ vocab_size: 32_000, ...keys })
  const metadata: ModelMetadata = new Map<string, string | number>([
    ['general.architecture', architecture],
    ...entries.map(([key, value]) => [`${architecture}.${key}`, value] as const)
  ])
  return needFacts('a', { metadata, projectorBytes: 50 * mebibyte })
}
const llama = {
  block_count: 28,
  embedding_length: 3_072,
  feed_forward_length: 8_192,
  'attention.head_count': 24,
  'attention.head_count_kv': 8,
  'attention.key_length': 128,
  'attention.value_length': 128
}
const plain = factsOf('llama', llama)
/** Most layers look back 1024 tokens only: the cache bends between two of the points. */
const sliding = factsOf('gemma3', { ...llama, 'attention.sliding_window': 1_024 })

/** An engine whose cache is as the formula has it, and whose compute grows with the context. */
function engine(shape: ModelShape) {
  const at = (contextLength: number): number =>
    contextCacheBytes(shape, { contextLength, cacheType: 'f16', parallel: 1 }) +
    outputBytes(shape, 1) +
    200 * mebibyte +
    Math.ceil(contextLength / 256) * 256 * 8_192
  const estimate = (lengths: number[]) => ({
    weightsBytes: 2_000 * mebibyte,
    contexts: lengths.map((contextLength) => ({ contextLength, bytes: at(contextLength) }))
  })
  return { at, estimate }
}

function curveNeed(
  estimate: EngineEstimate,
  facts: NeedFacts,
  shape: ModelShape | null,
  contextLength: number,
  given: CurveTraits
) {
  return createNeedCurve(estimate, facts, shape)(contextLength, given)
}

function shapeOf(facts: NeedFacts): ModelShape {
  const shape = readModelShape(facts)
  if (!shape) throw new Error('the shape of the test is read')
  return shape
}

describe('the context lengths to ask for', () => {
  it('are powers of two, the default and the longest, each once and ascending', () => {
    expect(curveContexts(4_096, 8_192)).toEqual([512, 1_024, 2_048, 4_096, 8_192])
    expect(curveContexts(3_000, 5_000)).toEqual([512, 1_024, 2_048, 3_000, 4_096, 5_000])
  })
  it('end where memory does, whatever a header claims', () => {
    expect(curveContexts(4_096, 2 ** 40).at(-1)).toBe(2 ** 20)
    expect(curveContexts(4_096, null).at(-1)).toBe(131_072)
  })
  it('are one at least, for a model trained on less than the shortest', () => {
    expect(curveContexts(4_096, 77)).toEqual([77])
  })
})

describe('the need between two points', () => {
  it.each([
    ['full attention', plain],
    ['sliding windows', sliding]
  ])('is exact with %s', (_, facts) => {
    const shape = shapeOf(facts)
    const { at, estimate } = engine(shape)
    const curve = estimate(curveContexts(3_000, 131_072))
    for (const length of [512, 700, 1_300, 1_536, 3_000, 3_333, 4_096, 50_000, 131_072]) {
      const need = curveNeed(curve, facts, shape, length, traits)
      const expected = curve.weightsBytes + facts.projectorBytes + traits.overheadBytes + at(length)
      expect(Math.abs((need?.bytes ?? 0) - expected)).toBeLessThan(2)
    }
  })

  it('has the cache as a part by itself, exact by the formula', () => {
    const need = curveNeed(engine(shapeOf(plain)).estimate([512, 8_192]), plain, shapeOf(plain), 4_096, traits)
    expect(need).toMatchObject({ source: 'engine', contextLength: 4_096 })
    expect(need?.parts).toEqual([
      { kind: 'weights', bytes: 2_000 * mebibyte },
      { kind: 'context', bytes: 448 * mebibyte },
      { kind: 'compute', bytes: 232 * mebibyte },
      { kind: 'overhead', bytes: 110 * mebibyte },
      { kind: 'projector', bytes: 50 * mebibyte },
      { kind: 'output', bytes: 128_000 }
    ])
    expect(need?.plusMinusBytes).toBe(Math.ceil((need?.bytes ?? 0) * 0.02))
  })

  it('without a shape, what grows is the cache', () => {
    const curve = {
      weightsBytes: 900,
      contexts: [
        { contextLength: 512, bytes: 1_512 },
        { contextLength: 1_024, bytes: 2_024 }
      ]
    }
    const need = curveNeed(curve, needFacts('a'), null, 768, { overheadBytes: 0, margin: 0.02 })
    expect(need?.parts).toEqual([
      { kind: 'compute', bytes: 1_000 },
      { kind: 'weights', bytes: 900 },
      { kind: 'context', bytes: 768 }
    ])
  })

  it('a formula that claims more than the engine does is not believed', () => {
    const curve = {
      weightsBytes: 900,
      contexts: [
        { contextLength: 512, bytes: 10 },
        { contextLength: 1_024, bytes: 20 }
      ]
    }
    const need = curveNeed(curve, plain, shapeOf(plain), 512, { overheadBytes: 0, margin: 0.02 })
    expect(need?.bytes).toBe(910 + plain.projectorBytes)
  })

  it('goes on straight beyond the last point, and says that it is less sure', () => {
    const shape = shapeOf(plain)
    const { at, estimate } = engine(shape)
    const curve = estimate([4_096, 8_192])
    const need = curveNeed(curve, plain, shape, 65_536, traits)
    expect(
      Math.abs((need?.bytes ?? 0) - (curve.weightsBytes + plain.projectorBytes + traits.overheadBytes + at(65_536)))
    ).toBeLessThan(2)
    expect(need?.plusMinusBytes).toBe(Math.ceil((need?.bytes ?? 0) * 0.05))
  })
})

describe('any estimate and any context length', () => {
  const bytes = fc.integer({ min: 0, max: 2 ** 45 })
  const points = fc
    .uniqueArray(fc.integer({ min: 1, max: 2 ** 21 }), { minLength: 1, maxLength: 8 })
    .chain((lengths) =>
      fc.tuple(
        ...lengths
          .sort((a, b) => a - b)
          .map((contextLength) => fc.record({ contextLength: fc.constant(contextLength), bytes }))
      )
    )
  const length = fc.oneof(fc.integer({ min: -5, max: 2 ** 21 }), fc.double())

  it('is a sound need whose parts add up, or none', () => {
    const facts = fc.constantFrom(plain, sliding, needFacts('a'))
    fc.assert(
      fc.property(points, bytes, length, facts, (contexts, weightsBytes, contextLength, of) => {
        const need = curveNeed({ weightsBytes, contexts }, of, readModelShape(of), contextLength, traits)
        if (need === null) return
        expect(Number.isInteger(contextLength) && contextLength > 0).toBe(true)
        expect(need.bytes).toBe(need.parts.reduce((sum, part) => sum + part.bytes, 0))
        expect(need.parts.every((part) => Number.isSafeInteger(part.bytes) && part.bytes > 0)).toBe(true)
        expect(need.parts.map((part) => part.bytes)).toEqual(need.parts.map((part) => part.bytes).sort((a, b) => b - a))
      })
    )
  })

  it('parts that are no bytes make no need', () => {
    expect(needOf({ weights: -1 }, 0, 'learned', 1)).toBeNull()
    expect(needOf({ weights: NaN }, 0, 'learned', 1)).toBeNull()
    expect(needOf({}, 0, 'learned', 1)).toBeNull()
    expect(needOf({ weights: 2 ** 60 }, 0, 'learned', 1)).toBeNull()
  })
})
