/** A place that is lost in the heap is a rule that is never looked at again. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSoonest } from './soonest.ts'

it('always names the earliest, whatever was set before', () => {
  const changes = fc.array(fc.tuple(fc.nat(30), fc.oneof(fc.nat(1_000), fc.constantFrom(-Infinity, Infinity))))
  fc.assert(
    fc.property(changes, (all) => {
      const soonest = createSoonest()
      const plain = new Map<number, number>()
      expect(soonest.first()).toBeNull()
      for (const [place, at] of all) {
        soonest.set(place, at)
        plain.set(place, at)
        const first = soonest.first()
        expect(first?.at).toBe(Math.min(...plain.values()))
        expect(plain.get(first?.place ?? -1)).toBe(first?.at)
      }
      soonest.clear()
      expect(soonest.first()).toBeNull()
    })
  )
})
