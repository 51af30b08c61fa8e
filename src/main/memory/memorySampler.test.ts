/** Would catch: a sampler that reads too often, never stops, dies with a hanging server, passes old figures for new, or asks twice at once. */
import { describe, expect, it, vi } from 'vitest'
import type { MemorySample, ModelMemory } from '../../shared/memory.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger, type Logger } from '../lib/logger.ts'
import type { MachineReading } from './machineReading.ts'
import { createHistoryRig } from './historyRig.ts'
import { createMemorySampler } from './memorySampler.ts'
import { GIB, testModel, testReading } from './testReadings.ts'

interface Setup {
  read?: (reading: MachineReading) => Promise<MachineReading>
  readModels?: () => Promise<ModelMemory[]>
  logger?: Logger
}

function setUp({ read = async (reading) => reading, readModels = async () => [], logger = silentLogger }: Setup = {}) {
  const clock = createFakeClock()
  const samples: MemorySample[] = []
  const paces: (number | null)[] = []
  const reads: number[] = []
  const dispose = vi.fn(async () => {})
  const sampler = createMemorySampler({
    probe: {
      read() {
        reads.push(clock.now())
        return read(testReading({ readAt: clock.now() }))
      },
      pace: (intervalMs) => void paces.push(intervalMs),
      dispose
    },
    readModels,
    reserveBytes: () => 0,
    clock,
    logger,
    onSample: (sample) => void samples.push(sample),
    history: createHistoryRig({ now: clock.now }).history
  })
  return { clock, sampler, samples, paces, reads, dispose }
}

const never = <Value>(): Promise<Value> => new Promise<Value>(() => {})

describe('memory sampler: pace', () => {
  it('samples at once, then every 5 s while nobody watches', async () => {
    const { clock, sampler, samples } = setUp()
    sampler.start()
    await clock.advance(20_000)
    expect(samples).toHaveLength(5)
  })

  it('samples every second for 15 s after somebody looked, then slows down, and tells the probe each time', async () => {
    const { clock, sampler, samples, paces } = setUp()
    sampler.start()
    await clock.advance(1_500)
    sampler.watch()
    expect(sampler.isWatched()).toBe(true)
    const before = samples.length
    await clock.advance(15_000)
    expect(samples.length - before).toBeGreaterThanOrEqual(15)
    expect(samples.length - before).toBeLessThanOrEqual(16)
    expect(sampler.isWatched()).toBe(false)
    const watched = samples.length
    await clock.advance(20_000)
    expect(samples.length - watched).toBeLessThanOrEqual(5)
    expect(paces).toEqual([5_000, 1_000, 5_000])
  })

  it('does not drift: a read that takes 300 ms leaves the next one second after the last began', async () => {
    const { clock, sampler, reads } = setUp({
      read: (reading) => new Promise((resolve) => void clock.after(300, () => resolve(reading)))
    })
    sampler.start()
    sampler.watch()
    await clock.advance(5_400)
    expect(reads.map((at) => at - (reads[0] ?? 0))).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000])
  })

  it('stops completely while suspended, and begins at once when resumed, with nothing of before', async () => {
    const { clock, sampler, samples, reads, paces } = setUp()
    sampler.start()
    sampler.watch()
    await clock.advance(3_500)
    const before = reads.length
    sampler.suspend()
    await clock.advance(3_600_000)
    expect(reads).toHaveLength(before)
    expect(paces.at(-1)).toBeNull()
    expect((await sampler.current()).isStale).toBe(true)
    sampler.resume()
    await clock.advance(10)
    expect(reads).toHaveLength(before + 1)
    expect(samples.at(-1)).toMatchObject({ isStale: false, sampledAt: clock.now() - 10 })
  })

  it('does not publish a reading that was under way when it was suspended', async () => {
    const { clock, sampler, samples } = setUp({
      read: (reading) => new Promise((resolve) => void clock.after(300, () => resolve(reading)))
    })
    sampler.start()
    await clock.advance(100)
    sampler.suspend()
    await clock.advance(10_000)
    expect(samples).toEqual([])
  })

  it('samples at once after a load or an unload, once more when one was under way, and not while suspended', async () => {
    const { clock, sampler, reads } = setUp({
      read: (reading) => new Promise((resolve) => void clock.after(100, () => resolve(reading)))
    })
    sampler.start()
    await clock.advance(2_000)
    expect(reads).toHaveLength(1)
    sampler.refreshSoon()
    sampler.refreshSoon()
    sampler.refreshSoon()
    await clock.advance(1_000)
    expect(reads).toHaveLength(3)
    sampler.suspend()
    sampler.refreshSoon()
    await clock.advance(1_000)
    expect(reads).toHaveLength(3)
  })

  it('ends with dispose: no timer, no reading, the probe disposed', async () => {
    const { clock, sampler, reads, dispose } = setUp()
    sampler.start()
    await clock.advance(100)
    await sampler.dispose()
    await clock.advance(60_000)
    expect(reads).toHaveLength(1)
    expect(dispose).toHaveBeenCalledOnce()
  })
})

describe('memory sampler: current', () => {
  it('answers the same sample within 900 ms, a new one after', async () => {
    const { clock, sampler, reads } = setUp()
    const first = await sampler.current()
    await clock.advance(899)
    expect(await sampler.current()).toBe(first)
    await clock.advance(1)
    expect(await sampler.current()).not.toBe(first)
    expect(reads).toHaveLength(2)
  })

  it('shares one reading between callers at the same time, and quickens the pace', async () => {
    const { clock, sampler, samples, reads } = setUp()
    sampler.start()
    const [a, b] = await Promise.all([sampler.current(), sampler.current()])
    expect(a).toBe(b)
    expect(reads).toHaveLength(1)
    await clock.advance(3_000)
    expect(samples).toHaveLength(4)
  })
})

describe('memory sampler: trouble', () => {
  it('keeps the machine moving when models hang, with the models last known, and asks no second time meanwhile', async () => {
    const readModels = vi.fn<() => Promise<ModelMemory[]>>(never).mockResolvedValueOnce([testModel()])
    const { clock, sampler, samples } = setUp({ readModels })
    sampler.start()
    sampler.watch()
    await clock.advance(9_500)
    expect(samples.length).toBeGreaterThanOrEqual(9)
    expect(samples.every((sample) => !sample.isStale && sample.models.length === 1)).toBe(true)
    expect(readModels).toHaveBeenCalledTimes(2)
  })

  it('keeps the models last known when asking for them fails, and says so once', async () => {
    const warn = vi.fn()
    const readModels = vi.fn(async (): Promise<ModelMemory[]> => Promise.reject(new Error('server down')))
    readModels.mockResolvedValueOnce([testModel({ heldBytes: 2 * GIB })])
    const { clock, sampler, samples } = setUp({ readModels, logger: { ...silentLogger, warn } })
    sampler.start()
    sampler.watch()
    await clock.advance(4_000)
    expect(samples.at(-1)?.models[0]?.heldBytes).toBe(2 * GIB)
    expect(warn).toHaveBeenCalledOnce()
  })

  it('shows the last good figures for three bad ticks, then grey, then live again', async () => {
    let isBad = false
    const { clock, sampler, samples } = setUp({
      read: async (reading) => (isBad ? { ...reading, usedBytes: Number.NaN } : reading)
    })
    sampler.start()
    sampler.watch()
    await clock.advance(6_500)
    isBad = true
    const before = samples.length
    await clock.advance(5_000)
    expect(samples.slice(before).map((sample) => sample.isStale)).toEqual([false, false, false, true, true])
    expect(samples.slice(before).every((sample) => sample.usedBytes === 4 * GIB)).toBe(true)
    isBad = false
    await clock.advance(1_000)
    expect(samples.at(-1)).toMatchObject({ isStale: false })
  })

  it('goes on when the probe throws or hangs, and shows unknown, not 0, when it never worked', async () => {
    for (const read of [async () => Promise.reject(new Error('no /proc')), () => never<MachineReading>()]) {
      const { clock, sampler, samples } = setUp({ read })
      sampler.start()
      await clock.advance(20_000)
      expect(samples.length).toBeGreaterThanOrEqual(3)
      expect(samples.at(-1)).toMatchObject({ isStale: true, totalBytes: null, usedBytes: null, budgetBytes: null })
    }
  })

  it('does not grey when it quickens: what it shows is as old as the slow pace made it', async () => {
    const clock0 = { at: 0 }
    const { clock, sampler, samples } = setUp({ read: async (reading) => ({ ...reading, readAt: clock0.at }) })
    clock0.at = clock.now()
    sampler.start()
    await clock.advance(4_500)
    sampler.watch()
    await clock.advance(100)
    expect(samples.at(-1)).toMatchObject({ isStale: false })
  })
})

describe('memory sampler: a clock that is set back', () => {
  it('is no reason to wait until it has caught up', async () => {
    const { clock, sampler, samples } = setUp()
    sampler.start()
    await clock.advance(12_000)
    clock.setBack(3_600_000)
    const before = samples.length
    sampler.watch()
    await clock.advance(3_000)
    expect(samples.length - before).toBeGreaterThanOrEqual(3)
    await clock.advance(20_000)
    expect(sampler.isWatched()).toBe(false)
  })

  it('makes no old sample a fresh one', async () => {
    const { clock, sampler } = setUp()
    sampler.start()
    await clock.advance(100)
    clock.setBack(3_600_000)
    const { sampledAt } = await sampler.current()
    expect(sampledAt).toBe(clock.now())
  })

  it('ends watching when it should have ended', async () => {
    const { clock, sampler } = setUp()
    sampler.start()
    sampler.watch()
    await clock.advance(1_000)
    clock.setBack(3_600_000)
    await clock.advance(15_000)
    expect(sampler.isWatched()).toBe(false)
  })
})

describe('memory sampler: history', () => {
  it('answers the range asked for with the points of it', async () => {
    const { clock, sampler } = setUp()
    sampler.start()
    sampler.watch()
    await clock.advance(10_000)
    const { fromAt, toAt, points } = sampler.history({ rangeMs: 5_000 })
    expect(toAt - fromAt).toBe(5_000)
    expect(points).toHaveLength(6)
    expect(sampler.history({ rangeMs: 3_600_000, maxPoints: 4 }).points.length).toBeLessThanOrEqual(4)
  })
})
