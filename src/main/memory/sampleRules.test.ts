/** The sixteen values that must never be shown, one test each, then how long the last good reading lives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memorySampleSchema, type MemorySample } from '../../shared/memory.ts'
import { composeSample } from './composeSample.ts'
import type { MachineReading } from './machineReading.ts'
import { createAmdProbe } from './probes/amdProbe.ts'
import { createFallbackProbe } from './probes/fallbackProbe.ts'
import { chooseWorkingSet } from './probes/macWorkingSet.ts'
import { parseSysfsNumber } from './probes/parsers/parseAmdGpu.ts'
import { parseDeviceList } from './probes/parsers/parseDeviceList.ts'
import { parseMeminfo } from './probes/parsers/parseMeminfo.ts'
import { parseNvidiaGpu } from './probes/parsers/parseNvidiaGpu.ts'
import { parsePerformanceStatistics } from './probes/parsers/parsePerformanceStatistics.ts'
import { parseSwapUsed, parseWiredLimit } from './probes/parsers/parseSysctl.ts'
import { parseVmStatText } from './probes/parsers/parseVmStatText.ts'
import { usedByPages } from './probes/parsers/vmPages.ts'
import { createVmStatRows } from './probes/parsers/vmStatRows.ts'
import { macFactsForTests, macPages, macUsedBytes, vmStatRow, vmStatText } from './probes/testTools.ts'
import { isKeptStale, isWorthKeeping, judgeReading, keepLastGood, nothingKept } from './sampleRules.ts'
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
      const facts = {
        platform,
        release: '',
        cpuModel: '',
        totalBytes: 16 * GIB,
        freeBytes: () => GIB,
        homeDirectory: ''
      }
      expect((await createFallbackProbe({ facts, now: () => 0 }).read()).usedBytes).toBeNull()
    }
  })

  it('4: never adds RAM and GPU on unified memory: used stays the system figure, the rest is used less the models', () => {
    const sample = compose(mac({ usedBytes: 12 * GIB }), [testModel({ heldBytes: 8 * GIB, gpuBytes: 8 * GIB })])
    expect(sample.usedBytes).toBe(12 * GIB)
    expect(sample.otherBytes).toBe(4 * GIB)
  })

  it('5: never reads "In use system memory", and never shows the GPU\'s figure as a model\'s', () => {
    expect(
      parsePerformanceStatistics([
        '"PerformanceStatistics" = {"In use system memory (driver)"=5,"In use system memory"=7}'
      ])
    ).toBeNull()
    expect(compose(mac(), [testModel({ heldBytes: null })]).models[0]?.heldBytes).toBeNull()
    expect(compose(mac(), [testModel({ heldBytes: 3 * GIB })]).models[0]?.heldBytes).toBe(3 * GIB)
  })

  it('6: shows no GPU load under 0 or over 100', () => {
    for (const loadPercent of [-1, 101, 65_535]) {
      const judged = judgeReading(testReading({ gpus: [testGpu({ loadPercent })] }), null)
      expect(judged.isGood && judged.reading.gpus[0]?.loadPercent).toBeNull()
    }
  })

  it("7: never takes an APU's carve-out for its memory: carve-out and GTT are shown as one, and give no card's budget", async () => {
    const device = '/sys/class/drm/card0/device'
    const texts: Record<string, string> = {
      [`${device}/vendor`]: '0x1002',
      [`${device}/mem_info_vram_total`]: String(GIB / 2),
      [`${device}/mem_info_vram_used`]: '0',
      [`${device}/mem_info_gtt_total`]: String(12 * GIB),
      [`${device}/mem_info_gtt_used`]: String(GIB)
    }
    const files = {
      readText: (path: string) => texts[path] ?? null,
      readTail: () => null,
      list: (path: string) => (path === '/sys/class/drm' ? ['card0'] : [])
    }
    const gpus = await createAmdProbe({ files }).read()
    expect(gpus).toMatchObject([{ kind: 'gtt', totalBytes: 12.5 * GIB, usedBytes: GIB }])
    expect(compose(testReading({ gpus })).budgetBytes).toBe(20 * GIB)
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

  it('10: takes the page size from vm_stat itself; without it there is no figure', () => {
    expect(parseVmStatText(vmStatText())?.pageBytes).toBe(16_384)
    expect(parseVmStatText(vmStatText().replace(/\(page size.*\)/, ''))).toBeNull()
    expect(createVmStatRows()(vmStatRow())).toBeNull()
  })

  it('11: takes no vm_stat row whose kinds of pages disagree by over 1 %, or that is not 85 to 101 % of memory', () => {
    const used = (change: Partial<typeof macPages>, totalBytes = 16 * GIB): number | null =>
      usedByPages({ pageBytes: 16_384, count: { ...macPages, ...change } }, totalBytes)
    expect(used({})).toBe(macUsedBytes)
    expect(used({ fileBacked: macPages.fileBacked + 5_000 })).not.toBeNull()
    expect(used({ fileBacked: macPages.fileBacked + 6_000 })).toBeNull()
    expect(used({ free: 250_000 })).toBeNull()
    expect(used({ free: 0, wired: 0 })).toBeNull()
  })

  it('12: never takes llama.cpp\'s "free" for anything: its device list gives a total only', () => {
    expect(parseDeviceList('  MTL0: Apple M4 (12124 MiB, 11000 MiB free)')).toEqual([
      { id: 'MTL0', name: 'Apple M4', totalBytes: 12_124 * 2 ** 20 }
    ])
  })

  it('13: stores bytes, whatever unit a source has: kB of /proc, MiB of nvidia-smi and llama-server, letters of sysctl, pages, bytes of /sys', () => {
    expect(parseMeminfo('MemTotal: 1024 kB\n').totalBytes).toBe(2 ** 20)
    expect(parseNvidiaGpu('0, GPU-a, X, 1024, 1, 1, 1, 1, 1')?.totalBytes).toBe(GIB)
    expect(parseDeviceList('  CUDA0: X (1024 MiB, 1 MiB free)')[0]?.totalBytes).toBe(GIB)
    expect(parseSwapUsed('total = 2.00G  used = 1.00G  free = 1.00G')).toBe(GIB)
    expect(parseWiredLimit('1024')).toBe(GIB)
    expect(parseSysfsNumber('1073741824\n')).toBe(GIB)
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

  it('16: takes iogpu.wired_limit_mb = 0 for "no limit set", not for a limit of 0', () => {
    expect(parseWiredLimit('0')).toBeNull()
    const facts = { ...macFactsForTests, totalBytes: 16 * GIB }
    expect(chooseWorkingSet(facts, parseWiredLimit('0'), null, null)).toMatchObject({ quality: 'estimated' })
    expect(chooseWorkingSet(facts, parseWiredLimit('12288'), null, null)).toMatchObject({
      bytes: 12 * GIB,
      quality: 'measured'
    })
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

  it('keeps used memory that could not be read for three ticks, then says unknown', () => {
    const unread = testReading({ usedBytes: null })
    let kept = keepLastGood(nothingKept, good)
    for (let tick = 0; tick < 3; tick++) {
      kept = keepLastGood(kept, judgeReading(unread, isWorthKeeping(kept) ? kept.reading : null))
      expect(kept.reading?.usedBytes).toBe(4 * GIB)
    }
    kept = keepLastGood(kept, judgeReading(unread, isWorthKeeping(kept) ? kept.reading : null))
    expect(kept).toEqual({ reading: unread, missedTicks: 0 })
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
