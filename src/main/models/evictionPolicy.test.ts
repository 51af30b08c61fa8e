import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planEviction, type Resident } from './evictionPolicy.ts'

const residents = fc.uniqueArray(
  fc.record({
    key: fc.string({ minLength: 1, maxLength: 6 }),
    isPinned: fc.boolean(),
    isBusy: fc.boolean(),
    lastUsedAt: fc.option(fc.nat(100))
  }),
  { selector: ({ key }) => key, maxLength: 8 }
)

describe('planEviction', () => {
  it('never names a pinned or a busy model, frees exactly enough, and takes the least recently used', () => {
    fc.assert(
      fc.property(residents, fc.integer({ min: 1, max: 6 }), (all, limit) => {
        const plan = planEviction(all, limit)
        const free = all.filter(({ isPinned, isBusy }) => !isPinned && !isBusy)
        const excess = Math.max(0, all.length + 1 - limit)
        expect(plan.ok).toBe(free.length >= excess)
        if (!plan.ok) return
        expect(plan.evict).toHaveLength(excess)
        const gone = free.filter(({ key }) => plan.evict.includes(key))
        expect(gone).toHaveLength(excess)
        const used = (resident: Resident): number => resident.lastUsedAt ?? 0
        const latestGone = Math.max(-1, ...gone.map(used))
        for (const kept of free.filter((resident) => !gone.includes(resident)))
          expect(used(kept)).toBeGreaterThanOrEqual(latestGone)
      })
    )
  })

  it('says whether waiting could help', () => {
    const pinned = { key: 'a', isPinned: true, isBusy: false, lastUsedAt: 1 }
    expect(planEviction([pinned], 1)).toEqual({ ok: false, blockedBy: 'pinned' })
    expect(planEviction([{ ...pinned, isBusy: true }], 1)).toEqual({ ok: false, blockedBy: 'busy' })
  })
})
