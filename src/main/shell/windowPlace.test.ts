// A window restored to a display that is gone cannot be reached; one restored from a broken file must not keep the app from starting.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choosePlace } from './windowPlace.ts'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 }
const saved = { x: 100, y: 100, width: 1000, height: 700, isMaximized: false }

test('a window comes back to where it was', () => {
  expect(choosePlace(saved, [laptop])).toEqual(saved)
  expect(choosePlace({ ...saved, x: 2000, isMaximized: true }, [laptop, monitor])).toEqual({
    ...saved,
    x: 2000,
    isMaximized: true
  })
})

test.each([
  ['its display is gone', { ...saved, x: 2000 }],
  ['its top edge is above the display', { ...saved, y: -5 }],
  ['only a sliver is left', { ...saved, x: 1400 }]
])('%s: its size stays, its place does not', (_, place) => {
  expect(choosePlace(place, [laptop])).toEqual({ width: 1000, height: 700, isMaximized: false })
})

test('a window larger than its display is cut to it', () => {
  expect(choosePlace({ ...saved, width: 5000, height: 5000 }, [laptop])).toMatchObject({ width: 1440, height: 875 })
})

test('whatever the file says, a window of a usable size comes out', () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constant(null))
  const like = fc.record({ x: number, y: number, width: number, height: number, isMaximized: fc.boolean() })
  fc.assert(
    fc.property(fc.oneof(fc.anything(), like), (file) => {
      const place = choosePlace(file, [laptop, monitor])
      expect(place.width).toBeGreaterThanOrEqual(640)
      expect(place.width).toBeLessThanOrEqual(2560)
      expect(place.height).toBeGreaterThanOrEqual(480)
      expect(place.height).toBeLessThanOrEqual(1440)
    })
  )
})
