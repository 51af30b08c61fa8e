/** Would catch: memory counted twice, a negative or invented remainder, a list of models that cannot be true shown without a word. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attribute } from './attribution.ts'
import { GIB, testGpu, testModel, testReading } from './testReadings.ts'

describe('attribute', () => {
  it('takes only what the system counts as used: file-backed weights are not in it', () => {
    const model = testModel({ heldBytes: 3 * GIB, countedBytes: GIB })
    expect(attribute(testReading({ usedBytes: 2 * GIB }), [model])).toEqual({ otherBytes: GIB, warning: null })
  })

  it('takes all a model holds where the counted part is unknown', () => {
    expect(attribute(testReading({ usedBytes: 4 * GIB }), [testModel()]).otherBytes).toBe(3 * GIB)
  })

  it('says unknown, not 0, when models hold far more than is used: part of it must be cache', () => {
    const model = testModel({ heldBytes: 10 * GIB })
    expect(attribute(testReading({ usedBytes: 4 * GIB }), [model])).toEqual({ otherBytes: null, warning: null })
  })

  it('says unknown when one model is unknown, or the machine is', () => {
    expect(attribute(testReading(), [testModel(), testModel({ heldBytes: null })]).otherBytes).toBeNull()
    expect(attribute(testReading({ usedBytes: null }), []).otherBytes).toBeNull()
  })

  it('beside a card takes only the part outside the card from RAM', () => {
    const machine = testReading({ usedBytes: 4 * GIB, gpus: [testGpu()] })
    expect(attribute(machine, [testModel({ heldBytes: 9 * GIB, gpuBytes: 8 * GIB })]).otherBytes).toBe(3 * GIB)
    expect(attribute(machine, [testModel({ heldBytes: 9 * GIB, gpuBytes: null })]).otherBytes).toBeNull()
  })

  it('on unified memory takes the whole model from RAM once, GPU part included', () => {
    const machine = testReading({ usedBytes: 10 * GIB, gpus: [testGpu({ kind: 'unified', usedBytes: 9 * GIB })] })
    expect(attribute(machine, [testModel({ heldBytes: 8 * GIB, gpuBytes: 8 * GIB })]).otherBytes).toBe(2 * GIB)
  })

  it('is never negative, and never more than what is used', () => {
    const amount = fc.option(fc.integer({ min: 0, max: 2 ** 45 }))
    const models = fc.array(
      fc.record({ heldBytes: amount, gpuBytes: amount, countedBytes: amount }).map((bytes) => testModel(bytes)),
      { maxLength: 5 }
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * GIB }), models, fc.boolean(), (usedBytes, list, hasCard) => {
        const { otherBytes } = attribute(testReading({ usedBytes, gpus: hasCard ? [testGpu()] : [] }), list)
        if (otherBytes === null) return
        expect(otherBytes).toBeGreaterThanOrEqual(0)
        expect(otherBytes).toBeLessThanOrEqual(usedBytes)
      })
    )
  })
})
