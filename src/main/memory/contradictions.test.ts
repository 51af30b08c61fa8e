/** Would catch: a sum that cannot be true shown without a word, and a warning for what is only a load under way or a moment's lag. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findContradiction } from './contradictions.ts'
import { createSteadyWarning } from './steadyWarning.ts'
import { GIB, testGpu, testModel, testReading } from './testReadings.ts'

const workingSet = { bytes: 12 * GIB, source: 'x', quality: 'measured' as const }
const mac = testReading({
  totalBytes: 16 * GIB,
  usedBytes: 14 * GIB,
  workingSet,
  gpus: [testGpu({ kind: 'unified', totalBytes: 12 * GIB, usedBytes: 9 * GIB })]
})
const beside = (usedGib: number) => testReading({ gpus: [testGpu({ totalBytes: 16 * GIB, usedBytes: usedGib * GIB })] })
const apu = testReading({
  totalBytes: 32 * GIB,
  usedBytes: 20 * GIB,
  gpus: [testGpu({ kind: 'gtt', totalBytes: 24 * GIB, setAsideBytes: 8 * GIB, usedBytes: 22 * GIB })]
})
const onGpu = (gib: number, changes = {}) => testModel({ heldBytes: gib * GIB, gpuBytes: gib * GIB, ...changes })

describe('what cannot be true together', () => {
  it.each([
    ['more than the machine', testReading(), testModel({ heldBytes: 40 * GIB }), 'more memory than this machine has'],
    [
      'more than RAM and what was set aside',
      apu,
      testModel({ heldBytes: 45 * GIB }),
      'more memory than this machine has'
    ],
    ['more than the working set', mac, onGpu(14), 'than the system lets the GPU hold'],
    ['more than the cards', beside(2), onGpu(20), 'than the graphics cards have'],
    ['more than the graphics reach', apu, onGpu(30), 'than the graphics can reach'],
    ['more than a Mac has allocated', mac, onGpu(10), 'the list of loaded models may be old'],
    ['more than is in use on the cards', beside(4), onGpu(6), 'the list of loaded models may be old'],
    ['more than the APU uses', { ...apu, gpus: [testGpu({ kind: 'gtt', usedBytes: GIB })] }, onGpu(2), 'may be old'],
    [
      'a part larger than its whole',
      testReading(),
      testModel({ heldBytes: GIB, gpuBytes: 2 * GIB }),
      'than it holds in all'
    ],
    [
      'more counted than is used',
      testReading({ usedBytes: GIB }),
      testModel({ heldBytes: 3 * GIB, countedBytes: 2 * GIB }),
      'than the system says is in use'
    ]
  ])('%s', (_, machine, model, words) => {
    expect(findContradiction(machine, [model])).toContain(words)
  })

  it('is told of several models together, where each alone would be fine', () => {
    expect(findContradiction(mac, [onGpu(5), onGpu(4)])).toBeNull()
    expect(findContradiction(mac, [onGpu(5), onGpu(5)])).toContain('may be old')
  })
})

describe('what is no contradiction', () => {
  it.each([
    ['figures that agree within a tenth', mac, onGpu(9.8)],
    ['a load under way: what it will take is not there yet', mac, onGpu(11, { quality: 'estimated' })],
    ['a card whose use is unknown', testReading({ gpus: [testGpu({ usedBytes: null })] }), onGpu(9)],
    ['weights in file cache', testReading({ usedBytes: GIB }), testModel({ heldBytes: 9 * GIB, countedBytes: GIB })],
    ['a model beside cards, most of it on them', beside(15), onGpu(15, { heldBytes: 30 * GIB })],
    ['a model in RAM and what was set aside of it', apu, testModel({ heldBytes: 39 * GIB })],
    ['a model of which nothing is known', mac, testModel({ heldBytes: null })]
  ])('%s', (_, machine, model) => {
    expect(findContradiction(machine, [model])).toBeNull()
  })

  it('no model at all, on any machine', () => {
    const amount = fc.option(fc.nat(2 ** 40))
    const gpu = fc
      .record({
        kind: fc.constantFrom('unified' as const, 'dedicated' as const, 'gtt' as const),
        totalBytes: amount,
        usedBytes: amount
      })
      .map(testGpu)
    fc.assert(
      fc.property(amount, amount, fc.array(gpu, { maxLength: 3 }), (totalBytes, usedBytes, gpus) => {
        expect(findContradiction(testReading({ totalBytes, usedBytes, gpus }), [])).toBeNull()
      })
    )
  })
})

describe('a warning', () => {
  it('is said when it stays for three seconds, and taken back at once', () => {
    const steady = createSteadyWarning()
    const told = [0, 1_000, 2_000, 3_000, 4_000].map((now) => steady('a', now))
    expect(told).toEqual([null, null, null, 'a', 'a'])
    expect(steady(null, 5_000)).toBeNull()
    expect(steady('a', 6_000)).toBeNull()
  })

  it('begins anew when it becomes another one', () => {
    const steady = createSteadyWarning()
    steady('a', 0)
    expect(steady('b', 3_000)).toBeNull()
    expect(steady('b', 6_000)).toBe('b')
  })

  it('begins anew when the clock is set back', () => {
    const steady = createSteadyWarning()
    expect([9_000_000, 1_000, 4_000].map((now) => steady('a', now))).toEqual([null, null, 'a'])
  })

  it('of slow samples is said with the second', () => {
    const steady = createSteadyWarning()
    expect([steady('a', 0), steady('a', 5_000)]).toEqual([null, 'a'])
  })
})
