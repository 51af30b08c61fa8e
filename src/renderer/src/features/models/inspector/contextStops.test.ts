/** Would catch: a slider that cannot be set to the default or to the most, or that offers what the model was never trained for. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contextStops, stopAt } from './contextStops.ts'

test('powers of two up to the most, with the usual one among them', () => {
  expect(contextStops(40_960, 16_384)).toEqual([512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 40_960])
  expect(contextStops(2_048, 1_500)).toEqual([512, 1_024, 1_500, 2_048])
  expect(contextStops(384, null)).toEqual([384])
})

test('ascending, each once, and every stop is found at its own place', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 24 }),
      fc.option(fc.integer({ min: 1, max: 2 ** 24 })),
      (most, usual) => {
        const stops = contextStops(most, usual)
        expect(stops).toEqual([...new Set(stops)].sort((a, b) => a - b))
        expect(stops).toContain(most)
        if (usual !== null) expect(stops).toContain(usual)
        stops.forEach((stop, index) => expect(stopAt(stops, stop)).toBe(index))
      }
    )
  )
})
