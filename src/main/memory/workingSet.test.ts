/** Would catch: a Mac promised more than its system gives the GPU, between the sizes that are known too. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateWorkingSet } from './workingSet.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20

describe('estimateWorkingSet', () => {
  it.each([
    [8, '25.3.0', 5461],
    [16, '25.0.0', 12_124],
    [18, '25.3.0', 13_640],
    [24, '26.0.0', 18_186],
    [32, '25.3.0', 25_559],
    [36, '25.3.0', 28_754],
    [48, '26.0.0', 38_338],
    [64, '25.3.0', 53_084],
    [128, '25.3.0', 110_100],
    [256, '25.3.0', 228_065],
    [512, '25.3.0', 475_136],
    [16, '24.6.0', 10_923],
    [32, '23.0.0', 21_845],
    [96, '24.0.0', 73_728]
  ])('is within 1 %% of what %i GB with Darwin %s was seen to have', (totalGib, release, mib) => {
    const share = estimateWorkingSet(totalGib * GIB, release) / (mib * MIB)
    expect(share).toBeGreaterThan(0.99)
    expect(share).toBeLessThan(1.01)
  })

  it('of a 16 GB Mac with a current system is 12 124 MiB, and of an 8 GB one not a byte over what it has', () => {
    expect(estimateWorkingSet(16 * GIB, '25.0.0')).toBe(12_124 * MIB)
    expect(estimateWorkingSet(8 * GIB, '25.0.0')).toBe(5_461 * MIB)
  })

  it('between two known sizes is not over the share of the smaller, and an unknown version counts as old', () => {
    expect(estimateWorkingSet(96 * GIB, '25.0.0')).toBe(Math.floor(96 * 1024 * 0.81) * MIB)
    expect(estimateWorkingSet(16 * GIB, '')).toBe(estimateWorkingSet(16 * GIB, '24.0.0'))
  })

  it('never exceeds the memory, and grows with it', () => {
    const size = fc.integer({ min: 0, max: 2 ** 40 })
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [small, large] = [
          estimateWorkingSet(Math.min(a, b), '25.0.0'),
          estimateWorkingSet(Math.max(a, b), '25.0.0')
        ]
        expect(small).toBeLessThanOrEqual(large)
        expect(large).toBeLessThanOrEqual(Math.max(a, b))
      })
    )
  })
})
