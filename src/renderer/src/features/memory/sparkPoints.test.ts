import { describe, expect, it } from 'vitest'
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { sparkPoints } from './sparkPoints.ts'
import { testHole, testPoint } from './testPoint.ts'

const point = (at: number, gpuLoadPercent: number | null): MemoryPoint => testPoint(at, { gpuLoadPercent })
const load = (each: MemoryPoint): number | null => each.gpuLoadPercent

describe('sparkPoints', () => {
  it('keeps the one busy second of an hour and draws few points', () => {
    const points = Array.from({ length: 3_600 }, (_, s) => point(s * 1_000, s === 1_234 ? 97 : 3))
    const spark = sparkPoints(points, load, 0, 3_600_000)
    expect(spark.points.length).toBeLessThanOrEqual(121)
    expect(Math.max(...spark.points.map(({ value }) => value ?? 0))).toBe(97)
  })

  it('keeps unknown as unknown, and marks where sampling stopped', () => {
    const before = [0, 1, 2, 3].map((s) => point(s * 1_000, null))
    const after = [100, 101].map((s) => point(s * 1_000, null))
    const spark = sparkPoints([...before, testHole(3_001), ...after], load, 0, 120_000)
    expect(spark.points.every(({ value }) => value === null)).toBe(true)
    expect(spark.breaks.filter(Boolean)).toHaveLength(1)
  })
})
