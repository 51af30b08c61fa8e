import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdicts, type Advice } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { judgeFit } from './fit.ts'
import { needOf, residentOf, sampleOf } from './fitRig.ts'
import type { Resident } from './resident.ts'
import { judgeWhatIf, type Selected } from './whatIf.ts'

/** Small numbers stand for gigabytes here: a token of context is a byte. */
function selected(name: string, weightsBytes: number, contextLength = 4_096, change: Partial<Selected> = {}): Selected {
  const id = { hostId: 'h', name }
  const needAt = (length: number) => needOf({ weightsBytes, bytesPerToken: 1 }, length)
  const need = needAt(contextLength)
  return { id, key: modelKey(id), contextLength, maxContextLength: 32_768, need, needAt, usesCards: true, ...change }
}
const machine = sampleOf({ limitBytes: 22_000, reserveBytes: 2_000 })
const named = (ids: readonly { name: string }[]): string[] => ids.map(({ name }) => name)
const words = ({ unload, leaveOut, contexts }: Advice) => ({
  unload: named(unload),
  leaveOut: named(leaveOut),
  contexts: contexts.map(({ id, contextLength }) => `${id.name} ${contextLength}`)
})

describe('several models together', () => {
  it('fit when their needs, all of them, have room beside what is loaded', () => {
    const idle = residentOf('idle', { heldBytes: 5_000 })
    const whatIf = judgeWhatIf([selected('a', 2_000), selected('b', 3_000)], [idle], machine)
    expect(whatIf).toMatchObject({
      verdict: 'fits',
      totalBytes: 13_192,
      otherLoadedBytes: 5_000,
      unload: [],
      advice: []
    })
    expect(whatIf.sum).toMatchObject({ heldBytes: 5_000, roomBytes: 15_000, overBytes: 0 })
  })

  it('count once when they are loaded, with the context that is asked for', () => {
    const a = residentOf('a', { heldBytes: 9_000 })
    const whatIf = judgeWhatIf([selected('a', 2_000, 16_000)], [a], machine)
    expect(whatIf).toMatchObject({ verdict: 'fits', totalBytes: 18_000, otherLoadedBytes: 0 })
    expect(whatIf.sum).toMatchObject({ heldBytes: 0, replacedBytes: 9_000 })
  })

  it('say how long each context could be with the others as they are', () => {
    const { models } = judgeWhatIf([selected('a', 2_000), selected('b', 3_000)], [], machine)
    expect(models.map(({ largestContextLength }) => largestContextLength)).toEqual([10_752, 10_752])
  })

  it('promise nothing where a need is unknown, but still tell what is too much already', () => {
    const unknown = selected('u', 0, 4_096, { need: null })
    expect(judgeWhatIf([selected('a', 2_000), unknown], [], machine)).toMatchObject({
      verdict: 'unknown',
      hasUnknown: true,
      totalBytes: 6_096,
      advice: [],
      models: [{ largestContextLength: null }, { largestContextLength: null, need: null, contextLength: 4_096 }]
    })
    expect(judgeWhatIf([selected('a', 30_000), unknown], [], machine)).toMatchObject({
      verdict: 'does_not_fit',
      advice: []
    })
  })

  it('are nothing at all when nothing is selected', () => {
    expect(judgeWhatIf([], [], machine)).toMatchObject({ verdict: 'fits', totalBytes: 0, models: [], advice: [] })
    expect(judgeWhatIf([], [], null)).toMatchObject({ verdict: 'unknown' })
  })

  it('lie partly in RAM beside a card; a host without cards needs none of it', () => {
    const card = { limitBytes: 8_000, reserveBytes: 0, usedBytes: 0 }
    const sample = sampleOf({ limitBytes: 30_000, reserveBytes: 0, card })
    const onCpu = selected('cpu', 10_000, 4_096, { usesCards: false })
    const onCard = selected('card', 2_000)
    expect(judgeWhatIf([onCpu, onCard], [], sample)).toMatchObject({ verdict: 'fits', spilledBytes: 0 })
    const tooLarge = selected('large', 9_000, 2_048)
    expect(judgeWhatIf([onCpu, tooLarge], [], sample)).toMatchObject({ verdict: 'fits_partly', spilledBytes: 3_048 })
    expect(judgeWhatIf([onCpu, selected('huge', 23_000, 2_048)], [], sample)).toMatchObject({ verdict: 'does_not_fit' })
  })
})

describe('advice', () => {
  it('is, the gentlest first: unload, shorten all contexts alike, leave one out', () => {
    const idle = residentOf('idle', { heldBytes: 5_000 })
    const whatIf = judgeWhatIf([selected('a', 2_000, 8_192), selected('b', 3_000, 4_096)], [idle], machine)
    expect(whatIf).toMatchObject({ verdict: 'fits_if_unloaded', unload: [{ name: 'idle' }] })
    expect(whatIf.advice.map(words)).toEqual([
      { unload: ['idle'], leaveOut: [], contexts: [] },
      { unload: [], leaveOut: [], contexts: ['a 6656', 'b 3328'] },
      { unload: [], leaveOut: ['b'], contexts: [] }
    ])
  })

  it('leaves out the smallest that suffices, and unloads it where it is loaded', () => {
    const loaded = residentOf('middle', { heldBytes: 9_000 })
    const all = [selected('small', 1_000), selected('middle', 8_000), selected('large', 9_000)]
    expect(judgeWhatIf(all, [loaded], machine).advice.map(words).at(-1)).toEqual({
      unload: ['middle'],
      leaveOut: ['middle'],
      contexts: []
    })
    // It is pinned: leaving it out would free nothing.
    expect(words(judgeWhatIf(all, [{ ...loaded, isPinned: true }], machine).advice.at(-1) as Advice).leaveOut).toEqual([
      'large'
    ])
  })

  it('does both where neither is enough, and leaves out several where it takes several', () => {
    const idle = residentOf('idle', { heldBytes: 15_000 })
    expect(judgeWhatIf([selected('a', 9_000, 32_768)], [idle], machine).advice.map(words)).toEqual([
      { unload: ['idle'], leaveOut: [], contexts: ['a 10752'] }
    ])
    const four = ['a', 'b', 'c', 'd'].map((name) => selected(name, 12_000))
    expect(words(judgeWhatIf(four, [], machine).advice.at(-1) as Advice).leaveOut).toHaveLength(3)
  })

  it('never says to leave out the only one', () => {
    expect(judgeWhatIf([selected('a', 90_000)], [], machine).advice).toEqual([])
  })
})

const residents = fc
  .array(
    fc.record({
      heldBytes: fc.option(fc.nat(5_000), { nil: null }),
      gpuBytes: fc.constantFrom(null, 0),
      isPinned: fc.constantFrom(false, false, true),
      isBusy: fc.constantFrom(false, false, true),
      isLeaving: fc.constantFrom(false, false, false, true),
      isLocal: fc.constantFrom(true, true, false),
      lastUsedAt: fc.option(fc.nat(9), { nil: null })
    }),
    { maxLength: 6 }
  )
  .map((all) => all.map((one, index) => residentOf(`m${index}`, { ...one, isBusy: one.isBusy || one.isLeaving })))
const selections = fc
  .array(
    fc.record({
      weights: fc.nat(6_000),
      context: fc.integer({ min: 4, max: 12_000 }),
      max: fc.option(fc.constantFrom(512, 2_048, 8_000, 40_960), { nil: null }),
      usesCards: fc.constantFrom(true, true, false)
    }),
    { minLength: 1, maxLength: 5 }
  )
  // Some of them are loaded.
  .map((all) =>
    all.map(({ weights, context, max, usesCards }, index) =>
      selected(`m${index * 2}`, weights, context, { maxContextLength: max, usesCards })
    )
  )
const samples = fc
  .record({
    limitBytes: fc.integer({ min: 4_000, max: 25_000 }),
    reserveBytes: fc.nat(3_000),
    totalBytes: fc.integer({ min: 15_000, max: 30_000 }),
    otherBytes: fc.option(fc.nat(12_000), { nil: null }),
    cardBytes: fc.option(fc.nat(12_000), { nil: null })
  })
  .map(({ cardBytes, ...rest }) =>
    sampleOf(
      cardBytes === null ? rest : { ...rest, card: { limitBytes: cardBytes, reserveBytes: 200, usedBytes: null } }
    )
  )

function follow(advice: Advice, selection: readonly Selected[], all: readonly Resident[]): [Selected[], Resident[]] {
  const [gone, out] = [advice.unload, advice.leaveOut].map((ids) => new Set(ids.map(modelKey)))
  const contexts = new Map(advice.contexts.map(({ id, contextLength }) => [modelKey(id), contextLength]))
  return [
    selection.flatMap((model) => {
      const contextLength = contexts.get(model.key) ?? model.contextLength ?? 0
      return out?.has(model.key) ? [] : [{ ...model, contextLength, need: model.needAt(contextLength) }]
    }),
    all.filter(({ key }) => !gone?.has(key))
  ]
}

describe('in 3,000 random selections', () => {
  const always = (claim: (selection: Selected[], all: Resident[], sample: MemorySample) => void): void => {
    fc.assert(
      fc.property(selections, residents, samples, (selection, all, sample) => {
        claim(selection, all, sample)
      }),
      { numRuns: 3_000 }
    )
  }

  it('all advice, followed, makes it fit, and touches nobody pinned or busy', () => {
    let followed = 0
    always((selection, all, sample) => {
      for (const advice of judgeWhatIf(selection, all, sample).advice) {
        followed += 1
        const [rest, left] = follow(advice, selection, all)
        expect(judgeWhatIf(rest, left, sample).verdict).toBe('fits')
        expect(rest.length).toBeGreaterThan(0)
        for (const id of advice.unload) {
          expect(all.find(({ key }) => key === modelKey(id))).toMatchObject({ isPinned: false, isBusy: false })
        }
        const shortened = selection.filter(({ key }) => advice.contexts.some(({ id }) => modelKey(id) === key))
        for (const { need } of shortened) expect(need?.contextLength).toBeGreaterThan(512)
      }
    })
    expect(followed).toBeGreaterThan(1_000)
  })

  it('the largest context fits with the others as they are, and one step more does not', () =>
    always((selection, all, sample) => {
      const { models } = judgeWhatIf(selection, all, sample)
      models.forEach(({ largestContextLength: largest, maxContextLength: max }, index) => {
        const verdictAt = (contextLength: number) => {
          const changed = selection.map((model, at) =>
            at === index ? { ...model, need: model.needAt(contextLength) } : model
          )
          return judgeWhatIf(changed, all, sample).verdict
        }
        if (largest === null) return
        expect(verdictAt(largest)).toBe('fits')
        if (largest + 256 <= (max ?? selection[index]?.contextLength ?? 0))
          expect(verdictAt(largest + 256)).not.toBe('fits')
      })
    }))

  it('one model alone is judged as models.predict judges it', () => {
    const seen = new Set<string>()
    always(([model], all, sample) => {
      if (!model) return
      const whatIf = judgeWhatIf([model], all, sample)
      const replaced = all.find(({ key, isLocal, isLeaving }) => key === model.key && isLocal && !isLeaving) ?? null
      const others = all.filter(({ key }) => key !== model.key)
      const fit = judgeFit({ ...model, residents: others, replaced, sample, countToFree: 0 })
      seen.add(fit.verdict)
      expect(whatIf.verdict).toBe(fit.verdict)
      expect(whatIf.sum).toEqual(fit.sum)
      expect(whatIf.spilledBytes).toBe(fit.spilledBytes)
      if (fit.verdict === 'fits_if_unloaded') expect(whatIf.unload).toEqual(fit.unload)
    })
    expect([...seen].sort()).toEqual(verdicts.filter((verdict) => verdict !== 'unknown').toSorted())
  })
})

it('64 models beside 20 loaded ones are judged in under 5 ms', () => {
  const selection = Array.from({ length: 64 }, (_, index) => selected(`m${index}`, 200 + index * 7, 8_192))
  const loaded = Array.from({ length: 20 }, (_, index) => residentOf(`r${index}`, { heldBytes: 500 + index * 31 }))
  const sample = sampleOf({ limitBytes: 420_000, reserveBytes: 2_000 })
  const times = Array.from({ length: 30 }, () => {
    const startedAt = performance.now()
    const whatIf = judgeWhatIf(selection, loaded, sample)
    expect(whatIf.advice.length).toBeGreaterThan(0)
    return performance.now() - startedAt
  })
  expect(times.toSorted((a, b) => a - b)[15]).toBeLessThan(5)
})
