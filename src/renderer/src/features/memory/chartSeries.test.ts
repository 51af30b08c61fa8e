import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { downsample } from '../../../../main/memory/downsample.ts'
import { chartSeries, maxRows } from './chartSeries.ts'
import { testHole, testPoint } from './testPoint.ts'
import { stackHeight } from './thinPoints.ts'

const gigabyte = 1_000_000_000

function point(at: number, held: Record<string, number> = {}, otherBytes: number | null = 4 * gigabyte): MemoryPoint {
  return testPoint(at, { held, otherBytes })
}

function series(points: MemoryPoint[], fromAt: number, toAt: number): ReturnType<typeof chartSeries> {
  return chartSeries(points, fromAt, toAt)
}

describe('chartSeries', () => {
  it('gives every model a column whose name is no path, whatever the model is called', () => {
    const { columns, rows } = series([point(0, { 'ollama/llama3.1:8b': 6, 'box[1]/a.b': 2 })], 0, 1_000)
    expect(columns.map((column) => column.modelKey)).toEqual(['box[1]/a.b', 'ollama/llama3.1:8b'])
    for (const { dataKey } of columns) expect(dataKey).toMatch(/^[a-z0-9]+$/)
    expect(columns.map(({ dataKey }) => rows[0]?.[dataKey])).toEqual([2, 6])
  })

  it('stacks by name, so that nobody changes place when the first points leave the range', () => {
    const points = [point(0, { 'a/z': 1 }), point(1_000, { 'a/z': 1, 'b/a': 1, 'a/a': 1 }), point(2_000, { 'a/m': 1 })]
    expect(series(points, 0, 2_000).columns.map(({ modelKey }) => modelKey)).toEqual(['a/a', 'b/a', 'a/m', 'a/z'])
    expect(series(points, 1_500, 2_000).columns.map(({ modelKey }) => modelKey)).toEqual(['a/a', 'b/a', 'a/m', 'a/z'])
  })

  it('draws a model that is not loaded at zero, and unknown other programs not at all', () => {
    const { columns, rows } = series([point(0, {}, null), point(1_000, { 'a/b': 5 })], 0, 1_000)
    expect(rows[0]).toMatchObject({ other: null, [columns[0]?.dataKey ?? '']: 0 })
  })

  it('breaks every series over a gap instead of drawing a line nobody measured', () => {
    const at = (s: number): MemoryPoint => point(s * 1_000, { 'a/b': 5 })
    const { rows } = series([...[0, 1, 2, 3].map(at), testHole(3_001), ...[60, 61, 62].map(at)], 0, 62_000)
    expect(rows).toHaveLength(8)
    expect(rows[4]).toMatchObject({ at: 31_500, other: null, used: null, peak: null, model0: null })
  })

  it('keeps the peak of one second in an hour', () => {
    const points = Array.from({ length: 3_600 }, (_, s) =>
      point(s * 1_000, s === 1_777 ? { 'a/b': 20 * gigabyte } : {})
    )
    const { rows } = series(points, 0, 3_600_000)
    expect(rows.length).toBeLessThanOrEqual(maxRows)
    expect(rows.some((row) => row['model0'] === 20 * gigabyte && row.at === 1_777_000)).toBe(true)
  })

  it('keeps the peak of a small model that never makes the total high', () => {
    const points = Array.from({ length: 3_600 }, (_, s) =>
      point(s * 1_000, { 'a/big': s % 7 === 0 ? 9 : 5, ...(s === 1_001 ? { 'a/small': 2 } : {}) }, 0)
    )
    const { rows, columns } = series(points, 0, 3_600_000)
    const small = columns.find((column) => column.modelKey === 'a/small')?.dataKey ?? ''
    expect(Math.max(...rows.map((row) => row[small] ?? 0))).toBe(2)
  })

  it('does not lose a gap that lies between two points that were not kept', () => {
    const before = Array.from({ length: 1_000 }, (_, s) => point(s * 1_000))
    const after = Array.from({ length: 1_000 }, (_, s) => point(1_300_000 + s * 1_000))
    const { rows } = series([...before, testHole(999_001), ...after], 0, 2_300_000)
    expect(rows.filter((row) => row.other === null)).toHaveLength(1)
  })

  it('draws no gap into an hour that the core thinned to few points, whatever the range, and keeps a real one', () => {
    const hour = Array.from({ length: 3_600 }, (_, s) => point(s * 1_000, { 'a/b': 5 }, (s * 7_919) % 997))
    for (const rangeMs of [300_000, 900_000, 3_600_000]) {
      const toAt = 3_599_000
      const thinned = (points: MemoryPoint[]): MemoryPoint[] =>
        downsample(
          points.map((each) => ({ point: each, sampledMs: each.usedBytes === null ? 0 : 1_000, unknown: [] })),
          6_000
        )
      const nulls = (points: MemoryPoint[]): number =>
        series(thinned(points), toAt - rangeMs, toAt).rows.filter((row) => row.other === null).length
      expect(nulls(hour)).toBe(0)
      expect(nulls([...hour.slice(0, 3_400), testHole(3_399_001), ...hour.slice(3_460)])).toBe(1)
    }
  })

  it('keeps one point before the range, so that the area starts at the edge', () => {
    const { rows } = series([point(0), point(1_000), point(2_000), point(3_000)], 1_500, 3_000)
    expect(rows.map((row) => row.at)).toEqual([1_000, 2_000, 3_000])
  })

  it('keeps one point after the range, so that a zoomed area reaches the right edge', () => {
    const { rows } = series([point(0), point(60_000), point(120_000), point(180_000)], 70_000, 100_000)
    expect(rows.map((row) => row.at)).toEqual([60_000, 120_000])
  })

  it('keeps the minute of a month in which memory was highest for a second, and how high', () => {
    const points = Array.from({ length: 600 }, (_, index) => ({
      ...point(index * 4_320_000, { 'a/b': 5 * gigabyte }),
      spanMs: 4_320_000,
      usedBytes: 9 * gigabyte,
      usedMaxBytes: index === 333 ? 30 * gigabyte : 9 * gigabyte,
      heldMaxBytes: index === 333 ? 26 * gigabyte : 5 * gigabyte
    }))
    const { rows, hasPeaks } = series(points, 0, 600 * 4_320_000)
    expect(hasPeaks).toBe(true)
    expect(Math.max(...rows.map((row) => row.peak ?? 0))).toBe(30 * gigabyte)
    expect(Math.max(...rows.map((row) => row.heldPeak ?? 0))).toBe(26 * gigabyte)
  })

  it('stands the peak on the stack where mapped weights are not counted as used: it never lies under its own mean', () => {
    const mapped = { ...point(0, { 'a/b': 5 * gigabyte }), spanMs: 60_000, usedBytes: 4 * gigabyte }
    const { rows } = series([{ ...mapped, usedMaxBytes: 6 * gigabyte }], 0, 1_000)
    expect(rows[0]).toMatchObject({ other: 4 * gigabyte, model0: 5 * gigabyte, peak: 11 * gigabyte })
  })

  it('draws no peaks of samples, each of which is its own', () => {
    expect(series([point(0), point(1_000)], 0, 1_000)).toMatchObject({ hasPeaks: false })
  })

  it('stands a mean in the middle of its time: an hour of means would else lie half an hour early', () => {
    const { rows } = series([{ ...point(0), spanMs: 1_000 }, point(2_000)], 0, 2_000)
    expect(rows.map((row) => row.at)).toEqual([500, 2_000])
  })

  it('never exceeds its rows, never invents a number, and stays in order, for any points at all', () => {
    const anyPoint = fc.record({
      at: fc.nat(3_600_000),
      other: fc.option(fc.nat(64), { nil: null }),
      held: fc.dictionary(fc.constantFrom('a/x', 'a/y.z', 'b/x', 'b/[0]'), fc.nat(64))
    })
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 1_500, size: 'max' }), (raw) => {
        const points = raw.map(({ at, other, held }) => point(at, held, other))
        const { rows, columns } = series(points, 0, 3_600_000)
        expect(rows.length).toBeLessThanOrEqual(maxRows)
        const times = rows.map((row) => row.at)
        expect(times).toEqual([...times].sort((a, b) => a - b))
        const heights = rows.map((row) =>
          columns.reduce((sum, { dataKey }) => sum + (row[dataKey] ?? 0), row.other ?? 0)
        )
        expect(Math.max(0, ...heights)).toBe(Math.max(0, ...points.map(stackHeight)))
        for (const { dataKey, modelKey } of columns) {
          const drawn = Math.max(0, ...rows.map((row) => row[dataKey] ?? 0))
          expect(drawn).toBe(Math.max(0, ...points.map((p) => p.held[modelKey] ?? 0)))
        }
      }),
      { numRuns: 60 }
    )
  })
})
