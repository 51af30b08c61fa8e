/** Would catch: an averaged-away memory peak, points out of order, more points than a chart can draw, a drawn-over hole. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemoryPoint } from '../../shared/memory.ts'
import { downsample } from './downsample.ts'

const amount = fc.integer({ min: 0, max: 2 ** 40 })
const points: fc.Arbitrary<MemoryPoint[]> = fc
  .array(
    fc.record({
      usedBytes: fc.option(amount),
      heldMaxBytes: fc.constant(null),
      otherBytes: fc.constant(null),
      swapUsedBytes: fc.constant(null),
      gpuLoadPercent: fc.option(fc.integer({ min: 0, max: 100 })),
      pressure: fc.constant(null),
      held: fc.dictionary(fc.constantFrom('a/x', 'b/y'), amount)
    }),
    { maxLength: 400 }
  )
  .map((list) =>
    list.map((point, index) => ({
      at: index * 1000,
      spanMs: 0,
      usedMinBytes: point.usedBytes,
      usedMaxBytes: point.usedBytes,
      ...point
    }))
  )
const limit = fc.integer({ min: 2, max: 120 })

const held = (point: MemoryPoint): number => Object.values(point.held).reduce((sum, bytes) => sum + bytes, 0)

describe('downsample', () => {
  it('gives at most maxPoints, each one of the given, in order, with both ends', () => {
    fc.assert(
      fc.property(points, limit, (all, maxPoints) => {
        const thin = downsample(all, maxPoints)
        expect(thin.length).toBeLessThanOrEqual(maxPoints)
        expect(thin.every((point) => all.includes(point))).toBe(true)
        expect(thin.map((point) => point.at)).toEqual([...new Set(thin.map((point) => point.at))].sort((a, b) => a - b))
        expect(thin[0]).toBe(all[0])
        expect(thin.at(-1)).toBe(all.at(-1))
      })
    )
  })

  it('keeps the highest used memory, and with room for both also what models held', () => {
    fc.assert(
      fc.property(points, limit, (all, maxPoints) => {
        fc.pre(maxPoints >= 4)
        const thin = downsample(all, maxPoints)
        const peak = (list: MemoryPoint[]): number => Math.max(-1, ...list.map((point) => point.usedBytes ?? -1))
        const heldPeak = (list: MemoryPoint[]): number => Math.max(-1, ...list.map(held))
        expect(peak(thin)).toBe(peak(all))
        expect(heldPeak(thin)).toBe(heldPeak(all))
      })
    )
  })

  it('keeps a hole, a dip and a burst of GPU load when an hour is drawn in 600 points', () => {
    const hour: MemoryPoint[] = Array.from({ length: 3600 }, (_, second) => ({
      at: second * 1000,
      spanMs: 0,
      usedMinBytes: null,
      usedMaxBytes: null,
      heldMaxBytes: null,
      usedBytes: second === 1800 ? null : second === 2000 ? 1 : 1_000 + (second % 7),
      otherBytes: null,
      swapUsedBytes: null,
      gpuLoadPercent: second === 900 ? 99 : 1,
      pressure: null,
      held: {}
    }))
    const thin = downsample(hour, 600)
    expect(thin.length).toBeLessThanOrEqual(600)
    expect(thin.length).toBeGreaterThan(200)
    expect(thin.some((point) => point.usedBytes === null)).toBe(true)
    expect(thin.some((point) => point.usedBytes === 1)).toBe(true)
    expect(thin.some((point) => point.gpuLoadPercent === 99)).toBe(true)
  })
})
