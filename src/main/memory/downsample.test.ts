/** Would catch: a peak averaged away, points out of order, a hole drawn over or invented, a graph that changes as time moves on. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHole } from '../../shared/memoryPoint.ts'
import { downsample, withHoles } from './downsample.ts'
import { holeRow, rowAt, rowsInTime } from './historyRig.ts'

const step = fc.integer({ min: 1_000, max: 120_000 })
const highest = (values: (number | null)[]): number => Math.max(-1, ...values.map((value) => value ?? -1))

describe('downsample', () => {
  it('gives one point or hole per step, in order, each at the start of its step', () => {
    fc.assert(
      fc.property(rowsInTime, step, (rows, stepMs) => {
        const points = downsample(rows, stepMs)
        const steps = points.map(({ at }) => at / stepMs)
        expect(steps.every(Number.isInteger)).toBe(true)
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
        const first = (rows[0]?.point.at ?? 0) / stepMs
        const last = (rows.at(-1)?.point.at ?? 0) / stepMs
        expect(points.length).toBeLessThanOrEqual(Math.floor(last) - Math.floor(first) + 1)
      })
    )
  })

  it('never loses the highest, the lowest, or the most that models held', () => {
    fc.assert(
      fc.property(rowsInTime, step, (rows, stepMs) => {
        const before = rows.map(({ point }) => point)
        const points = downsample(rows, stepMs)
        expect(highest(points.map((point) => point.usedMaxBytes))).toBe(
          highest(before.map((point) => point.usedMaxBytes))
        )
        expect(highest(points.map((point) => point.heldMaxBytes))).toBe(
          highest(before.map((point) => point.heldMaxBytes))
        )
        const lowest = (list: typeof points): number =>
          Math.min(2 ** 50, ...list.map((point) => point.usedMinBytes ?? 2 ** 50))
        expect(lowest(points)).toBe(lowest(before))
      })
    )
  })

  it('says of a step the same however much of the range before it is asked for', () => {
    fc.assert(
      fc.property(rowsInTime, step, fc.nat({ max: 100 }), (rows, stepMs, count) => {
        const from = Math.ceil((rows[count]?.point.at ?? 0) / stepMs) * stepMs
        const later = downsample(
          rows.filter(({ point }) => point.at >= from),
          stepMs
        )
        const all = downsample(rows, stepMs).filter(({ at }) => at >= from)
        // But a hole that opens a range: there the line begins after it.
        expect(later.filter((point) => !isHole(point))).toEqual(all.filter((point) => !isHole(point)))
        expect(all).toEqual(expect.arrayContaining(later))
      })
    )
  })

  it('keeps a hole that leaves a step empty, and draws none between samples that came slowly', () => {
    const rows = [rowAt(0), rowAt(5_000), rowAt(10_000), holeRow(10_001), rowAt(31_000)]
    const points = downsample(rows, 2_000)
    expect(points.map(({ at }) => at)).toEqual([0, 4_000, 10_000, 12_000, 30_000])
    expect(points.map(isHole)).toEqual([false, false, false, true, false])
  })

  it('ends in a hole only where a whole step of it has begun', () => {
    expect(downsample([rowAt(1_000), holeRow(1_001)], 2_000)).toHaveLength(1)
    expect(downsample([rowAt(1_999), holeRow(2_000)], 2_000).map(isHole)).toEqual([false, true])
    expect(downsample([holeRow(0), rowAt(9_000)], 2_000)).toHaveLength(1)
  })
})

describe('withHoles', () => {
  it('puts a hole where a minute is missing, and none where it follows', () => {
    const rows = [0, 1, 4].map((minute) => rowAt(minute * 60_000, { spanMs: 60_000 }))
    expect(withHoles(rows).map(({ point }) => [point.at / 60_000, isHole(point)])).toEqual([
      [0, false],
      [1, false],
      [2, true],
      [4, false]
    ])
  })
})
