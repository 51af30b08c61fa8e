import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdicts, type Fit } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { judgeFit, judgeLoad, type FitInput } from './fit.ts'
import { needOf, residentOf, sampleOf } from './fitRig.ts'
import type { Resident } from './resident.ts'

/** Small numbers stand for gigabytes here: a token of context is a byte. */
const input = (
  change: Partial<FitInput> & { weights?: number; context?: number; plusMinus?: number } = {}
): FitInput => {
  const { weights = 1_000, context = 4_096, plusMinus = 0, ...rest } = change
  const shape = { weightsBytes: weights, bytesPerToken: 1, plusMinusBytes: plusMinus }
  return {
    need: needOf(shape, context),
    needAt: (length) => needOf(shape, length),
    maxContextLength: 131_072,
    residents: [],
    replaced: null,
    sample: sampleOf({ limitBytes: 12_000, reserveBytes: 2_000 }),
    usesCards: true,
    countToFree: 0,
    ...rest
  }
}
const names = ({ unload }: Fit): string[] => unload.map(({ name }) => name)

describe('a verdict', () => {
  it('fits up to the last byte of the room, and not one more', () => {
    expect(judgeFit(input({ weights: 5_904 }))).toMatchObject({
      verdict: 'fits',
      sum: { roomBytes: 10_000, overBytes: 0 }
    })
    expect(judgeFit(input({ weights: 5_905 })).sum.overBytes).toBe(1)
    expect(judgeFit(input({ weights: 5_905 })).verdict).not.toBe('fits')
  })

  it('names the model that must go, and the shorter context beside it', () => {
    const residents = [residentOf('idle', { heldBytes: 5_000 })]
    expect(judgeFit(input({ weights: 2_000, residents }))).toMatchObject({
      verdict: 'fits_if_unloaded',
      unload: [{ hostId: 'h', name: 'idle' }],
      fittingContextLength: 2_816,
      isAllowed: true,
      sum: { heldBytes: 5_000, roomBytes: 5_000, overBytes: 1_096, limitedBy: 'budget' }
    })
  })

  it('offers the longest context that fits, in steps of 256', () => {
    expect(judgeFit(input({ weights: 4_000, context: 8_192 }))).toMatchObject({
      verdict: 'fits_with_context',
      fittingContextLength: 5_888,
      isAllowed: false
    })
  })

  it('offers no context that nobody could use', () => {
    expect(judgeFit(input({ weights: 8_000, context: 8_192 }))).toMatchObject({
      verdict: 'does_not_fit',
      fittingContextLength: null
    })
    // A model that was trained for less may have all of that.
    expect(judgeFit(input({ weights: 9_400, context: 1_024, maxContextLength: 512 }))).toMatchObject({
      verdict: 'fits_with_context',
      fittingContextLength: 512
    })
  })

  it('is unknown, and allows everything, without a need or a budget', () => {
    for (const change of [{ need: null }, { sample: null }]) {
      expect(judgeFit(input({ weights: 90_000, ...change }))).toMatchObject({ verdict: 'unknown', isAllowed: true })
    }
  })
})

describe('what is refused', () => {
  it('is only what is beyond the budget by more than its own uncertainty', () => {
    const plusMinus = 500
    expect(judgeFit(input({ weights: 6_404, plusMinus, maxContextLength: 4_096 })).isAllowed).toBe(true)
    expect(judgeFit(input({ weights: 6_405, plusMinus })).isAllowed).toBe(false)
  })

  it('is nothing for the sake of other programs: their memory is theirs to give', () => {
    const sample = sampleOf({ totalBytes: 16_000, otherBytes: 13_000, limitBytes: 12_000, reserveBytes: 2_000 })
    expect(judgeFit(input({ weights: 2_000, context: 2_048, sample }))).toMatchObject({
      verdict: 'does_not_fit',
      isAllowed: true,
      sum: { freeBytes: 3_000, roomBytes: 3_000, overBytes: 1_048, limitedBy: 'other_programs' }
    })
  })

  it('costs nobody for the sake of other programs as an old sample saw them: that was then', () => {
    const residents = [residentOf('idle', { heldBytes: 1_000 })]
    const sample = sampleOf({ totalBytes: 16_000, otherBytes: 10_500, limitBytes: 12_000, reserveBytes: 2_000 })
    expect(judgeFit(input({ residents, sample })).verdict).toBe('fits_if_unloaded')
    const old = judgeFit(input({ residents, sample: { ...sample, isStale: true } }))
    expect(old).toMatchObject({ verdict: 'fits', unload: [], sum: { freeBytes: null, limitedBy: 'budget' } })
  })

  it('says whether waiting or unpinning would help', () => {
    const busy = residentOf('busy', { heldBytes: 6_000, isBusy: true })
    const pinned = residentOf('pinned', { heldBytes: 6_000, isPinned: true })
    expect(judgeLoad(input({ weights: 2_000, residents: [busy] })).memoryBlockedBy).toBe('busy')
    expect(judgeLoad(input({ weights: 2_000, residents: [pinned] })).memoryBlockedBy).toBe('pinned')
    expect(judgeLoad(input({ weights: 9_000, residents: [pinned] })).memoryBlockedBy).toBe('too_big')
  })

  it('would unload all that may go when it is insisted on', () => {
    const residents = [
      residentOf('new', { heldBytes: 1_000, lastUsedAt: 9 }),
      residentOf('old', { heldBytes: 1_000, lastUsedAt: 1 }),
      residentOf('pinned', { heldBytes: 1_000, isPinned: true })
    ]
    expect(names(judgeFit(input({ weights: 9_000, residents })))).toEqual(['old', 'new'])
  })
})

describe('residents', () => {
  it('that are still loading count with all they will hold', () => {
    const loading = residentOf('loading', { isLoading: true, isBusy: true, heldBytes: 1_000, needBytes: 6_000 })
    expect(judgeFit(input({ residents: [loading] })).sum).toMatchObject({ heldBytes: 6_000, overBytes: 1_096 })
    expect(judgeFit(input({ residents: [{ ...loading, heldBytes: 7_000 }] })).sum.heldBytes).toBe(7_000)
  })

  it('that are still loading do not count twice: what nobody attributes to them yet looks like other programs', () => {
    const loading = residentOf('loading', { isLoading: true, isBusy: true, needBytes: 4_000 })
    const idle = residentOf('idle', { heldBytes: 1_000 })
    // Of the 9,000 that other programs seem to use, up to 4,000 are the loading model.
    const sample = sampleOf({ totalBytes: 16_000, otherBytes: 9_000, limitBytes: 12_000, reserveBytes: 2_000 })
    const judge = (one: Resident): Fit => judgeFit(input({ context: 2_000, residents: [one, idle], sample }))
    expect(judge(loading)).toMatchObject({
      verdict: 'fits',
      unload: [],
      sum: { heldBytes: 5_000, roomBytes: 5_000, freeBytes: null, limitedBy: 'budget' }
    })
    const itsOwn = judgeFit(input({ weights: 2_000, context: 2_000, replaced: loading, residents: [idle], sample }))
    expect(itsOwn).toMatchObject({ verdict: 'fits', sum: { replacedBytes: 4_000, freeBytes: null } })
    expect(judge({ ...loading, heldBytes: 100 }).sum.freeBytes).toBe(2_000)
    expect(judge({ ...loading, needBytes: null }).sum.freeBytes).toBe(6_000)
    expect(judge({ ...loading, isLocal: false }).sum.freeBytes).toBe(6_000)
  })

  it('that are leaving count as gone: a load waits for them', () => {
    const leaving = residentOf('leaving', { isLeaving: true, isBusy: true, heldBytes: 9_000 })
    expect(judgeFit(input({ residents: [leaving] })).verdict).toBe('fits')
  })

  it('of another machine hold nothing of this one, and count only by number', () => {
    const remote = residentOf('remote', { isLocal: false, heldBytes: 9_000 })
    expect(judgeFit(input({ residents: [remote] }))).toMatchObject({ verdict: 'fits', unload: [] })
    expect(names(judgeFit(input({ residents: [remote], countToFree: 1 })))).toEqual(['remote'])
  })

  it('that are replaced are subtracted: the same model with a longer context needs only the difference', () => {
    const replaced = residentOf('self', { heldBytes: 9_000 })
    expect(judgeFit(input({ weights: 5_000, replaced }))).toMatchObject({
      verdict: 'fits',
      sum: { heldBytes: 0, replacedBytes: 9_000 }
    })
  })

  it('of which one goes for their number leave the verdict alone', () => {
    const residents = [
      residentOf('a', { heldBytes: 10, lastUsedAt: 2 }),
      residentOf('b', { heldBytes: 99, lastUsedAt: 1 })
    ]
    const judgement = judgeLoad(input({ residents, countToFree: 1 }))
    expect(judgement).toMatchObject({ fit: { verdict: 'fits' }, isByMemory: false, countBlockedBy: null })
    expect(names(judgement.fit)).toEqual(['b'])
  })
})

describe('a graphics card', () => {
  const withCard = (usedBytes: number | null): MemorySample =>
    sampleOf({ limitBytes: 20_000, reserveBytes: 4_000, card: { limitBytes: 8_000, reserveBytes: 500, usedBytes } })

  it('holds what fits it; the rest lies in RAM beside it, and is said', () => {
    expect(judgeFit(input({ sample: withCard(0) }))).toMatchObject({ verdict: 'fits', spilledBytes: 0 })
    expect(judgeFit(input({ weights: 9_000, sample: withCard(0) }))).toMatchObject({
      verdict: 'fits_partly',
      spilledBytes: 5_596,
      isAllowed: true
    })
    expect(judgeFit(input({ weights: 30_000, sample: withCard(0) }))).toMatchObject({
      verdict: 'does_not_fit',
      isAllowed: false
    })
  })

  it('says what spills also where a shorter context would do without', () => {
    expect(judgeFit(input({ weights: 5_000, sample: withCard(0) }))).toMatchObject({
      verdict: 'fits_with_context',
      fittingContextLength: 2_304,
      spilledBytes: 1_596,
      isAllowed: true
    })
  })

  it('counts what other programs use of it, and the part of a model that lies on it', () => {
    const split = residentOf('split', { heldBytes: 6_000, gpuBytes: 2_000 })
    const models = [
      {
        id: split.id,
        heldBytes: 6_000,
        gpuBytes: 2_000,
        countedBytes: 0,
        quality: 'measured' as const,
        source: '',
        pid: null
      }
    ]
    const sample = { ...withCard(3_000), models }
    expect(judgeFit(input({ sample, residents: [split] })).sum).toMatchObject({
      heldBytes: 2_000,
      freeBytes: 5_000,
      roomBytes: 5_000,
      limitedBy: 'other_programs'
    })
  })

  it('does not matter to a host that computes without one', () => {
    const onCard = residentOf('card', { heldBytes: 7_000, gpuBytes: 7_000 })
    const sum = { limitBytes: 20_000, heldBytes: 0, roomBytes: 16_000 }
    expect(
      judgeFit(input({ weights: 9_000, sample: withCard(7_000), residents: [onCard], usesCards: false }))
    ).toMatchObject({ verdict: 'fits', sum })
  })

  it('that tells nothing leaves the budget alone to decide', () => {
    expect(judgeFit(input({ sample: withCard(null) })).sum).toMatchObject({
      freeBytes: null,
      roomBytes: 7_500,
      limitedBy: 'budget'
    })
  })
})

const held = fc.option(fc.nat(6_000), { nil: null })
const rarely = fc.constantFrom(false, false, false, true)
const residents = fc
  .array(
    fc.record({
      heldBytes: held,
      gpuShare: fc.option(fc.constantFrom(0, 0.5, 1), { nil: null }),
      needBytes: held,
      isPinned: rarely,
      isBusy: rarely,
      isLoading: rarely,
      isLeaving: rarely,
      isLocal: fc.constantFrom(true, true, true, false),
      usesCards: fc.boolean(),
      lastUsedAt: fc.option(fc.nat(9), { nil: null }),
      reloadMs: fc.option(fc.nat(9), { nil: null })
    }),
    { maxLength: 7 }
  )
  .map((all) =>
    all.map(({ gpuShare, ...one }, index): Resident => {
      const isBusy = one.isBusy || one.isLoading || one.isLeaving
      const gpuBytes = gpuShare === null || one.heldBytes === null ? null : Math.floor(one.heldBytes * gpuShare)
      return residentOf(`m${index}`, { ...one, isBusy, gpuBytes })
    })
  )
const samples = fc
  .record({
    limitBytes: fc.integer({ min: 2_000, max: 20_000 }),
    reserveBytes: fc.nat(4_000),
    totalBytes: fc.integer({ min: 10_000, max: 30_000 }),
    otherBytes: fc.option(fc.nat(12_000), { nil: null }),
    card: fc.option(
      fc.record({
        limitBytes: fc.nat(10_000),
        reserveBytes: fc.nat(500),
        usedBytes: fc.option(fc.nat(9_000), { nil: null })
      }),
      { nil: undefined }
    )
  })
  .map(({ card, ...rest }) => sampleOf(card ? { ...rest, card } : rest))
/** Also a need that is not larger everywhere for a longer context, as with one learned length among estimated ones. */
const inputs = fc
  .record({
    weights: fc.nat(8_000),
    context: fc.integer({ min: 4, max: 9_000 }),
    learnedAt: fc.option(fc.constantFrom(2_048, 4_096, 8_192), { nil: null }),
    plusMinusBytes: fc.nat(800),
    maxContextLength: fc.option(fc.constantFrom(512, 2_048, 8_000, 40_960), { nil: null }),
    residents,
    replaced: fc.option(fc.record({ heldBytes: held, gpuBytes: fc.constant(null) }), { nil: null }),
    sample: samples,
    usesCards: fc.boolean(),
    countToFree: fc.integer({ min: -2, max: 2 })
  })
  .map(({ weights, context, learnedAt, plusMinusBytes, replaced, ...rest }): FitInput => {
    const needAt = (length: number) =>
      needOf({ weightsBytes: length === learnedAt ? weights + 900 : weights, bytesPerToken: 1, plusMinusBytes }, length)
    return { ...rest, need: needAt(context), needAt, replaced: replaced && residentOf('self', replaced) }
  })
const without = (from: FitInput, { unload }: Fit): FitInput => {
  const gone = new Set(unload.map(modelKey))
  return {
    ...from,
    countToFree: from.countToFree - gone.size,
    residents: from.residents.filter(({ key }) => !gone.has(key))
  }
}

describe('in 5,000 random machines', () => {
  const always = (claim: (given: FitInput, fit: Fit) => void): void => {
    fc.assert(
      fc.property(inputs, (given) => {
        claim(given, judgeFit(given))
      }),
      { numRuns: 5_000 }
    )
  }

  it('every verdict occurs: a claim about cases that never come would always hold', () => {
    const seen = fc.sample(inputs, 4_000).map((given) => judgeFit(given).verdict)
    for (const verdict of verdicts.filter((one) => one !== 'unknown')) {
      expect(seen.filter((one) => one === verdict).length).toBeGreaterThan(10)
    }
  })

  it('the sum agrees with the verdict', () =>
    always(({ need }, { verdict, sum }) => {
      const [needBytes, room] = [need?.bytes ?? 0, sum.roomBytes ?? 0]
      expect(verdict === 'fits').toBe(needBytes <= room)
      expect(sum.overBytes).toBe(Math.max(0, needBytes - room))
      const byBudget = Math.max(0, (sum.budgetBytes ?? 0) - sum.heldBytes)
      expect(room).toBe(Math.min(byBudget, sum.freeBytes ?? Infinity))
      for (const bytes of Object.values(sum)) if (typeof bytes === 'number') expect(bytes).toBeGreaterThanOrEqual(0)
    }))

  it('nobody pinned, busy or on its way out is ever named', () =>
    always(({ residents }, { unload }) => {
      for (const id of unload) {
        const named = residents.find(({ key }) => key === modelKey(id))
        expect(named).toMatchObject({ isPinned: false, isBusy: false, isLeaving: false })
      }
    }))

  it('what is named makes room, for the bytes and for the number', () =>
    always((given, fit) => {
      if (fit.verdict !== 'fits_if_unloaded' && fit.verdict !== 'fits_partly') return
      const after = judgeLoad(without(given, fit))
      expect(after.fit.unload).toEqual([])
      expect(after.fit.verdict).toBe(fit.verdict === 'fits_partly' ? after.fit.verdict : 'fits')
      expect(['fits', 'fits_partly', 'fits_with_context']).toContain(after.fit.verdict)
      expect(after.fit.spilledBytes).toBe(fit.spilledBytes)
    }))

  it('the shorter context fits, is useful, and one step more does not', () =>
    always((given, { fittingContextLength: shorter, sum, verdict }) => {
      if (shorter === null) return expect(verdict).not.toBe('fits_with_context')
      const { need, needAt, maxContextLength } = given
      const room = sum.roomBytes ?? 0
      expect(needAt(shorter)?.bytes).toBeLessThanOrEqual(room)
      expect(shorter).toBeGreaterThanOrEqual(Math.min(2_048, maxContextLength ?? 2_048))
      expect(shorter).toBeLessThan(need?.contextLength ?? 0)
      const next = shorter + 256
      if (next < Math.min(need?.contextLength ?? 0, maxContextLength ?? Infinity)) {
        expect(needAt(next)?.bytes).toBeGreaterThan(room)
      }
    }))

  it('a load that is not allowed is beyond the budget, whatever other programs use', () =>
    always((given, fit) => {
      const roomy = { ...given.sample, otherBytes: null, gpus: [] } as MemorySample
      expect(judgeFit({ ...given, sample: roomy }).isAllowed).toBe(fit.isAllowed)
      if (!fit.isAllowed) expect(fit.verdict).not.toMatch(/^fits$|unloaded/)
    }))

  it('a load that is insisted on leaves nobody behind who would make it fit better', () =>
    always((given, fit) => {
      const isSplit = !given.usesCards && given.sample?.pools[0]?.kind === 'card'
      if (fit.isAllowed || isSplit) return
      for (const one of without(given, fit).residents) {
        const mayGo = one.isLocal && !one.isPinned && !one.isBusy
        expect(mayGo && (one.heldBytes ?? one.needBytes) !== 0).toBe(false)
      }
    }))
})
