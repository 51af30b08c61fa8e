/** Would catch: a line drawn through a night asleep, a history that grows for ever or ends with the process, a month lost to a wrong clock. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MemoryPoint } from '../../shared/memory.ts'
import { isHole } from '../../shared/memoryPoint.ts'
import { silentLogger } from '../lib/logger.ts'
import { createHistoryRig, rowAt, sampleAt } from './historyRig.ts'
import { createHistoryWriter } from './historyWriter.ts'
import { GIB, testGpu, testModel } from './testReadings.ts'

/** The start of a day. */
const start = 1_700_006_400_000
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let directory: string
let time: { now: number }
const open = (logger = silentLogger, path = join(directory, 'stoker.db')): ReturnType<typeof createHistoryRig> =>
  createHistoryRig({ now: () => time.now, path, logger })
const inMemory = (): ReturnType<typeof createHistoryRig> => open(silentLogger, ':memory:')

/** A sample every `stepMs` from `fromAt` to before `toAt`, each with what `used` says, and the clock moved along. */
function take(
  { history }: ReturnType<typeof createHistoryRig>,
  [fromAt, toAt, stepMs = 1_000]: [number, number, number?],
  used: (at: number) => number = () => 4 * GIB
): void {
  for (let at = fromAt; at < toAt; at += stepMs) {
    time.now = at
    history.add(sampleAt(at, { reading: { usedBytes: used(at) } }))
  }
}
const shape = (points: readonly MemoryPoint[]): (number | null)[] =>
  points.map((point) => (isHole(point) ? null : (point.at - start) / minute))

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-history-'))
  time = { now: start }
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('the last hour', () => {
  it('answers whole samples of the asked range, oldest first, with what each model held', () => {
    const rig = inMemory()
    const gpus = [testGpu({ loadPercent: 30 }), testGpu({ id: 'b', loadPercent: 70 })]
    for (let at = start; at < start + 100_000; at += 1_000) rig.history.add(sampleAt(at, { reading: { gpus } }))
    time.now = start + 99_000
    const { points, fromAt, toAt, stepMs } = rig.history.query({ rangeMs: 10_000, maxPoints: 600 })
    expect(points.map(({ at }) => at - fromAt)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((second) => second * 1_000)
    )
    expect([toAt, stepMs]).toEqual([time.now, 1_000])
    expect(points[0]).toMatchObject({ spanMs: 0, usedBytes: 4 * GIB, gpuLoadPercent: 70, held: { 'ollama/tiny': GIB } })
  })

  it('is drawn in steps with their peaks where there are more samples than points', () => {
    const rig = inMemory()
    take(rig, [start, start + hour], (at) =>
      at === start + 1_000_000 ? 9 * GIB : at === start + 2_000_000 ? GIB : 4 * GIB
    )
    const { points } = rig.history.query({ rangeMs: hour, maxPoints: 600 })
    expect(points.length).toBeGreaterThan(300)
    expect(points.length).toBeLessThanOrEqual(600)
    expect(points.every(({ spanMs }) => spanMs === 10_000)).toBe(true)
    expect(Math.max(...points.map((point) => point.usedMaxBytes ?? 0))).toBe(9 * GIB)
    expect(Math.min(...points.map((point) => point.usedMinBytes ?? 0))).toBe(GIB)
    expect(points.find((point) => point.usedMaxBytes === 9 * GIB)?.usedBytes).toBe(4.5 * GIB)
  })

  it('leaves a hole where nothing was read, and takes a stale sample for one, once', () => {
    const { history } = inMemory()
    history.add(sampleAt(start))
    history.add(sampleAt(start))
    for (let tick = 0; tick < 5; tick++) history.add(sampleAt(start, { isStale: true }))
    history.add(sampleAt(start + 9_000))
    history.add(sampleAt(start + 30 * minute))
    time.now = start + 30 * minute
    const { points } = history.query({ rangeMs: hour, maxPoints: 600 })
    expect(points.map((point) => point.usedBytes)).toEqual([4 * GIB, null, 4 * GIB, null, 4 * GIB])
  })

  it('is there again after a restart, with a hole for the time between', () => {
    const before = open()
    take(before, [start, start + minute])
    before.database.close()
    const after = open()
    take(after, [start + 5 * minute, start + 6 * minute])
    const { points } = after.history.query({ rangeMs: 10 * minute, maxPoints: 600 })
    expect(points).toHaveLength(121)
    expect(points.findIndex(isHole)).toBe(60)
    after.database.close()
  })
})

describe('minutes', () => {
  it('tell the mean, the lowest and the highest of each minute, and the running one, too', () => {
    const rig = inMemory()
    take(rig, [start, start + 2 * minute + 30_000], (at) => ((at / 1_000) % 2) * 2 * GIB)
    const { points, stepMs } = rig.history.query({ rangeMs: day / 4, maxPoints: 600 })
    expect(stepMs).toBe(minute)
    expect(shape(points)).toEqual([0, 1, 2])
    for (const point of points) {
      expect(point).toMatchObject({ spanMs: minute, usedBytes: GIB, usedMinBytes: 0, usedMaxBytes: 2 * GIB })
    }
  })

  it('that were not sampled are absent: a hole, never 0', () => {
    const rig = inMemory()
    take(rig, [start, start + 3 * minute, 5_000])
    take(rig, [start + 7 * minute, start + 8 * minute, 5_000])
    expect(shape(rig.history.query({ rangeMs: day / 4, maxPoints: 600 }).points)).toEqual([0, 1, 2, null, 7])
  })

  it('count a model as 0 while it was not loaded, and not at all while nobody knew what it held', () => {
    const { history } = inMemory()
    const loads = [[testModel({ heldBytes: 4 * GIB })], [], [testModel({ heldBytes: null })]]
    for (let at = start; at < start + minute; at += 1_000) {
      time.now = at
      history.add(sampleAt(at, { models: loads[Math.floor((at - start) / 20_000)] ?? [] }))
    }
    const [point] = history.query({ rangeMs: day, maxPoints: 600 }).points
    expect(point?.held).toEqual({ 'ollama/tiny': 2 * GIB })
    expect(point?.heldMaxBytes).toBe(4 * GIB)
  })

  it('weigh a sample by the time since the one before: an hour watched closely does not bend the mean', () => {
    const rig = inMemory()
    take(rig, [start - 5_000, start + 30_000, 5_000], () => 0)
    take(rig, [start + 30_000, start + minute], () => 6 * GIB)
    const [, point] = rig.history.query({ rangeMs: day, maxPoints: 2_000 }).points
    expect((point?.usedBytes ?? 0) / GIB).toBeCloseTo((6 * 34) / 64, 5)
  })

  it('begun before a restart are ended after it, with the samples of both', () => {
    const before = open()
    take(before, [start, start + 20_000], () => GIB)
    before.database.close()
    const after = open()
    take(after, [start + 20_000, start + minute + 1_000], () => 4 * GIB)
    const [point] = after.history.query({ rangeMs: day, maxPoints: 2_000 }).points
    expect(point).toMatchObject({ usedMinBytes: GIB, usedMaxBytes: 4 * GIB, usedBytes: 3 * GIB })
    after.database.close()
  })

  it.each([1, 30 * 24])('whose end no one saw are made from their seconds %d hours later', (hours) => {
    const before = open()
    take(before, [start, start + 90_000])
    before.database.close()
    const after = open()
    take(after, [start + hours * hour, start + hours * hour + 1_000])
    const { points } = after.history.query({ rangeMs: 31 * day, toAt: start + 10 * minute, maxPoints: 60_000 })
    expect(shape(points)).toEqual([0, 1])
    after.database.close()
  })

  it('that were looked at before their end, and whose end no one saw, have all their samples', () => {
    const before = open()
    take(before, [start, start + 20_000], () => GIB)
    before.database.close()
    const between = open()
    between.history.query({ rangeMs: day, maxPoints: 600 })
    take(between, [start + 20_000, start + 40_000], () => 2 * GIB)
    between.database.close()
    const after = open()
    take(after, [start + hour, start + hour + 1_000])
    const [point] = after.history.query({ rangeMs: day, maxPoints: 2_000 }).points
    expect(point).toMatchObject({ at: start, usedMinBytes: GIB, usedMaxBytes: 2 * GIB, usedBytes: 1.5 * GIB })
    after.database.close()
  })

  it('say the same of a step wherever the range ends', () => {
    const rig = inMemory()
    take(rig, [start, start + 10 * hour, 20_000], (at) => ((at - start) / minute) * GIB)
    const [short, long] = [5 * hour + 2 * minute, 5 * hour + 40 * minute].map((toMs) =>
      rig.history.query({ rangeMs: 5 * hour, toAt: start + toMs, maxPoints: 40 })
    )
    const last = short?.points.at(-1)
    expect(last).toMatchObject({ at: start + 5 * hour, spanMs: 10 * minute })
    expect(long?.points).toContainEqual(last)
  })

  it('add up: whatever the step, the highest, the lowest and the mean of a day are the same', () => {
    const rig = inMemory()
    const used = (at: number): number => (((at - start) / 20_000) % 7) * GIB
    take(rig, [start, start + day, 20_000], used)
    const answers = [60_000, 600, 100, 10].map((maxPoints) => rig.history.query({ rangeMs: day, maxPoints }).points)
    expect(answers.map(({ length }) => length)).toEqual([1_440, 288, 48, 6])
    for (const points of answers) {
      expect(Math.max(...points.map((point) => point.usedMaxBytes ?? -1))).toBe(6 * GIB)
      expect(Math.min(...points.map((point) => point.usedMinBytes ?? -1))).toBe(0)
      const mean = points.reduce((sum, point) => sum + (point.usedBytes ?? 0), 0) / points.length
      expect(mean / GIB).toBeCloseTo(3, 1)
    }
  })
})

describe('a clock', () => {
  it('that is set back has its time written anew, in order, and nothing older is lost', () => {
    const rig = inMemory()
    take(rig, [start, start + 10 * minute], () => GIB)
    take(rig, [start + 5 * minute, start + 7 * minute], () => 2 * GIB)
    const live = rig.history.query({ rangeMs: 30 * minute, maxPoints: 10_000 }).points
    expect(live.map(({ at }) => at)).toEqual(Array.from({ length: 420 }, (_, second) => start + second * 1_000))
    expect(live.map(({ usedBytes }) => usedBytes)).toEqual([...Array(300).fill(GIB), ...Array(120).fill(2 * GIB)])
    const { points } = rig.history.query({ rangeMs: day, toAt: start + 10 * minute, maxPoints: 10_000 })
    expect(shape(points)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(points[5]?.usedBytes).toBe(2 * GIB)
  })

  it('that is set back, during a run or between two, leaves nothing of the first time on disk', () => {
    const before = open()
    take(before, [start, start + 10 * minute], () => GIB)
    take(before, [start + 5 * minute + 500, start + 7 * minute], () => 2 * GIB)
    before.database.close()
    const after = open()
    take(after, [start + 6 * minute + 250, start + 8 * minute], () => 3 * GIB)
    after.database.close()
    const rig = open()
    time.now = start + 20 * minute
    const { points } = rig.history.query({ rangeMs: 30 * minute, maxPoints: 10_000 })
    expect(points.map(({ usedBytes }) => (usedBytes ?? 0) / GIB)).toEqual([
      ...Array(301).fill(1),
      ...Array(60).fill(2),
      ...Array(120).fill(3)
    ])
    rig.database.close()
  })

  it('that is years ahead for a moment costs nothing of the month', () => {
    const rig = inMemory()
    take(rig, [start, start + day, 15_000])
    take(rig, [start + 3_000 * day, start + 3_000 * day + 5 * minute])
    take(rig, [start + day, start + day + 20 * minute])
    const { points } = rig.history.query({ rangeMs: 2 * day, maxPoints: 100_000 })
    expect(points).toHaveLength(1_440 + 20)
  })

  it('that jumps anywhere at any time leaves rows in order, one of each time, and the newest as last taken', () => {
    const jump = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 30_000 }) },
      fc.integer({ min: -3 * hour, max: 3 * hour }),
      fc.integer({ min: -40 * day, max: 40 * day }),
      fc.constant(0)
    )
    fc.assert(
      fc.property(fc.array(jump, { maxLength: 60 }), fc.nat({ max: 60 }), (jumps, restartAfter) => {
        let rig = open()
        let last = { at: start + 100 * day, used: 0 }
        jumps.forEach((jumpMs, index) => {
          if (index === restartAfter) {
            rig.database.close()
            rig = open()
          }
          const at = last.at + jumpMs
          if (at !== last.at) last = { at, used: index }
          time.now = at
          rig.history.add(sampleAt(at, { reading: { usedBytes: last.used } }))
        })
        for (const rangeMs of [hour, 31 * day]) {
          const { points } = rig.history.query({ rangeMs, maxPoints: 600 })
          const times = points.map(({ at }) => at)
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
          expect(points.length).toBeLessThanOrEqual(600)
        }
        const newest = rig.history.query({ rangeMs: hour, maxPoints: 600 }).points.at(-1)
        if (jumps.length > 0) expect(newest).toMatchObject({ at: last.at, usedBytes: last.used })
        rig.database.close()
        rmSync(join(directory, 'stoker.db'), { force: true })
      }),
      { numRuns: 60 }
    )
  }, 60_000)
})

describe('a disk that refuses', () => {
  it('is told of once; history goes on in memory, and is written when there is room again', () => {
    const logger = { ...silentLogger, warn: vi.fn(), info: vi.fn() }
    const rig = open(logger)
    take(rig, [start, start + 5 * minute])
    rig.database.exec('PRAGMA query_only = ON')
    take(rig, [start + 5 * minute, start + 20 * minute])
    expect(logger.warn).toHaveBeenCalledOnce()
    const both = [hour, day].map((rangeMs) => rig.history.query({ rangeMs, maxPoints: 2_000 }).points)
    expect(both.map(({ length }) => length)).toEqual([1_200, 20])
    rig.database.exec('PRAGMA query_only = OFF')
    take(rig, [start + 20 * minute, start + 21 * minute])
    rig.database.close()
    expect(logger.info).toHaveBeenCalledOnce()
    const again = open()
    const kept = [hour, day].map((rangeMs) => again.history.query({ rangeMs, maxPoints: 2_000 }).points)
    expect(kept.map(({ length }) => length)).toEqual([1_260, 21])
    expect(kept.flat().some(isHole)).toBe(false)
    again.database.close()
  })

  it('that is full is no different: nothing throws, nothing is half written', () => {
    const rig = open()
    take(rig, [start, start + minute])
    const pages = Number(rig.database.prepare('PRAGMA page_count').get()?.['page_count'])
    rig.database.exec(`PRAGMA max_page_count = ${pages + 2}`)
    take(rig, [start + minute, start + 10 * minute])
    expect(rig.history.query({ rangeMs: hour, maxPoints: 2_000 }).points).toHaveLength(600)
    rig.database.exec('PRAGMA max_page_count = 100000')
    take(rig, [start + 10 * minute, start + 11 * minute])
    rig.database.close()
    const again = open()
    expect(again.history.query({ rangeMs: hour, maxPoints: 2_000 }).points).toHaveLength(660)
    again.database.close()
  })

  it('for days fills no memory: what waits is an hour of samples', () => {
    const { store, database } = open()
    const writer = createHistoryWriter({ store, logger: silentLogger })
    database.exec('PRAGMA query_only = ON')
    for (let second = 0; second < 9_000; second++) writer.save([rowAt(start + second * 1_000)])
    const waiting = writer.read(0, 0, Number.MAX_SAFE_INTEGER)
    expect(waiting.length).toBeLessThanOrEqual(4_000)
    expect(waiting.length).toBeGreaterThanOrEqual(hour / 1_000)
    expect(waiting.at(-1)?.point.at).toBe(start + 8_999_000)
    database.close()
  })

  it('that cannot be read answers what is in memory', () => {
    const rig = inMemory()
    take(rig, [start, start + 3 * minute])
    rig.database.close()
    expect(rig.history.query({ rangeMs: hour, maxPoints: 600 }).points).toHaveLength(180)
    expect(shape(rig.history.query({ rangeMs: day, maxPoints: 2_000 }).points)).toEqual([2])
  })
})
