import { describe, expect, it } from 'vitest'
import { sparkPath } from './sparkPath.ts'

const frame = { fromAt: 0, toAt: 100, top: 10, width: 200, height: 20 }

describe('sparkPath', () => {
  it('draws zero at the bottom and the top value at the top', () => {
    expect(
      sparkPath(
        [
          { at: 0, value: 0 },
          { at: 100, value: 10 }
        ],
        [],
        frame
      )
    ).toBe('M0.0 20.0L200.0 0.0')
  })

  it('lifts the pen over unknown values and over gaps', () => {
    const points = [
      { at: 0, value: 5 },
      { at: 25, value: null },
      { at: 50, value: 5 },
      { at: 75, value: 5 }
    ]
    expect(sparkPath(points, [false, false, false, true], frame)).toBe('M0.0 10.0M100.0 10.0M150.0 10.0')
  })

  it('draws nothing rather than NaN when the scale is unknown', () => {
    expect(sparkPath([{ at: 0, value: 5 }], [], { ...frame, top: 0 })).toBe('')
  })
})
