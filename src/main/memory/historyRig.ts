/** What tests of history share: samples at any time, and a history on a database in memory or in a file. */
import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { pressures, type MemoryPoint, type MemorySample, type ModelMemory } from '../../shared/memory.ts'
import { holeAt, pointOf } from '../../shared/memoryPoint.ts'
import { silentLogger, type Logger } from '../lib/logger.ts'
import { openDatabase } from '../storage/database.ts'
import { createMemoryHistoryStore, type MemoryHistoryStore } from '../storage/memoryHistory.ts'
import { composeSample } from './composeSample.ts'
import { createMemoryHistory, type MemoryHistory } from './history.ts'
import type { HistoryRow } from './historyRow.ts'
import type { MachineReading } from './machineReading.ts'
import { testModel, testReading } from './testReadings.ts'

interface SampleChanges {
  reading?: Partial<MachineReading>
  models?: readonly ModelMemory[]
  isStale?: boolean
}

export function sampleAt(readAt: number, changes: SampleChanges = {}): MemorySample {
  const { models = [testModel()], isStale = false } = changes
  const reading = testReading({ readAt, ...changes.reading })
  return composeSample({ reading, models, baseline: [], reserveSettingBytes: 0, isStale, now: readAt })
}

interface HistoryRig {
  history: MemoryHistory
  store: MemoryHistoryStore
  database: DatabaseSync
}

interface HistoryWish {
  now: () => number
  path?: string
  logger?: Logger
}

export function createHistoryRig({ now, path = ':memory:', logger = silentLogger }: HistoryWish): HistoryRig {
  const { database } = openDatabase(path)
  const store = createMemoryHistoryStore({ database })
  // No timers: what is not asked for is loaded at the turn of a minute.
  const clock = { now, after: () => () => {} }
  return { history: createMemoryHistory({ store, clock, logger }), store, database }
}

export function rowAt(at: number, changes: Partial<MemoryPoint> = {}, row: Partial<HistoryRow> = {}): HistoryRow {
  const point = { ...pointOf(sampleAt(at)), ...changes }
  return { point, sampledMs: 1_000, unknown: [], ...row }
}

export function holeRow(at: number): HistoryRow {
  return { point: holeAt(at), sampledMs: 0, unknown: [] }
}

const amount = fc.integer({ min: 0, max: 2 ** 45 })
const anyRow = fc
  .record({
    gapMs: fc.integer({ min: 1, max: 40_000 }),
    usedBytes: fc.option(amount),
    gpuLoadPercent: fc.option(fc.integer({ min: 0, max: 100 })),
    pressure: fc.option(fc.constantFrom(...pressures)),
    held: fc.dictionary(fc.constantFrom('h/a', 'h/b', 'ollama/c:latest'), fc.option(amount)),
    isHole: fc.boolean()
  })
  .map(({ gapMs, held, isHole, usedBytes, ...point }) => {
    const known = Object.entries(held).filter((entry): entry is [string, number] => entry[1] !== null)
    const unknown = Object.keys(held).filter((key) => held[key] === null)
    const heldMaxBytes = unknown.length > 0 ? null : known.reduce((sum, [, bytes]) => sum + bytes, 0)
    const used = { usedBytes, usedMinBytes: usedBytes, usedMaxBytes: usedBytes, heldMaxBytes }
    const sampled = rowAt(0, { ...point, ...used, held: Object.fromEntries(known) }, { unknown, sampledMs: gapMs })
    return { gapMs, row: isHole ? holeRow(0) : sampled }
  })

/** Rows as they may come: in time order, some of them holes, anything in them unknown. */
export const rowsInTime: fc.Arbitrary<HistoryRow[]> = fc.array(anyRow, { maxLength: 120 }).map((list) => {
  let at = 1_700_000_000_000
  return list.map(({ gapMs, row }) => ({ ...row, point: { ...row.point, at: (at += gapMs) } }))
})
