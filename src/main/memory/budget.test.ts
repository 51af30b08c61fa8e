/** Would catch: a budget over what the system allows, a reserve that starves a small machine, a made-up budget for unknown memory. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeBudget } from './budget.ts'
import { GIB, testGpu, testReading } from './testReadings.ts'

const machine = (totalGib: number, changes = {}) =>
  testReading({ totalBytes: totalGib * GIB, usedBytes: 0, ...changes })
const workingSet = (bytes: number) => ({ bytes, source: 'iogpu.wired_limit_mb', quality: 'measured' as const })

describe('computeBudget', () => {
  it.each([
    ['linux', 8, 2],
    ['linux', 24, 4],
    ['linux', 28, 4],
    ['linux', 32, 4],
    ['linux', 512, 8],
    ['macos', 16, 5],
    ['macos', 8, 3],
    ['windows', 16, 5]
  ] as const)('keeps by machine size: %s with %i GB keeps %i', (system, totalGib, reserveGib) => {
    const { budgetBytes, reserveBytes } = computeBudget(machine(totalGib, { system }), 0)
    expect(reserveBytes).toBe(reserveGib * GIB)
    expect(budgetBytes).toBe((totalGib - reserveGib) * GIB)
  })

  it('takes the reserve set by the user, up to the whole memory', () => {
    expect(computeBudget(machine(24), 10 * GIB)).toMatchObject({ budgetBytes: 14 * GIB, reserveBytes: 10 * GIB })
    expect(computeBudget(machine(8), 10 * GIB)).toMatchObject({ budgetBytes: 0, reserveBytes: 8 * GIB })
  })

  it("never exceeds a Mac's working set, and says so", () => {
    const mac = machine(32, { system: 'macos', workingSet: workingSet(20 * GIB) })
    expect(computeBudget(mac, 0)).toEqual({
      budgetBytes: 20 * GIB,
      reserveBytes: 12 * GIB,
      budgetSource: 'iogpu.wired_limit_mb',
      budgetQuality: 'measured'
    })
    expect(computeBudget({ ...mac, workingSet: workingSet(31 * GIB) }, 0).budgetBytes).toBe(26 * GIB)
  })

  it("names a container's limit", () => {
    const limited = machine(4, { containerLimit: { bytes: 4 * GIB, source: 'cgroup memory.max', quality: 'measured' } })
    expect(computeBudget(limited, 0)).toMatchObject({
      budgetBytes: 3 * GIB,
      budgetSource: expect.stringContaining('cgroup memory.max')
    })
  })

  it('is the memory of the cards where there are some, less a little for each', () => {
    const cards = [testGpu({ totalBytes: 24 * GIB }), testGpu({ id: 'b', totalBytes: 24 * GIB })]
    expect(computeBudget(machine(64, { gpus: cards }), 0)).toMatchObject({
      budgetBytes: 47 * GIB,
      budgetQuality: 'measured'
    })
  })

  it('leaves cards aside that hold no model: too small, of unknown size, or made of RAM', () => {
    const gpus = [
      testGpu({ totalBytes: 2 * GIB }),
      testGpu({ totalBytes: null }),
      testGpu({ kind: 'gtt', totalBytes: 12 * GIB })
    ]
    expect(computeBudget(machine(24, { gpus }), 0).budgetBytes).toBe(20 * GIB)
  })

  it('is what the graphics may hold where most memory was set aside for them', () => {
    const gpus = [testGpu({ kind: 'gtt', totalBytes: 110 * GIB })]
    expect(computeBudget(machine(32, { gpus }), 0)).toMatchObject({
      budgetBytes: 106 * GIB,
      budgetQuality: 'estimated'
    })
  })

  it('knows nothing where the machine is unknown', () => {
    expect(computeBudget(testReading({ totalBytes: null }), 5)).toEqual({
      budgetBytes: null,
      reserveBytes: null,
      budgetSource: null,
      budgetQuality: null
    })
  })

  it('splits any memory into budget and reserve, with no byte lost or invented, and keeps more on a larger machine', () => {
    const total = fc.integer({ min: 1, max: 2 ** 40 })
    fc.assert(
      fc.property(total, total, fc.constantFrom('linux' as const, 'macos' as const), (a, b, system) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((totalBytes) =>
          computeBudget(testReading({ totalBytes, system }), 0)
        )
        expect((small?.budgetBytes ?? 0) + (small?.reserveBytes ?? 0)).toBe(Math.min(a, b))
        expect(small?.reserveBytes).toBeLessThanOrEqual(large?.reserveBytes ?? -1)
      })
    )
  })
})
