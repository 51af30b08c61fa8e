import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { NewActivityEvent } from '../../shared/activity.ts'
import { pressures, type MemorySample, type Pressure } from '../../shared/memory.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { residentOf, sampleOf } from './fitRig.ts'
import type { Request } from './modelContext.ts'
import { nextPressure, nextToGo, reliefOf, unpressed } from './pressurePolicy.ts'
import { createPressureRelief, type PressureRelief } from './pressureRelief.ts'
import type { Resident } from './resident.ts'

let clock: FakeClock
let relief: PressureRelief
let residents: Resident[]
let reaction: 'offer' | 'unload'
let log: NewActivityEvent[]
let paused: boolean[]
/** Unloads under way. */
let unloads: { name: string; request: Request; end: () => void; fail: () => void }[]

beforeEach(() => {
  clock = createFakeClock()
  residents = []
  reaction = 'offer'
  log = []
  paused = []
  unloads = []
  relief = createPressureRelief({
    residents: () => residents,
    reaction: () => reaction,
    unloadIfIdle({ name }, request) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      unloads.push({ name, request, end: resolve, fail: () => reject(new Error('no')) })
      return promise
    },
    setPaused: (isPaused) => paused.push(isPaused),
    log: (event) => log.push(event),
    clock,
    logger: silentLogger
  })
})

const machine = sampleOf({ limitBytes: 16e9, reserveBytes: 4e9 })

/** One sample a second. */
async function seconds(count: number, pressure: Pressure | null, change: Partial<MemorySample> = {}): Promise<void> {
  for (let second = 0; second < count; second++) {
    await clock.advance(1_000)
    relief.sampled({ ...machine, pressure, ...change })
  }
}
const idle = (name: string, idleMs: number, change: Partial<Resident> = {}): Resident =>
  residentOf(name, { heldBytes: 1e9, lastUsedAt: clock.now() - idleMs, ...change })
const kinds = (): string[] => log.map(({ kind }) => kind)

describe('pressure', () => {
  it('is told once it lasts, and once when it is over, with its length', async () => {
    await seconds(2, 'warn')
    expect(log).toEqual([])
    await seconds(1, 'critical')
    expect(log).toMatchObject([{ kind: 'pressure_high', actor: 'stoker', reason: 'the system calls it critical' }])
    await seconds(20, 'warn')
    await seconds(9, 'normal')
    expect(kinds()).toEqual(['pressure_high'])
    await seconds(1, 'normal')
    expect(log.at(-1)).toMatchObject({ kind: 'pressure_normal', reason: 'it lasted 30 s' })
    expect(paused).toEqual([true, false])
  })

  it('is not made by blips, ended by moments, nor by samples that tell nothing or are old', async () => {
    for (let round = 0; round < 10; round++) {
      await seconds(2, 'warn')
      await seconds(1, 'normal')
      await seconds(5, 'critical', { isStale: true })
    }
    expect(log).toEqual([])
    await seconds(2, 'warn')
    await seconds(50, null)
    await seconds(1, 'warn')
    expect(kinds()).toEqual(['pressure_high'])
    for (let round = 0; round < 10; round++) {
      await seconds(9, 'normal')
      await seconds(1, 'warn')
    }
    expect(kinds()).toEqual(['pressure_high'])
  })

  it('changes only after as many samples in a row as it takes, whatever comes', () => {
    const level = fc.constantFrom(...pressures, null)
    fc.assert(
      fc.property(fc.array(level, { maxLength: 60 }), (levels) => {
        let state = unpressed
        let run: boolean[] = []
        for (const one of levels) {
          const before = state.isPressed
          state = nextPressure(state, one)
          if (one === null) {
            expect(state.isPressed).toBe(before)
            continue
          }
          run = [...run, one !== 'normal']
          if (state.isPressed === before) continue
          const needed = state.isPressed ? 3 : 10
          expect(run.slice(-needed)).toEqual(Array.from({ length: needed }, () => state.isPressed))
        }
      })
    )
  })
})

describe('the offer', () => {
  it('names idle models only, least recently used first, and what they would give back', async () => {
    residents = [
      idle('new', 1_000),
      idle('old', 60_000, { heldBytes: 2e9 }),
      idle('pinned', 90_000, { isPinned: true }),
      idle('busy', 90_000, { isBusy: true }),
      idle('far', 90_000, { isLocal: false })
    ]
    expect(relief.relief()).toBeNull()
    await seconds(3, 'warn')
    expect(relief.relief()).toEqual({
      unload: [
        { hostId: 'h', name: 'old' },
        { hostId: 'h', name: 'new' }
      ],
      bytes: 3e9
    })
    await seconds(10, 'normal')
    expect(relief.relief()).toBeNull()
    expect(unloads).toEqual([])
  })

  it('is none where nobody could go, and has no sum where one is unknown', () => {
    expect(reliefOf([], machine)).toBeNull()
    expect(reliefOf([idle('a', 1), idle('b', 1, { heldBytes: null })], machine)).toMatchObject({ bytes: null })
  })

  it('leaves alone what lies on a card: memory is short, not the card', () => {
    const withCard = sampleOf({
      limitBytes: 16e9,
      reserveBytes: 4e9,
      card: { limitBytes: 8e9, reserveBytes: 0, usedBytes: 3e9 }
    })
    const onCard = idle('card', 1, { gpuBytes: 1e9 })
    const split = idle('split', 1, { gpuBytes: 0.4e9 })
    expect(reliefOf([onCard, split], withCard)).toEqual({ unload: [split.id], bytes: 0.6e9 })
  })
})

describe('unloading by itself', () => {
  beforeEach(() => {
    reaction = 'unload'
  })

  it('takes the least recently used idle one, one at a time, with 10 s between two', async () => {
    residents = [idle('old', 90_000), idle('older', 120_000), idle('fresh', 0)]
    await seconds(3, 'warn')
    expect(unloads.map(({ name }) => name)).toEqual(['older'])
    expect(unloads[0]?.request).toEqual({
      actor: 'pressure',
      reason: 'because memory was short, and nobody had used it for 2 min 3 s'
    })
    await seconds(20, 'warn')
    expect(unloads).toHaveLength(1)
    unloads[0]?.end()
    residents = residents.filter(({ id }) => id.name !== 'older')
    await seconds(9, 'warn')
    expect(unloads).toHaveLength(1)
    await seconds(2, 'warn')
    expect(unloads.map(({ name }) => name)).toEqual(['older', 'old'])
  })

  it('waits until a model was idle for 30 s, and takes what it knows nothing of for used until Stoker has watched so long', async () => {
    residents = [residentOf('unknown', { heldBytes: 1e9, lastUsedAt: null })]
    await seconds(29, 'critical')
    expect(unloads).toEqual([])
    await seconds(1, 'critical')
    expect(unloads.map(({ name }) => name)).toEqual(['unknown'])
  })

  it('stops as soon as a sample is normal, though the stretch is not over', async () => {
    residents = [idle('a', 0)]
    await seconds(10, 'warn')
    await seconds(1, 'normal')
    await clock.advance(60_000)
    await seconds(1, 'normal')
    expect(unloads).toEqual([])
    await seconds(1, 'warn')
    expect(unloads).toHaveLength(1)
  })

  it('does not try the same one again and again when it will not go', async () => {
    residents = [idle('stuck', 90_000), idle('other', 60_000)]
    await seconds(3, 'warn')
    unloads[0]?.fail()
    await seconds(60, 'warn')
    expect(unloads.map(({ name }) => name)).toEqual(['stuck', 'other'])
  })

  it('never names who is pinned, busy, elsewhere or was just used, in 2,000 random cases', () => {
    const one = fc.record({
      isPinned: fc.boolean(),
      isBusy: fc.boolean(),
      isLocal: fc.boolean(),
      heldBytes: fc.option(fc.nat(9), { nil: null }),
      lastUsedAt: fc.option(fc.nat(100_000), { nil: null })
    })
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 6 }),
        fc.integer({ min: 0, max: 200_000 }),
        fc.nat(6),
        (all, now, sparedAt) => {
          const some = all.map((each, index) => residentOf(`m${index}`, each))
          const spared = new Set([`h/m${sparedAt}`])
          const victim = nextToGo(some, machine, now, 0, spared)
          const could = some.filter(
            ({ key, isPinned, isBusy, isLocal, heldBytes, lastUsedAt }) =>
              !isPinned &&
              !isBusy &&
              isLocal &&
              heldBytes !== 0 &&
              !spared.has(key) &&
              now - (lastUsedAt ?? 0) >= 30_000
          )
          expect(victim === null).toBe(could.length === 0)
          if (victim === null) return
          expect(could).toContain(victim)
          for (const other of could) expect(other.lastUsedAt ?? 0).toBeGreaterThanOrEqual(victim.lastUsedAt ?? 0)
        }
      ),
      { numRuns: 2_000 }
    )
  })
})
