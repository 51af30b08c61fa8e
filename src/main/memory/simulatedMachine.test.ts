/** Would catch: a demonstration with another machine's numbers in it, an invented "used", a crash for a senseless wish. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { memorySampleSchema } from '../../shared/memory.ts'
import { computeBudget } from './budget.ts'
import { composeSample } from './composeSample.ts'
import type { MachineReading } from './machineReading.ts'
import { judgeReading } from './sampleRules.ts'
import { readSimulation, simulateMachine } from './simulatedMachine.ts'
import { GIB, testGpu, testReading } from './testReadings.ts'

const MIB = 2 ** 20
const environment = (size?: string, chip?: string) => ({
  STOKER_SIMULATE_MEMORY_GB: size,
  STOKER_SIMULATE_CHIP: chip
})

async function simulated(real: MachineReading, size?: string, chip?: string): Promise<MachineReading> {
  const { simulation } = readSimulation(environment(size, chip))
  if (simulation === null) throw new Error('refused')
  return simulateMachine({ read: async () => real, pace: () => {}, dispose: async () => {} }, simulation).read()
}

describe('a simulated 16 GB Apple M4', () => {
  it('has its working set of 12 124 MiB as the limit, and 8028 MiB for models', async () => {
    const reading = await simulated(testReading(), '16', 'Apple M4')
    expect(reading).toMatchObject({ machine: 'Apple M4, 16 GB', simulated: '16 GB, Apple M4', totalBytes: 16 * GIB })
    expect(computeBudget(reading, 0)).toMatchObject({
      limitBytes: 12_124 * MIB,
      reserveBytes: 4_096 * MIB,
      budgetBytes: 8_028 * MIB,
      budgetQuality: 'estimated',
      pools: [{ id: 'memory', budgetBytes: 8_028 * MIB }]
    })
  })

  it('keeps nothing of cards and containers of the real machine', async () => {
    const containerLimit = { bytes: 4 * GIB, source: 'cgroup memory.max', quality: 'measured' as const }
    const { gpus, ...reading } = await simulated(testReading({ gpus: [testGpu()], containerLimit }), '16', 'Apple M4')
    expect(reading).toMatchObject({ containerLimit: null, system: 'macos', quality: 'estimated' })
    expect(gpus).toMatchObject([{ name: 'Apple M4', kind: 'unified', totalBytes: 12_124 * MIB, usedBytes: null }])
  })

  it('uses what the real one uses where that fits, and something unknown where it does not', async () => {
    expect(await simulated(testReading({ usedBytes: 4 * GIB }), '16', 'Apple M4')).toMatchObject({
      usedBytes: 4 * GIB,
      availableBytes: 12 * GIB
    })
    expect(await simulated(testReading({ usedBytes: 17 * GIB }), '16', 'Apple M4')).toMatchObject({
      usedBytes: null,
      availableBytes: null
    })
  })

  it('keeps the GPU figures of a real Mac', async () => {
    const real = testReading({ system: 'macos', gpus: [testGpu({ kind: 'unified', usedBytes: GIB, loadPercent: 7 })] })
    const { gpus } = await simulated(real, '64', 'Apple M4 Max')
    expect(gpus).toMatchObject([
      { name: 'Apple M4 Max', totalBytes: 53_084 * MIB, usedBytes: GIB, loadPercent: 7, id: 'gpu-0' }
    ])
  })

  it('makes a sample that the contract takes, and that says it is simulated', async () => {
    const judged = judgeReading(await simulated(testReading(), '16', 'Apple M4'), null)
    if (!judged.isGood) throw new Error(judged.reason)
    const parts = { models: [], baseline: [], reserveSettingBytes: 0, isStale: false, now: 0 }
    const sample = memorySampleSchema.parse(composeSample({ ...parts, reading: judged.reading }))
    expect(sample).toMatchObject({ simulated: '16 GB, Apple M4', budgetBytes: 8_028 * MIB, warning: null })
  })
})

describe('half a simulation', () => {
  it('of a size alone is a plain machine of that size', async () => {
    const reading = await simulated(testReading({ gpus: [testGpu()] }), '8')
    expect(reading).toMatchObject({ machine: 'Linux PC, 8 GB', simulated: '8 GB', workingSet: null, gpus: [] })
    expect(computeBudget(reading, 0).budgetBytes).toBe(6 * GIB)
  })

  it('of a size alone leaves a Mac a Mac', async () => {
    const workingSet = { bytes: 26_000 * MIB, source: 'x', quality: 'measured' as const }
    const real = testReading({
      system: 'macos',
      totalBytes: 32 * GIB,
      workingSet,
      gpus: [testGpu({ kind: 'unified', name: 'Apple M2 Pro' })]
    })
    expect(await simulated(real, '16')).toMatchObject({
      machine: 'Apple M2 Pro, 16 GB',
      workingSet: { bytes: 12_124 * MIB }
    })
  })

  it('of a chip alone has the memory of the real machine', async () => {
    expect(await simulated(testReading(), undefined, 'Apple M1')).toMatchObject({
      machine: 'Apple M1, 24 GB',
      simulated: 'Apple M1',
      totalBytes: 24 * GIB,
      workingSet: { bytes: 18_186 * MIB }
    })
  })
})

describe('the wish', () => {
  it('left out is none, and no problem', () => {
    expect(readSimulation({})).toEqual({ simulation: null, problems: [] })
    expect(readSimulation(environment('', ' '))).toEqual({ simulation: null, problems: [] })
  })

  it.each([
    ['sixteen', undefined],
    ['-16', undefined],
    ['0', undefined],
    ['9999', undefined],
    ['1e3', undefined],
    ['16GB', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    [undefined, 'NVIDIA RTX 4090 24GB'],
    [undefined, 'M4'],
    ['16', 'Apple M4 Mega']
  ])('"%s" with "%s" is refused whole, with the reason', (size, chip) => {
    const { simulation, problems } = readSimulation(environment(size, chip))
    expect(simulation).toBeNull()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(chip === undefined ? `"${size}"` : `"${chip}"`)
  })

  it('never crashes, and never makes memory that does not exist', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.option(fc.string()), (size, chip) => {
        const { simulation } = readSimulation(environment(size ?? undefined, chip ?? undefined))
        const bytes = simulation?.totalBytes ?? GIB
        expect(Number.isSafeInteger(bytes) && bytes >= GIB && bytes <= 4_096 * GIB).toBe(true)
      })
    )
  })

  it('changes only what is read', async () => {
    const probe = { read: async () => testReading(), pace: vi.fn(), dispose: vi.fn(async () => {}) }
    const outer = simulateMachine(probe, { totalBytes: GIB, chip: null })
    outer.pace(5_000)
    await outer.dispose()
    expect(probe.pace).toHaveBeenCalledWith(5_000)
    expect(probe.dispose).toHaveBeenCalledOnce()
  })
})
