import { describe, expect, it } from 'vitest'
import type { MemorySample } from '../../../../shared/memory.ts'
import { stripValues } from './stripValues.ts'
import { testPoint } from './testPoint.ts'

const points = [
  testPoint(0, { gpuLoadPercent: 99, pressure: 'critical', swapUsedBytes: 9 }),
  testPoint(10, { gpuLoadPercent: 20, pressure: 'warn', swapUsedBytes: 3 }),
  testPoint(20, { gpuLoadPercent: null, pressure: 'normal', swapUsedBytes: null })
]
const sample = {
  gpus: [{ loadPercent: 74 }, { loadPercent: null }],
  pressure: 'normal',
  swapUsedBytes: 1
} as MemorySample

describe('stripValues', () => {
  it('is what is now while live, not what was at the edge of the picture', () => {
    expect(stripValues(points, { fromAt: 0, toAt: 20 }, sample, true)).toEqual({
      gpuLoadPercent: 74,
      pressure: 'normal',
      swapUsedBytes: 1,
      hasGpu: true
    })
  })

  it('is the most of the time shown where the picture stands still, and of no other time', () => {
    expect(stripValues(points, { fromAt: 5, toAt: 20 }, sample, false)).toEqual({
      gpuLoadPercent: 20,
      pressure: 'warn',
      swapUsedBytes: 3,
      hasGpu: true
    })
  })

  it('is unknown where nothing was told: no 0 % of a GPU that has no counters', () => {
    expect(stripValues([testPoint(0)], { fromAt: 0, toAt: 1 }, null, false)).toEqual({
      gpuLoadPercent: null,
      pressure: null,
      swapUsedBytes: null,
      hasGpu: false
    })
  })
})
