/** A wrong lesson would be believed before everything else: only real measurements may become one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needPartKinds } from '../../shared/need.ts'
import { qualities } from '../../shared/model.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { measuredParts } from './measuredParts.ts'

const facts = { weightsBytes: 1_000 }

describe('what a load teaches', () => {
  it('its engine’s own buffers, one part of each kind, and the overhead that no buffer has', () => {
    const loaded = loadedModel('a', {
      heldBytes: 7,
      pid: 5,
      allocated: [
        { kind: 'weights', bytes: 600 },
        { kind: 'weights', bytes: 300 },
        { kind: 'context', bytes: 100 }
      ]
    })
    expect(measuredParts(loaded, facts, 50)).toEqual([
      { kind: 'weights', bytes: 900 },
      { kind: 'context', bytes: 100 },
      { kind: 'overhead', bytes: 50 }
    ])
  })

  it('the total alone where a server tells no more', () => {
    expect(measuredParts(loadedModel('a', { heldQuality: 'reported' }), facts, 50)).toEqual([
      { kind: 'weights', bytes: 1_100 }
    ])
  })

  it.each([
    ['an estimate of an old server', { heldQuality: 'estimated' as const }],
    ['resident memory, which grows with use', { pid: 4 }],
    ['the size of the file, told for want of a better', { heldBytes: 1_000, heldQuality: 'reported' as const }],
    ['a name that shares another one’s engine', { heldBytes: 0, heldQuality: 'reported' as const }],
    ['nothing', { heldBytes: null }],
    ['more than any machine has', { heldBytes: 2 ** 51 }],
    ['buffers of nothing', { allocated: [{ kind: 'weights' as const, bytes: 0 }] }],
    ['negative buffers', { allocated: [{ kind: 'weights' as const, bytes: -5 }] }]
  ])('not %s', (_, change) => {
    expect(measuredParts(loadedModel('a', change), facts, 50)).toBeNull()
  })

  it('whatever a provider says, a sum of whole bytes or nothing', () => {
    const bytes = fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger())
    const loaded = fc.record({
      heldBytes: fc.option(bytes),
      heldQuality: fc.constantFrom(...qualities),
      pid: fc.option(fc.nat()),
      allocated: fc.option(fc.array(fc.record({ kind: fc.constantFrom(...needPartKinds), bytes }), { maxLength: 5 }))
    })
    fc.assert(
      fc.property(loaded, (change) => {
        const parts = measuredParts(loadedModel('a', change), facts, 50)
        if (parts === null) return
        const total = parts.reduce((sum, part) => sum + part.bytes, 0)
        expect(Number.isSafeInteger(total)).toBe(true)
        expect(total).toBeGreaterThan(0)
      })
    )
  })
})
