import { describe, expect, it } from 'vitest'
import { chartHeight } from './chartHeight.ts'
import { chartSeries } from './chartSeries.ts'
import { testPoint } from './testPoint.ts'

const gigabyte = 1e9
const series = chartSeries(
  [0, 1, 2].map((s) => testPoint(s * 1_000, { held: { 'a/b': 0.46 * gigabyte }, otherBytes: 9 * gigabyte })),
  0,
  2_000
)

describe('chartHeight', () => {
  it('is the whole machine while other programs are shown, so that the chart does not jump', () => {
    expect(chartHeight(series, { isOtherShown: true, totalBytes: 34 * gigabyte })).toBe(34 * gigabyte)
  })

  it('never cuts off what was measured, even when it is more than the machine has', () => {
    expect(chartHeight(series, { isOtherShown: true, totalBytes: 4 * gigabyte })).toBeCloseTo(9.46 * gigabyte, -3)
  })

  it('lets a small model fill the chart when other programs are left out', () => {
    expect(chartHeight(series, { isOtherShown: false, totalBytes: 34 * gigabyte })).toBe(0.6 * gigabyte)
  })

  it('is above zero when nothing is held', () => {
    expect(chartHeight({ rows: [], columns: [] }, { isOtherShown: false, totalBytes: null })).toBeGreaterThan(0)
  })
})
