/** The sixteen values that must never be shown, one test each, then how long the last good reading lives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorySampleSchema, type MemorySample } from '../../shared/memory.ts'
import { composeSample } from './composeSample.ts'
import type { MachineReading } from './machineReading.ts'
import { createFallbackProbe } from './probes/fallbackProbe.ts'
import { isKeptStale, judgeReading, keepLastGood, nothingKept } from './sampleRules.ts'
import { GIB, testGpu, testModel, testReading } from './testReadings.ts'

const compose = (reading: MachineReading | null, models: MemorySample['models'] = []): MemorySample =>
  composeSample({ reading, models, baseline: [], reserveSettingBytes: 0, isStale: false, now: 1_700_000_000_000 })
const isGood = (changes: Partial<MachineReading>): boolean => judgeReading(testReading(changes), testReading()).isGood
const mac = (changes: Partial<MachineReading> = {}): MachineReading =>
  testReading({
    system: 'macos',
    gpus: [testGpu({ kind: 'unified', totalBytes: 18 * GIB, usedBytes: 9 * GIB })],
    ...changes
  })

describe('values that must never be shown', () => {
  it('1: refuses NaN, infinite, negative, fractional and huge amounts, and more used than there is', () => {
    for (const usedBytes of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53, 25 * GIB])
      expect(isGood({ usedBytes })).toBe(false)
    expect(isGood({ availableBytes: 25 * GIB })).toBe(false)
    expect(isGood({ swapUsedBytes: Number.NaN })).toBe(false)
    expect(isGood({ gpus: [testGpu({ usedBytes: 17 * GIB })] })).toBe(false)
    expect(isGood({ usedBytes: 24 * GIB })).toBe(true)
  })

  it('2: shows unknown as null, never as 0', () => {
    const unknown = testReading({
      usedBytes: null,
      availableBytes: null,
      swapUsedBytes: null,
      pressure: null,
      gpus: [testGpu({ usedBytes: null, loadPercent: null, temperatureCelsius: null, powerWatts: null })]
    })
    const judged = judgeReading(unknown, null)
    const sample = compose(judged.isGood ? judged.reading : null, [testModel({ heldBytes: null })])
    expect([sample.usedBytes, sample.availableBytes, sample.swapUsedBytes, sample.otherBytes]).toEqual([
      null,
      null,
      null,
      null
    ])
    expect(sample.gpus[0]).toMatchObject({ usedBytes: null, loadPercent: null, powerWatts: null })
    expect(sample.models[0]?.heldBytes).toBeNull()
    expect(isGood({ totalBytes: 0, usedBytes: 0, availableBytes: 0 })).toBe(false)
  })

  it('3: never takes "total - free" for used on macOS or Linux: the fallback that only knows free says unknown', async () => {
    for (const platform of ['darwin', 'linux']) {
      const facts = { platform, release: '', cpuModel: '', totalBytes: 16 * GIB, freeBytes: () => GIB }
      expect((await createFallbackProbe({ facts, now: () => 0 }).read()).usedBytes).toBeNull()
    }
  })

  it('4: never adds RAM and GPU on unified memory: used stays the system figure, the rest is used less the models', () => {
    const sample = compose(mac({ usedBytes: 12 * GIB }), [testModel({ heldBytes: 8 * GIB, gpuBytes: 8 * GIB })])
    expect(sample.usedBytes).toBe(12 * GIB)
    expect(sample.otherBytes).toBe(4 * GIB)
  })

  it("5: never shows the GPU's figure as a model's: a model holds what its own source says (the driver key is left out by its parser's test)", () => {
    const held = compose(mac(), [testModel({ heldBytes: 3 * GIB })]).models[0]
    expect(held?.heldBytes).toBe(3 * GIB)
    expect(compose(mac(), [testModel({ heldBytes: null })]).models[0]?.heldBytes).toBeNull()
  })

  it('6: shows no GPU load under 0 or over 100', () => {
    for (const loadPercent of [-1, 101, 65_535]) {
      const judged = judgeReading(testReading({ gpus: [testGpu({ loadPercent })] }), null)
      expect(judged.isGood && judged.reading.gpus[0]?.loadPercent).toBeNull()
    }
  })

  it("7: never takes an APU's small carve-out for its memory: memory shared with RAM gives no card budget (the sum is its probe's test)", () => {
    const apu = testReading({ gpus: [testGpu({ kind: 'gtt', totalBytes: 12 * GIB, usedBytes: GIB })] })
    expect(compose(apu).budgetBytes).toBe(20 * GIB)
  })

  it("8: has no place for per-process Windows counters: nothing here reads them, and a sample has no field beyond the contract's", () => {
    const fields = Object.keys(memorySampleSchema.shape)
    expect(Object.keys(compose(testReading())).filter((field) => !fields.includes(field))).toEqual([])
  })

  it('9: warns when models on the GPU exceed the working set by a tenth, or what the GPU has allocated', () => {
    const limited = mac({ workingSet: { bytes: 10 * GIB, source: 'table', quality: 'estimated' } })
    const model = (bytes: number) => testModel({ heldBytes: bytes, gpuBytes: bytes })
    expect(compose(limited, [model(11.5 * GIB)]).warning).toContain('lets the GPU hold')
    expect(compose(mac(), [model(10 * GIB)]).warning).toContain('may be old')
    expect(compose(mac(), [model(9.5 * GIB)]).warning).toBeNull()
  })

  it('14: refuses a jump of more than the whole memory in a second, and takes it over enough seconds', () => {
    const later = (seconds: number, swapUsedBytes: number) =>
      judgeReading(testReading({ readAt: testReading().readAt + seconds * 1000, swapUsedBytes }), testReading()).isGood
    expect(later(1, 25 * GIB)).toBe(false)
    expect(later(0.1, 23 * GIB)).toBe(true)
    expect(later(2, 25 * GIB)).toBe(true)
    const half = judgeReading(testReading({ totalBytes: 2 * GIB, usedBytes: GIB, availableBytes: GIB }), testReading())
    expect(half.isGood).toBe(false)
  })

  it('15: has no place for llama.cpp\'s "unaccounted": the only amounts of a model are held, GPU and counted', () => {
    const amounts = Object.keys(testModel()).filter((key) => key.endsWith('Bytes'))
    expect(amounts).toEqual(['heldBytes', 'gpuBytes', 'countedBytes'])
    expect(isGood({ gpus: [testGpu({ usedBytes: 17_592_186_029_324 * 2 ** 20 })] })).toBe(false)
  })
})

describe('the last good reading', () => {
  const good = judgeReading(testReading(), null)
  const bad = judgeReading(testReading({ usedBytes: -1 }), null)

  it('stays live for three bad ticks, greys with the fourth, and comes back with the next good one', () => {
    const at = testReading().readAt
    let kept = keepLastGood(nothingKept, good)
    for (const expected of [false, false, false, true]) {
      kept = keepLastGood(kept, bad)
      expect(kept.reading?.usedBytes).toBe(4 * GIB)
      expect(isKeptStale(kept, at, 1000)).toBe(expected)
    }
    expect(isKeptStale(keepLastGood(kept, good), at, 1000)).toBe(false)
  })

  it('greys after three intervals without a newer reading, also when each tick succeeded', () => {
    const kept = keepLastGood(nothingKept, good)
    expect(isKeptStale(kept, testReading().readAt + 3_000, 1000)).toBe(false)
    expect(isKeptStale(kept, testReading().readAt + 3_001, 1000)).toBe(true)
    expect(isKeptStale(nothingKept, 0, 1000)).toBe(true)
  })

  it('any reading that passes makes a sample the contract accepts', () => {
    const any = fc.option(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()))
    fc.assert(
      fc.property(
        any,
        any,
        any,
        any,
        any,
        any,
        (totalBytes, usedBytes, availableBytes, swapUsedBytes, gpuUsed, gauge) => {
          const gpus = [
            testGpu({ usedBytes: gpuUsed, loadPercent: gauge, temperatureCelsius: gauge, powerWatts: gauge })
          ]
          const judged = judgeReading(testReading({ totalBytes, usedBytes, availableBytes, swapUsedBytes, gpus }), null)
          if (judged.isGood) memorySampleSchema.parse(compose(judged.reading))
        }
      )
    )
  })
})
