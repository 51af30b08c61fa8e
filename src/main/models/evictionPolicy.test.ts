import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planEviction, type Evictable, type Shortage } from './evictionPolicy.ts'

const someone = (change: Partial<Evictable>): Evictable => ({
  key: 'a',
  heldBytes: 1,
  isPinned: false,
  isKept: false,
  isBusy: false,
  lastUsedAt: 1,
  reloadMs: 1,
  ...change
})

/** Few values, so that sets often tie in bytes and in cost. */
const residents = (maxLength: number, held: fc.Arbitrary<number | null> = fc.nat(12)) =>
  fc.uniqueArray(
    fc.record({
      key: fc.string({ minLength: 1, maxLength: 4 }),
      heldBytes: held,
      isPinned: fc.boolean(),
      isKept: fc.boolean(),
      isBusy: fc.boolean(),
      lastUsedAt: fc.option(fc.nat(6)),
      reloadMs: fc.option(fc.nat(4))
    }),
    { selector: ({ key }) => key, maxLength }
  )
const shortages = fc.record({ bytes: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: -2, max: 4 }) })

const isFree = ({ isPinned, isBusy }: Evictable): boolean => !isPinned && !isBusy
const sum = (all: readonly Evictable[], value: (one: Evictable) => number): number =>
  all.reduce((total, one) => total + value(one), 0)
const held = (all: readonly Evictable[]): number => sum(all, ({ heldBytes }) => heldBytes ?? 0)
const reaches = (all: readonly Evictable[], { bytes, count }: Shortage): boolean =>
  all.length >= count && held(all) >= bytes

/** What may go, the kept ones only where the others do not suffice. */
function candidates(all: readonly Evictable[], wanted: Shortage): Evictable[] {
  const free = all.filter(isFree)
  const unkept = free.filter(({ isKept }) => !isKept)
  return reaches(unkept, wanted) ? unkept : free
}

/** Every subset of what may go, by trying: the fewest bytes, then the cheapest to load again, then the one unused for longest. */
function bestByTrying(
  all: readonly Evictable[],
  wanted: Shortage
): [bytes: number, cost: number, usedAt: number] | null {
  const free = candidates(all, wanted)
  const dearest = Math.max(0, ...free.map(({ reloadMs }) => reloadMs ?? 0))
  let best: [number, number, number] | null = null
  for (let mask = 0; mask < 2 ** free.length; mask++) {
    const set = free.filter((_, index) => mask & (1 << index))
    if (!reaches(set, wanted)) continue
    const value = valueOf(set, dearest)
    if (best === null || isLess(value, best)) best = value
  }
  return best
}

function valueOf(set: readonly Evictable[], dearest: number): [number, number, number] {
  return [
    held(set),
    sum(set, ({ reloadMs }) => reloadMs ?? dearest),
    Math.max(0, ...set.map((one) => one.lastUsedAt ?? 0))
  ]
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index])
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0)
}

/** The smallest sum of some of `sizes` that is at least `bytes`. */
function fewestReaching(sizes: readonly number[], bytes: number): number {
  const sums = new Set([0])
  for (const size of sizes) for (const one of [...sums]) sums.add(one + size)
  return Math.min(...[...sums].filter((one) => one >= bytes))
}

describe('by bytes', () => {
  it('equals trying every set, in 10,000 random cases, and never names a busy or a pinned model', () => {
    let plans = 0
    fc.assert(
      fc.property(residents(8), shortages, (all, wanted) => {
        const plan = planEviction(all, wanted)
        const best = bestByTrying(all, wanted)
        expect(plan.ok).toBe(best !== null)
        if (!plan.ok) return
        plans += 1
        const gone = all.filter(({ key }) => plan.evict.includes(key))
        expect(gone).toHaveLength(plan.evict.length)
        expect(gone.every(isFree)).toBe(true)
        const dearest = Math.max(0, ...candidates(all, wanted).map(({ reloadMs }) => reloadMs ?? 0))
        expect(valueOf(gone, dearest)).toEqual(best)
      }),
      { numRuns: 10_000 }
    )
    // The cases must not all be hopeless ones.
    expect(plans).toBeGreaterThan(1_000)
  })

  it('takes nobody who is not needed', () => {
    fc.assert(
      fc.property(residents(8), shortages, (all, wanted) => {
        const plan = planEviction(all, wanted)
        if (!plan.ok) return
        const gone = all.filter(({ key }) => plan.evict.includes(key))
        for (const one of gone)
          expect(
            reaches(
              gone.filter((other) => other !== one),
              wanted
            )
          ).toBe(false)
      }),
      { numRuns: 2_000 }
    )
  })

  it('is exact with 20 models, quickly', () => {
    const all = Array.from({ length: 20 }, (_, index) =>
      someone({ key: `m${index}`, heldBytes: 1_000_003 * (index + 3) + 7_919 * ((index * 37) % 101) })
    )
    const wanted = { bytes: 41_234_567, count: 0 }
    const startedAt = performance.now()
    const plan = planEviction(all, wanted)
    const tookMs = performance.now() - startedAt
    let best = Infinity
    for (let mask = 0; mask < 2 ** 20; mask++) {
      let bytes = 0
      for (let index = 0; index < 20; index++) if (mask & (1 << index)) bytes += all[index]?.heldBytes ?? 0
      if (bytes >= wanted.bytes && bytes < best) best = bytes
    }
    expect(plan.ok && held(all.filter(({ key }) => plan.evict.includes(key)))).toBe(best)
    expect(tookMs).toBeLessThan(100)
  })

  it('beyond 20 models still suffices, names nobody busy or pinned, and frees at most twice the fewest bytes', () => {
    const many = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.boolean()), { minLength: 21, maxLength: 64 })
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 20_000 }), (sizes, bytes) => {
        const all = sizes.map(([heldBytes, isBusy], index) => someone({ key: `m${index}`, heldBytes, isBusy }))
        const plan = planEviction(all, { bytes, count: 0 })
        const free = all.filter(isFree)
        expect(plan.ok).toBe(held(free) >= bytes)
        if (!plan.ok) return
        const gone = all.filter(({ key }) => plan.evict.includes(key))
        expect(gone.every(isFree)).toBe(true)
        expect(held(gone)).toBeGreaterThanOrEqual(bytes)
        expect(held(gone)).toBeLessThanOrEqual(
          2 *
            fewestReaching(
              free.map((one) => one.heldBytes ?? 0),
              bytes
            )
        )
      }),
      { numRuns: 300 }
    )
  })

  it('prefers the smaller one to the older one: an hour unused is no reason to free 40 GB for 1 GB', () => {
    const old = someone({ key: 'old', heldBytes: 40, lastUsedAt: 1 })
    const small = someone({ key: 'small', heldBytes: 2, lastUsedAt: 9 })
    expect(planEviction([old, small], { bytes: 1, count: 0 })).toEqual({ ok: true, evict: ['small'] })
  })

  it('names them in the order of their last use', () => {
    const all = [3, 1, 2].map((lastUsedAt) => someone({ key: `m${lastUsedAt}`, lastUsedAt }))
    expect(planEviction(all, { bytes: 3, count: 0 })).toEqual({ ok: true, evict: ['m1', 'm2', 'm3'] })
  })
})

describe('who holds nobody knows how much', () => {
  const known = someone({ key: 'known', heldBytes: 5 })
  const unknown = someone({ key: 'unknown', heldBytes: null, lastUsedAt: null })

  it('is not counted on: its bytes might be none', () => {
    expect(planEviction([unknown], { bytes: 1, count: 0 })).toEqual({ ok: false, blockedBy: 'too_big' })
    expect(planEviction([unknown, known], { bytes: 6, count: 0 })).toEqual({ ok: false, blockedBy: 'too_big' })
  })

  it('does not pass for 0 bytes: it goes only where the count cannot be had without it', () => {
    const other = someone({ key: 'other', heldBytes: 4 })
    expect(planEviction([unknown, known, other], { bytes: 1, count: 2 })).toEqual({
      ok: true,
      evict: ['known', 'other']
    })
    expect(planEviction([unknown, known], { bytes: 1, count: 2 })).toEqual({ ok: true, evict: ['unknown', 'known'] })
  })

  it('is never the cause of an error or of a wrong sum', () => {
    fc.assert(
      fc.property(residents(8, fc.option(fc.nat(12))), shortages, (all, wanted) => {
        const plan = planEviction(all, wanted)
        expect(plan.ok).toBe(reaches(all.filter(isFree), wanted))
        if (plan.ok)
          expect(
            reaches(
              all.filter(({ key }) => plan.evict.includes(key)),
              wanted
            )
          ).toBe(true)
      }),
      { numRuns: 2_000 }
    )
  })
})

describe('what the schedule keeps', () => {
  const kept = someone({ key: 'kept', heldBytes: 4, isKept: true, lastUsedAt: 1 })
  const large = someone({ key: 'large', heldBytes: 9, lastUsedAt: 2 })
  const small = someone({ key: 'small', heldBytes: 2, lastUsedAt: 3 })

  it('stays, though fewer bytes would go with it', () => {
    expect(planEviction([kept, large, small], { bytes: 3, count: 0 })).toEqual({ ok: true, evict: ['large'] })
    expect(planEviction([kept, large, small], { bytes: 0, count: 1 })).toEqual({ ok: true, evict: ['large'] })
  })

  it('goes where nothing else is enough, last: until then a load may have become smaller, or been cancelled', () => {
    expect(planEviction([kept, large, small], { bytes: 14, count: 0 })).toEqual({
      ok: true,
      evict: ['large', 'small', 'kept']
    })
    expect(planEviction([kept, small], { bytes: 4, count: 0 })).toEqual({ ok: true, evict: ['kept'] })
  })

  it('does not go where it is busy or pinned as well', () => {
    expect(planEviction([{ ...kept, isPinned: true }], { bytes: 1, count: 0 }).ok).toBe(false)
    expect(planEviction([{ ...kept, isBusy: true }], { bytes: 1, count: 0 }).ok).toBe(false)
  })
})

describe('by number alone', () => {
  it('takes the least recently used, exactly as many as are too many', () => {
    fc.assert(
      fc.property(residents(8), fc.integer({ min: -2, max: 6 }), (all, count) => {
        const plan = planEviction(all, { bytes: 0, count })
        const free = all.filter(isFree)
        const excess = Math.max(0, count)
        expect(plan.ok).toBe(free.length >= excess)
        if (!plan.ok) return
        expect(plan.evict).toHaveLength(excess)
        const gone = free.filter(({ key }) => plan.evict.includes(key))
        expect(gone).toHaveLength(excess)
        // The schedule's go after every other, however long ago they were used.
        const rank = (one: Evictable): number => (one.isKept ? 100 : 0) + (one.lastUsedAt ?? 0)
        const latestGone = Math.max(-1, ...gone.map(rank))
        for (const kept of free.filter((one) => !gone.includes(one)))
          expect(rank(kept)).toBeGreaterThanOrEqual(latestGone)
      })
    )
  })
})

describe('a refusal', () => {
  const pinned = someone({ key: 'pinned', heldBytes: 4, isPinned: true })
  const busy = someone({ key: 'busy', heldBytes: 3, isBusy: true })
  const idle = someone({ key: 'idle', heldBytes: 2 })

  it.each<[string, number, number]>([
    ['busy', 5, 0],
    ['pinned', 6, 0],
    ['too_big', 10, 0],
    ['busy', 0, 2],
    ['pinned', 0, 3],
    ['too_big', 0, 4]
  ])('says what is in the way: %s for %i bytes and %i models', (blockedBy, bytes, count) => {
    expect(planEviction([pinned, busy, idle], { bytes, count })).toEqual({ ok: false, blockedBy })
  })

  it('does not promise that waiting helps where the one that answers is pinned, too', () => {
    expect(planEviction([{ ...pinned, isBusy: true }], { bytes: 0, count: 1 })).toEqual({
      ok: false,
      blockedBy: 'pinned'
    })
  })
})
