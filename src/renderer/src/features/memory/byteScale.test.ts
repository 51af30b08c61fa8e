import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteScale, roundTop } from './byteScale.ts'

describe('the byte axis', () => {
  it.each([
    [34_359_738_368, ['8', '16', '24', '32 GB']],
    [17_179_869_184, ['4', '8', '12', '16 GB']],
    [25_200_000_000, ['8', '16', '24 GB']],
    [68_719_476_736, ['16', '32', '48', '64 GB']],
    [60_000_000, ['20', '40', '60 MB']],
    [1_200_000_000, ['0.5', '1 GB']]
  ])('of %d bytes has round ticks and names its unit once', (top, labels) => {
    const { ticks, label } = byteScale(top)
    expect(ticks.map((tick) => label(tick).replace('\u00a0', ' ').trim())).toEqual(labels)
  })

  it('puts units under units and tens under tens', () => {
    const { ticks, label } = byteScale(34_359_738_368)
    expect(ticks.map(label)).toEqual(['\u20078', '16', '24', '32\u00a0GB'])
  })

  it('has no ticks rather than endless ones when nothing is held', () => {
    expect(byteScale(0).ticks).toEqual([])
  })

  it('has at most five ticks, all inside, for any height; a rounded height holds what it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (top) => {
        const { ticks } = byteScale(top)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks.at(-1) ?? 0).toBeLessThanOrEqual(top * 1.000001)
        expect(roundTop(top)).toBeGreaterThanOrEqual(top)
      })
    )
  })
})
