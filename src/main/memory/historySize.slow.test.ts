/** Would catch: a second lost at speed, a file that grows beyond what was promised, space of cut rows that is not used again. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ModelMemory } from '../../shared/memory.ts'
import { silentLogger } from '../lib/logger.ts'
import { createActivityLog } from '../storage/activityLog.ts'
import { createHistoryRig, sampleAt } from './historyRig.ts'
import { GIB, testGpu, testModel } from './testReadings.ts'

const start = 1_700_006_400_000
const minute = 60_000
const day = 1_440 * minute
const limitBytes = 50e6

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-size-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** All files of the database together. */
const sizeOnDisk = (): number =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)

/** A number that looks like any other, the same in every run. */
let seed = 1
const amount = (most: number): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return Math.floor((seed / 2_147_483_647) * most)
}
/** Six models with long names that all hold another amount each time, and no other figure the same twice. */
const models = (): ModelMemory[] =>
  [1, 2, 3, 4, 5, 6].map((number) =>
    testModel({
      id: { hostId: 'ollama', name: `someone/a-model-of-some-length-${number}:q4_K_M` },
      heldBytes: amount(64 * GIB)
    })
  )
const worstCase = (at: number): ReturnType<typeof sampleAt> =>
  sampleAt(at, {
    models: models(),
    reading: {
      totalBytes: 512 * GIB,
      usedBytes: amount(512 * GIB),
      swapUsedBytes: amount(64 * GIB),
      pressure: 'critical',
      gpus: [testGpu({ loadPercent: amount(1_000_000) / 10_000 })]
    }
  })

it('a month of the worst case, its last hour in seconds, and 50,000 events: under 50 MB; more days take the place of the first', () => {
  let now = start
  const rig = createHistoryRig({ now: () => now, path: join(directory, 'stoker.db') })
  const take = (toAt: number, stepMs: number): void => {
    for (; now < toAt; now += stepMs) rig.history.add(worstCase(now))
  }
  const events = createActivityLog({ database: rig.database, now: () => now, logger: silentLogger })
  rig.database.exec('BEGIN')
  for (let count = 0; count < 50_000; count++) {
    const reason = 'to stay within 2 loaded models, the least recently used of those that nobody pinned'
    const error = { code: 'bad_answer' as const, message: 'The server said something else. '.repeat(6), hint: null }
    const modelId = { hostId: 'ollama', name: 'someone/a-model-of-some-length-1:q4_K_M' }
    events.add({
      kind: 'unloaded',
      actor: 'limit',
      modelId,
      hostId: 'ollama',
      reason,
      durationMs: 1.25,
      bytes: 5e9,
      error
    })
  }
  rig.database.exec('COMMIT')
  take(start + 31 * day, minute)
  take(now + 65 * minute, 1_000)
  const afterAMonth = sizeOnDisk()
  expect(afterAMonth).toBeLessThan(limitBytes)
  expect(afterAMonth).toBeGreaterThan(10e6)
  take(now + 3 * day, minute)
  expect(sizeOnDisk()).toBeLessThan(afterAMonth * 1.05)
  const { points } = rig.history.query({ rangeMs: 30 * day, maxPoints: 60_000 })
  expect(points).toHaveLength(30 * 1_440)
  const count = (spanMs: number): number => rig.store.read(spanMs, 0, Number.MAX_SAFE_INTEGER).length
  expect(count(minute)).toBeGreaterThanOrEqual(31 * 1_440)
  expect(count(minute)).toBeLessThan(31 * 1_440 + 20)
  expect(count(5 * minute)).toBeLessThan(31 * 288 + 4)
  expect(count(0)).toBeLessThan(80)
  rig.database.close()
}, 300_000)

it('a day of samples at speed loses none: each second is in its minute, and the last hour has them all', () => {
  let now = start
  const rig = createHistoryRig({ now: () => now, path: join(directory, 'stoker.db') })
  for (let second = 0; second < 86_400; second++) {
    now = start + second * 1_000
    rig.history.add(sampleAt(now, { reading: { usedBytes: second } }))
  }
  const seconds = rig.history.query({ rangeMs: 60 * minute, maxPoints: 4_000 }).points
  expect(seconds.map(({ usedBytes }) => usedBytes)).toEqual(Array.from({ length: 3_601 }, (_, index) => 82_799 + index))
  const minutes = rig.store.read(minute, 0, Number.MAX_SAFE_INTEGER)
  // The last one is not over.
  expect(minutes).toHaveLength(1_439)
  minutes.forEach(({ point, sampledMs }, index) => {
    expect(point.at).toBe(start + index * minute)
    expect([point.usedMinBytes, point.usedMaxBytes, sampledMs]).toEqual([index * 60, index * 60 + 59, minute])
    expect(point.usedBytes).toBe(Math.round(index * 60 + 29.5))
  })
  expect(sizeOnDisk()).toBeLessThan(limitBytes)
  rig.database.close()
}, 300_000)
