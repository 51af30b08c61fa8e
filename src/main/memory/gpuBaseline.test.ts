/** Would catch: the desktop's graphics memory shown as a model's, and a loading model taken for the desktop. */
import { describe, expect, it } from 'vitest'
import { learnBaseline, lessBaseline, type GpuBaseline } from './gpuBaseline.ts'
import { GIB, testGpu } from './testReadings.ts'

const gpu = testGpu({ kind: 'unified', totalBytes: 18 * GIB, usedBytes: 10 * GIB })
const minute = 60_000

describe('GPU baseline', () => {
  it('takes the desktop off what is allocated', () => {
    expect(lessBaseline(gpu, learnBaseline([], 0, 2 * GIB, false)).usedBytes).toBe(8 * GIB)
  })

  it('says unknown while no moment without models was seen', () => {
    expect(lessBaseline(gpu, learnBaseline([], 0, 2 * GIB, true)).usedBytes).toBeNull()
    expect(lessBaseline(gpu, learnBaseline([], 0, 2 * GIB, null)).usedBytes).toBeNull()
  })

  it('is not raised by a model that allocates for a minute before it is listed', () => {
    let baseline: GpuBaseline = []
    for (const [at, bytes] of [
      [0, 2],
      [30, 4],
      [60, 7],
      [90, 9]
    ] as const)
      baseline = learnBaseline(baseline, at * 1000, bytes * GIB, false)
    expect(lessBaseline(gpu, baseline).usedBytes).toBe(8 * GIB)
  })

  it('follows a desktop that grows', () => {
    let baseline: GpuBaseline = []
    for (let at = 0; at < 20; at++) baseline = learnBaseline(baseline, at * minute, at < 10 ? 2 * GIB : 3 * GIB, false)
    expect(lessBaseline(gpu, baseline).usedBytes).toBe(7 * GIB)
  })

  it('says unknown rather than more than the GPU may hold, and never a negative amount', () => {
    expect(lessBaseline({ ...gpu, usedBytes: 30 * GIB }, learnBaseline([], 0, GIB, false)).usedBytes).toBeNull()
    expect(lessBaseline({ ...gpu, usedBytes: GIB }, learnBaseline([], 0, 2 * GIB, false)).usedBytes).toBe(0)
  })
})
