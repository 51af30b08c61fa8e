import { describe, expect, it } from 'vitest'
import { timeAt } from './plotFrame.ts'

describe('timeAt', () => {
  const span = { fromAt: 1_000, toAt: 2_000 }

  it('is the left edge of the plot at the end of the byte axis, not at the edge of the chart', () => {
    expect(timeAt(42, 150, span)).toBe(1_000)
    expect(timeAt(92, 150, span)).toBe(1_500)
    expect(timeAt(142, 150, span)).toBe(2_000)
  })

  it('stays inside the span when the pointer leaves the chart, and in a chart without width', () => {
    expect(timeAt(-50, 150, span)).toBe(1_000)
    expect(timeAt(900, 150, span)).toBe(2_000)
    expect(timeAt(0, 0, span)).toBe(1_000)
  })
})
