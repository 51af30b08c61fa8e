/** Would catch: a budget over what the system or a card allows, a reserve that starves a small machine, memory counted in two pools. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetPoolSchema } from '../../shared/memory.ts'
import { computeBudget } from './budget.ts'
import type { MachineReading } from './machineReading.ts'
import { GIB, testGpu, testReading } from './testReadings.ts'

const MIB = 2 ** 20
const machine = (totalGib: number, changes: Partial<MachineReading> = {}) =>
  testReading({ totalBytes: totalGib * GIB, usedBytes: 0, ...changes })
const workingSet = (bytes: number) => ({ bytes, source: 'iogpu.wired_limit_mb', quality: 'measured' as const })
const mac = (totalGib: number, limitMib: number) =>
  machine(totalGib, { system: 'macos', workingSet: workingSet(limitMib * MIB) })

describe('the machine without cards', () => {
  it.each([
    ['linux', 8, 2],
    ['linux', 24, 4],
    ['linux', 28, 4],
    ['linux', 32, 4],
    ['linux', 512, 8],
    ['windows', 16, 5],
    ['macos', 16, 5]
  ] as const)('keeps by size: %s with %i GB and no limit for a GPU keeps %i', (system, totalGib, reserveGib) => {
    expect(computeBudget(machine(totalGib, { system }), 0)).toMatchObject({
      limitBytes: totalGib * GIB,
      reserveBytes: reserveGib * GIB,
      budgetBytes: (totalGib - reserveGib) * GIB
    })
  })

  it.each([
    [8, 5_461, 2],
    [16, 12_124, 4],
    [24, 18_186, 4],
    [32, 25_559, 4],
    [64, 53_084, 6],
    [128, 110_100, 8]
  ])('of a %i GB Mac gives its working set of %i MiB less %i GiB', (totalGib, limitMib, reserveGib) => {
    expect(computeBudget(mac(totalGib, limitMib), 0)).toMatchObject({
      limitBytes: limitMib * MIB,
      reserveBytes: reserveGib * GIB,
      budgetBytes: limitMib * MIB - reserveGib * GIB,
      budgetSource: 'iogpu.wired_limit_mb less a reserve by machine size',
      budgetQuality: 'measured'
    })
  })

  it("gives a 16 GB Mac's models 8028 MiB", () => {
    expect(computeBudget(mac(16, 12_124), 0).budgetBytes).toBe(8_028 * MIB)
  })

  it("takes the user's reserve in place of its own, up to everything", () => {
    expect(computeBudget(machine(24), 10 * GIB)).toMatchObject({ budgetBytes: 14 * GIB, reserveBytes: 10 * GIB })
    expect(computeBudget(machine(24), GIB)).toMatchObject({ budgetBytes: 23 * GIB, reserveBytes: GIB })
    expect(computeBudget(machine(8), 10 * GIB)).toMatchObject({ budgetBytes: 0, reserveBytes: 8 * GIB })
    expect(computeBudget(mac(16, 12_124), 2 * GIB)).toMatchObject({
      budgetBytes: 10_076 * MIB,
      budgetSource: 'iogpu.wired_limit_mb less the reserve set by you'
    })
  })

  it('believes no working set over the memory there is', () => {
    expect(computeBudget(mac(16, 20_000), 0).limitBytes).toBe(16 * GIB)
  })

  it("names a container's limit", () => {
    const limited = machine(4, { containerLimit: { bytes: 4 * GIB, source: 'cgroup memory.max', quality: 'measured' } })
    expect(computeBudget(limited, 0)).toMatchObject({
      limitBytes: 4 * GIB,
      budgetBytes: 3 * GIB,
      budgetSource: expect.stringContaining('cgroup memory.max'),
      pools: [{ id: 'memory', kind: 'memory', source: expect.stringContaining('cgroup memory.max') }]
    })
  })

  it('with a GPU that shares its memory is one pool', () => {
    const gpus = [testGpu({ kind: 'unified', totalBytes: 128 * GIB })]
    expect(computeBudget(machine(128, { gpus }), 0)).toMatchObject({
      budgetBytes: 120 * GIB,
      pools: [{ id: 'memory', limitBytes: 128 * GIB }]
    })
  })

  it('knows nothing where the machine is unknown', () => {
    expect(computeBudget(testReading({ totalBytes: null }), 5)).toEqual({
      limitBytes: null,
      budgetBytes: null,
      reserveBytes: null,
      budgetSource: null,
      budgetQuality: null,
      pools: []
    })
  })
})

describe('graphics inside a processor', () => {
  const apu = (totalGib: number, gttGib: number, setAsideGib: number) =>
    machine(totalGib, {
      gpus: [testGpu({ kind: 'gtt', totalBytes: (gttGib + setAsideGib) * GIB, setAsideBytes: setAsideGib * GIB })]
    })

  it('that most memory was set aside for can give what RAM alone cannot', () => {
    expect(computeBudget(apu(32, 16, 96), 0)).toMatchObject({
      limitBytes: 112 * GIB,
      reserveBytes: 4 * GIB,
      budgetBytes: 108 * GIB,
      budgetQuality: 'estimated'
    })
  })

  it('never give more than there is, however much they may address', () => {
    expect(computeBudget(apu(64, 120, 0.5), 0).limitBytes).toBe(64.5 * GIB)
    const unknownPart = machine(32, { gpus: [testGpu({ kind: 'gtt', totalBytes: 110 * GIB })] })
    expect(computeBudget(unknownPart, 0).limitBytes).toBe(32 * GIB)
  })

  it('do not narrow the memory a processor can use by itself', () => {
    expect(computeBudget(apu(24, 12, 0.5), 0).budgetBytes).toBe(20 * GIB)
  })
})

describe('cards', () => {
  const cards = [testGpu({ totalBytes: 24 * GIB, name: 'Card A' }), testGpu({ id: 'b', totalBytes: 8 * GIB })]

  it('are the budget where there are some, less a little each; RAM is the last pool, with its own reserve', () => {
    const budget = computeBudget(machine(64, { gpus: cards }), 0)
    expect(budget).toMatchObject({ limitBytes: 32 * GIB, reserveBytes: GIB, budgetBytes: 31 * GIB })
    expect(budget).toMatchObject({ budgetSource: "memory of 2 graphics cards less the driver's share" })
    expect(budget.pools.map((pool) => budgetPoolSchema.parse(pool))).toMatchObject([
      { id: 'gpu-0', name: 'Card A', kind: 'card', limitBytes: 24 * GIB, budgetBytes: 23.5 * GIB },
      { id: 'b', kind: 'card', limitBytes: 8 * GIB, budgetBytes: 7.5 * GIB },
      { id: 'memory', kind: 'memory', limitBytes: 64 * GIB, reserveBytes: 6 * GIB, budgetBytes: 58 * GIB }
    ])
  })

  it("share the user's reserve by their size", () => {
    const budget = computeBudget(machine(64, { gpus: cards }), 8 * GIB)
    expect(budget).toMatchObject({ reserveBytes: 8 * GIB, budgetBytes: 24 * GIB })
    expect(budget.pools.map((pool) => pool.reserveBytes)).toEqual([6 * GIB, 2 * GIB, 8 * GIB])
  })

  it('are known where the machine itself is not', () => {
    const { pools, budgetBytes } = computeBudget(testReading({ totalBytes: null, gpus: cards.slice(0, 1) }), 0)
    expect(pools.map(({ id }) => id)).toEqual(['gpu-0'])
    expect(budgetBytes).toBe(23.5 * GIB)
  })

  it('that hold no model are left aside: too small, or of unknown size', () => {
    const gpus = [testGpu({ totalBytes: 2 * GIB }), testGpu({ totalBytes: null })]
    expect(computeBudget(machine(24, { gpus }), 0)).toMatchObject({
      budgetBytes: 20 * GIB,
      pools: [{ id: 'memory' }]
    })
  })
})

describe('any machine', () => {
  const amount = fc.integer({ min: 0, max: 2 ** 45 })
  const gpu = fc
    .record({
      kind: fc.constantFrom('unified' as const, 'dedicated' as const, 'gtt' as const),
      totalBytes: fc.option(amount),
      setAsideBytes: fc.option(amount)
    })
    .map(testGpu)
  const any = fc.record({
    totalBytes: fc.option(fc.integer({ min: 1, max: 2 ** 45 })),
    system: fc.constantFrom('linux' as const, 'macos' as const, 'windows' as const),
    gpus: fc.array(gpu, { maxLength: 3 }),
    workingSet: fc.option(amount.map(workingSet))
  })

  it('has pools that add up, and no more in them than it has in all', () => {
    fc.assert(
      fc.property(any, amount, (changes, setting) => {
        const { pools, limitBytes, reserveBytes, budgetBytes } = computeBudget(testReading(changes), setting)
        for (const pool of pools.map((one) => budgetPoolSchema.parse(one)))
          expect(pool.limitBytes - pool.reserveBytes).toBe(pool.budgetBytes)
        expect((limitBytes ?? 0) - (reserveBytes ?? 0)).toBe(budgetBytes ?? 0)
        expect(budgetBytes === null).toBe(pools.length === 0)
        const memory = pools.find(({ kind }) => kind === 'memory')
        const setAside = changes.gpus.map((one) => (one.kind === 'gtt' ? (one.setAsideBytes ?? 0) : 0))
        expect(memory?.limitBytes ?? 0).toBeLessThanOrEqual((changes.totalBytes ?? 0) + Math.max(0, ...setAside))
      })
    )
  })

  it('keeps more on a larger one of the same kind', () => {
    const size = fc.integer({ min: 1, max: 2 ** 40 })
    fc.assert(
      fc.property(size, size, fc.constantFrom('linux' as const, 'windows' as const), (a, b, system) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((totalBytes) =>
          computeBudget(testReading({ totalBytes, system }), 0)
        )
        expect(small?.reserveBytes).toBeLessThanOrEqual(large?.reserveBytes ?? -1)
      })
    )
  })
})
