import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BudgetPool, MemorySample } from '../../../../shared/memory.ts'
import { barPools, type PlannedLoad } from './barLayout.ts'
import { barSentence, pressureWords } from './barSentence.ts'

const gb = 1_000_000_000

function sampleOf(changes: Partial<MemorySample> = {}): MemorySample {
  return {
    sampledAt: 1_000,
    isStale: false,
    machine: 'Mac mini M4, 32 GB',
    totalBytes: 32 * gb,
    usedBytes: 24 * gb,
    availableBytes: 7 * gb,
    usedFormula: 'app + wired + compressed',
    swapUsedBytes: 0,
    pressure: 'normal',
    simulated: null,
    limitBytes: 26.4 * gb,
    pools: [],
    budgetBytes: 22.4 * gb,
    reserveBytes: 4 * gb,
    budgetSource: 'working set',
    budgetQuality: 'reported',
    gpus: [],
    models: [],
    otherBytes: 9.4 * gb,
    quality: 'measured',
    source: 'vm_stat',
    warning: null,
    ...changes
  }
}

function held(name: string, heldBytes: number | null, gpuBytes: number | null = null) {
  const id = { hostId: 'ollama', name }
  return { id, heldBytes, gpuBytes, countedBytes: null, quality: 'reported' as const, source: 'Ollama', pid: null }
}

function ghost(name: string, bytes: number, changes: Partial<PlannedLoad> = {}): PlannedLoad {
  return { key: `ollama/${name}`, name, bytes, spilledBytes: 0, isAsked: true, isOver: false, ...changes }
}

function poolOf(kind: BudgetPool['kind'], budgetBytes: number): BudgetPool {
  const reserveBytes = 0.5 * gb
  const limitBytes = budgetBytes + reserveBytes
  return { id: kind, name: kind, kind, limitBytes, reserveBytes, budgetBytes, source: 'VRAM', quality: 'reported' }
}

describe('the memory bar', () => {
  it('starts with the models, then the planned load, then other programs, then free', () => {
    const sample = sampleOf({ models: [held('a', 8 * gb), held('b', 6 * gb)] })
    const [pool] = barPools(sample, [ghost('c', 5 * gb)])
    expect(pool?.segments.map((segment) => segment.kind)).toEqual(['model', 'model', 'planned', 'other', 'free'])
    expect(pool?.budgetShare).toBeCloseTo(0.7)
    expect(pool?.segments.some((segment) => segment.isOver)).toBe(false)
  })

  it('draws the asked-for load over those that leave, so that the strip is as long as it would be then', () => {
    const sample = sampleOf({ models: [held('a', 8 * gb), held('b', 6 * gb)], otherBytes: 9 * gb })
    const [pool] = barPools(sample, [ghost('c', 12 * gb)], new Set(['ollama/a']))
    const at = pool?.segments.map(({ kind, name, start, share }) => [kind, name, start * 32, (start + share) * 32])
    expect(at).toEqual([
      ['model', 'b', 0, 6],
      ['leaving', 'a', 6, 14],
      ['planned', 'c', 6, 18],
      ['other', 'other programs', 18, 27],
      ['free', 'free', 27, 32]
    ])
  })

  it('puts what still comes of a load under way before the asked-for one, and never over those that leave', () => {
    const sample = sampleOf({ models: [held('a', 8 * gb)] })
    const planned = [ghost('l', 2 * gb, { isAsked: false }), ghost('c', 4 * gb)]
    const [pool] = barPools(sample, planned, new Set(['ollama/a']))
    expect(pool?.segments.map(({ kind }) => kind)).toEqual(['loading', 'leaving', 'planned', 'other', 'free'])
    expect(pool?.segments.map(({ start }) => Math.round(start * 32))).toEqual([0, 2, 2, 10, 19])
  })

  it('shows no free part where other programs are unknown: it would be a guess', () => {
    const [pool] = barPools(sampleOf({ otherBytes: null }), [])
    expect(pool?.segments.map((segment) => segment.kind)).toEqual(['unknown'])
  })

  it('draws nothing for a machine of unknown size', () => {
    expect(barPools(sampleOf({ totalBytes: null }), [])).toEqual([])
  })

  it('keeps the memory of a card apart from the machine’s, each with its own budget', () => {
    const card = { id: '0', name: 'RTX 4090', kind: 'dedicated' as const, totalBytes: 24 * gb, usedBytes: 11 * gb }
    const gpu = { ...card, loadPercent: null, temperatureCelsius: null, powerWatts: null }
    const sample = sampleOf({ gpus: [gpu], models: [held('a', 12 * gb, 10 * gb)], budgetBytes: 20 * gb })
    const pools = barPools(
      { ...sample, pools: [{ ...poolOf('card', 20 * gb), id: '0' }, poolOf('memory', 24 * gb)] },
      []
    )
    expect(pools.map((pool) => pool.label)).toEqual(['RTX 4090', 'RAM'])
    expect(pools[0]?.segments.map((segment) => [segment.kind, segment.bytes / gb])).toEqual([
      ['model', 10],
      ['other', 1],
      ['free', 13]
    ])
    expect(pools[1]?.segments[0]?.bytes).toBe(2 * gb)
    expect(pools.map((pool) => pool.budgetBytes)).toEqual([20 * gb, 24 * gb])
    expect(pools.map((pool) => pool.budgetShare)).toEqual([20 / 24, 24 / 32])
    // Too small for models: it drives a screen, and the budget is not its.
    expect(barPools({ ...sample, pools: [poolOf('memory', 24 * gb)] }, []).map((pool) => pool.label)).toEqual([null])
    // A core that names no pools says nothing of RAM beside a card.
    expect(barPools(sample, []).map((pool) => pool.budgetShare)).toEqual([20 / 24, null])
  })

  it('splits a load that does not fit a card between both strips, none of its bytes twice', () => {
    const cards = ['0', '1'].map((id) => ({
      ...{ id, name: 'RTX 3090', kind: 'dedicated' as const, totalBytes: 24 * gb, usedBytes: 1 * gb },
      ...{ loadPercent: null, temperatureCelsius: null, powerWatts: null }
    }))
    const pools = barPools(sampleOf({ gpus: cards }), [ghost('big', 50 * gb, { spilledBytes: 4 * gb })])
    const ghosts = pools.map((pool) => pool.segments.find(({ kind }) => kind === 'planned')?.bytes)
    expect(ghosts).toEqual([46 * gb, 4 * gb])
    expect(pools[0]).toMatchObject({ label: '2 cards', totalBytes: 48 * gb })
  })

  it('never runs out of its strip, whatever the numbers', () => {
    const bytes = fc.nat(2 ** 40)
    const any = fc.record({
      models: fc.array(fc.tuple(fc.option(bytes), fc.boolean()), { maxLength: 9 }),
      otherBytes: fc.option(bytes),
      budgetBytes: fc.option(bytes),
      asked: fc.option(bytes),
      loading: fc.option(bytes)
    })
    fc.assert(
      fc.property(any, ({ models, otherBytes, budgetBytes, asked, loading }) => {
        const sample = sampleOf({
          models: models.map(([each], index) => held(`m${index}`, each)),
          otherBytes,
          budgetBytes
        })
        const leaving = new Set(models.flatMap(([, isLeaving], index) => (isLeaving ? [`ollama/m${index}`] : [])))
        const planned = [
          ...(loading === null ? [] : [ghost('l', loading, { isAsked: false })]),
          ...(asked === null ? [] : [ghost('p', asked)])
        ]
        for (const pool of barPools(sample, planned, leaving)) {
          let end = 0
          for (const { kind, start, share } of pool.segments) {
            expect(share).toBeGreaterThan(0)
            expect(start + share).toBeLessThanOrEqual(1.000001)
            // Only the ghost lies over others.
            if (kind !== 'planned') expect(start).toBeGreaterThan(end - 0.000001)
            end = Math.max(end, start + share)
          }
          expect(end).toBeCloseTo(1)
        }
      })
    )
  })
})

describe('its sentence', () => {
  it('adds up to the whole machine', () => {
    const sample = sampleOf({ models: [held('a', 7.9 * gb), held('b', 6 * gb), held('c', 1.2 * gb)] })
    expect(barSentence(sample)).toEqual({
      held: '15.1 GB held by 3 models',
      other: '9.4 GB other programs',
      free: '7.5 GB free'
    })
  })

  it('says at least, and takes the system’s word for what is free, where one model is unknown', () => {
    const sentence = barSentence(sampleOf({ models: [held('a', 7.9 * gb), held('b', null)] }))
    expect(sentence.held).toBe('At least 7.9 GB held by 2 models')
    expect(sentence.free).toBe('7.0 GB available')
  })

  it('never writes 0 for what is not known', () => {
    const sentence = barSentence(sampleOf({ models: [held('a', null)], otherBytes: null, availableBytes: null }))
    expect(sentence).toEqual({
      held: '1 model loaded, bytes unknown',
      other: 'other programs unknown',
      free: 'free memory unknown'
    })
    expect(barSentence(sampleOf()).held).toBe('No model loaded')
    expect(pressureWords(null).words).toBe('Pressure unknown')
  })
})
