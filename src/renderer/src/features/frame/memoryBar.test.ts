import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemorySample } from '../../../../shared/memory.ts'
import { barPools } from './barLayout.ts'
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

describe('the memory bar', () => {
  it('starts with the models, then the planned load, then other programs, then free', () => {
    const sample = sampleOf({ models: [held('a', 8 * gb), held('b', 6 * gb)] })
    const [pool] = barPools(sample, [{ key: 'ollama/c', name: 'c', bytes: 5 * gb }])
    expect(pool?.segments.map((segment) => segment.kind)).toEqual(['model', 'model', 'planned', 'other', 'free'])
    expect(pool?.budgetShare).toBeCloseTo(0.7)
    expect(pool?.segments.some((segment) => segment.isOver)).toBe(false)
  })

  it('marks the planned load that passes the budget, although the machine has room, and not the one before it', () => {
    const sample = sampleOf({ models: [held('a', 14 * gb)], otherBytes: 2 * gb })
    const planned = ['x', 'y'].map((name) => ({ key: name, name, bytes: 5 * gb }))
    const over = barPools(sample, planned)[0]?.segments.filter((segment) => segment.isOver)
    expect(over?.map((segment) => segment.name)).toEqual(['y'])
  })

  it('shows no free part where other programs are unknown: it would be a guess', () => {
    const [pool] = barPools(sampleOf({ otherBytes: null }), [])
    expect(pool?.segments.map((segment) => segment.kind)).toEqual(['unknown'])
  })

  it('draws nothing for a machine of unknown size', () => {
    expect(barPools(sampleOf({ totalBytes: null }), [])).toEqual([])
  })

  it('keeps the memory of a card apart from the machine’s, and the budget with the card', () => {
    const card = { id: '0', name: 'RTX 4090', kind: 'dedicated' as const, totalBytes: 24 * gb, usedBytes: 11 * gb }
    const gpu = { ...card, loadPercent: null, temperatureCelsius: null, powerWatts: null }
    const pools = barPools(sampleOf({ gpus: [gpu], models: [held('a', 12 * gb, 10 * gb)], budgetBytes: 20 * gb }), [])
    expect(pools.map((pool) => pool.label)).toEqual(['RTX 4090', 'RAM'])
    expect(pools[0]?.segments.map((segment) => [segment.kind, segment.bytes / gb])).toEqual([
      ['model', 10],
      ['other', 1],
      ['free', 13]
    ])
    expect(pools[1]?.segments[0]?.bytes).toBe(2 * gb)
    expect(pools[1]?.budgetShare).toBeNull()
  })

  it('never runs out of its strip, whatever the numbers', () => {
    const bytes = fc.nat(2 ** 40)
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 9 }),
        fc.option(bytes),
        fc.option(bytes),
        fc.option(bytes),
        (models, ...rest) => {
          const [otherBytes, budgetBytes, plannedBytes] = rest
          const sample = sampleOf({
            models: models.map((each, index) => held(`m${index}`, each)),
            otherBytes,
            budgetBytes
          })
          const planned = plannedBytes === null ? [] : [{ key: 'p', name: 'p', bytes: plannedBytes }]
          for (const pool of barPools(sample, planned)) {
            const length = pool.segments.reduce((sum, segment) => sum + segment.share, 0)
            expect(length).toBeLessThanOrEqual(1.000001)
            expect(pool.segments.every((segment) => segment.share > 0)).toBe(true)
          }
        }
      )
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
