import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextSteps, stepOf } from './contextSteps.ts'

describe('contextSteps', () => {
  it('has every power of two and the maximum, and three stops between', () => {
    const steps = contextSteps(40_960)
    for (const tokens of [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 40_960]) expect(steps).toContain(tokens)
    expect(steps.slice(-5)).toEqual([20_480, 24_576, 28_672, 32_768, 40_960])
  })

  it('is one stop for a model that takes no more: nothing to slide', () => {
    expect(contextSteps(512)).toEqual([512])
    expect(contextSteps(77)).toEqual([77])
  })

  it('has the length that is in force, however odd: the handle must not lie about it', () => {
    const steps = contextSteps(40_960, [5_000, null, 99_999])
    expect(steps).toContain(5_000)
    expect(steps).not.toContain(99_999)
    expect(steps[stepOf(steps, 5_000)]).toBe(5_000)
  })

  it('ascends in multiples of 256, few enough to drag over, for any maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 16_777_216 }), (max) => {
        const steps = contextSteps(max)
        expect(steps.at(-1)).toBe(max)
        expect(steps.slice(0, -1).every((step, index) => step % 256 === 0 && step < (steps[index + 1] ?? 0))).toBe(true)
        expect(steps.length).toBeLessThanOrEqual(62)
      })
    )
  })

  it('finds the place of a length between two stops: never above it', () => {
    const steps = contextSteps(8_192)
    expect(steps[stepOf(steps, 4_999)]).toBe(4_096)
    expect(stepOf(steps, 1)).toBe(0)
    expect(steps[stepOf(steps, 99_999)]).toBe(8_192)
  })
})
