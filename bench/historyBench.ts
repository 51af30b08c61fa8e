/** History of memory on disk: how fast a month is read, what one sample costs, and how large the file gets. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../src/main/lib/logger.ts'
import { createMemoryHistory, type MemoryHistory } from '../src/main/memory/history.ts'
import { createHistoryRig, sampleAt } from '../src/main/memory/historyRig.ts'
import { GIB, testGpu, testModel } from '../src/main/memory/testReadings.ts'
import { createActivityLog, type ActivityLog } from '../src/main/storage/activityLog.ts'
import { createMemoryHistoryStore } from '../src/main/storage/memoryHistory.ts'
import type { Row } from './row.ts'
import { spread } from './statistics.ts'

const start = 1_700_006_400_000
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const promisedBytes = 50e6
const promisedMs = 20

export function runHistoryBench(): Row[] {
  return [...inFolder(measureMonth), inFolder(measureDay)]
}

function inFolder<Result>(measure: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'))
  try {
    return measure(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** 31 days of six models that never stand still, the last 65 minutes of them in seconds, and 50,000 events. */
function measureMonth(folder: string): Row[] {
  let now = start
  const { history, database } = createHistoryRig({ now: () => now, path: join(folder, 'stoker.db') })
  const events = createActivityLog({ database, now: () => now, logger: silentLogger })
  for (; now < start + 31 * day; now += minute) history.add(busySample(now))
  const monthEnd = now
  database.exec('BEGIN')
  for (let count = 0; count < 50_000; count++) {
    now = monthEnd - Math.floor(((50_000 - count) / 50_000) * 30 * day)
    addEvent(events)
  }
  database.exec('COMMIT')
  const writeMs: number[] = []
  for (now = monthEnd; now < monthEnd + 65 * minute; now += second)
    writeMs.push(timeOf(() => history.add(busySample(now))))
  const reopened = createMemoryHistory({
    store: createMemoryHistoryStore({ database }),
    clock: { now: () => now, after: () => () => {} },
    logger: silentLogger
  })
  const firstMs = timeOf(() => reopened.query({ rangeMs: hour, maxPoints: 600 }))
  const rows = [
    readRow(history, now, firstMs),
    writeRow(writeMs),
    sizeRow('A month of memory with 6 models, and 50,000 events, on disk', sizeOf(folder))
  ]
  database.close()
  return rows
}

function measureDay(folder: string): Row {
  let now = start
  const { history, store, database } = createHistoryRig({ now: () => now, path: join(folder, 'stoker.db') })
  const tookMs = timeOf(() => {
    for (; now <= start + day; now += second) history.add(busySample(now))
  })
  const minutes = store.read(minute, start, start + day)
  const kept = minutes.reduce((sum, { sampledMs }) => sum + sampledMs / second, 0)
  const megabytes = sizeOf(folder) / 1e6
  database.close()
  return {
    what: 'A day of samples written at speed',
    figure: `${kept} of ${day / second} kept, ${(tookMs / 1_000).toFixed(1)} s, ${megabytes.toFixed(1)} MB on disk`,
    target: 'none lost, under 50 MB',
    isMet: kept === day / second && megabytes * 1e6 < promisedBytes
  }
}

function readRow(history: MemoryHistory, now: number, firstMs: number): Row {
  const ranges = [5 * minute, 15 * minute, hour, 6 * hour, day, 3 * day, 7 * day, 14 * day, 30 * day, 31 * day]
  const ends = [now, now - 20 * minute, now - 10 * day]
  const all = ranges.flatMap((rangeMs) =>
    ends.map((toAt) => spread(timesOf(25, () => history.query({ rangeMs, toAt, maxPoints: 600 }))))
  )
  const slowest = Math.max(...all.map(({ median }) => median))
  const most = Math.max(...all.map(({ max }) => max))
  return {
    what: '30 days of memory, any range, at most 600 points',
    figure: `${slowest.toFixed(1)} ms for the slowest range (at most ${most.toFixed(1)}), ${firstMs.toFixed(1)} ms for the first after a start`,
    target: `under ${promisedMs} ms`,
    isMet: slowest < promisedMs
  }
}

function writeRow(times: readonly number[]): Row {
  const { median, max } = spread(times)
  const rare = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.999)] ?? Number.NaN
  return {
    what: 'One sample into history, on disk',
    figure: `${median.toFixed(3)} ms (one of a thousand ${rare.toFixed(1)} ms, at most ${max.toFixed(1)})`,
    target: 'typically under 1 ms',
    isMet: median < 1
  }
}

function sizeRow(what: string, bytes: number): Row {
  return { what, figure: `${(bytes / 1e6).toFixed(1)} MB`, target: 'under 50 MB', isMet: bytes < promisedBytes }
}

function busySample(at: number): ReturnType<typeof sampleAt> {
  const bytes = (most: number): number => Math.floor(Math.random() * most * GIB)
  return sampleAt(at, {
    models: [1, 2, 3, 4, 5, 6].map((number) =>
      testModel({ id: { hostId: 'ollama', name: `a-model-with-a-name-${number}:q4_K_M` }, heldBytes: bytes(12) })
    ),
    reading: {
      totalBytes: 128 * GIB,
      usedBytes: bytes(128),
      swapUsedBytes: bytes(8),
      gpus: [testGpu({ loadPercent: Math.random() * 100 })]
    }
  })
}

function addEvent(events: ActivityLog): void {
  events.add({
    kind: 'unloaded',
    actor: 'limit',
    modelId: { hostId: 'ollama', name: 'a-model-with-a-name-1:q4_K_M' },
    hostId: 'ollama',
    reason: 'to stay within 2 loaded models',
    durationMs: 12.5,
    bytes: 5e9,
    error: null
  })
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function timesOf(count: number, work: () => void): number[] {
  return Array.from({ length: count }, () => timeOf(work))
}

function timeOf(work: () => void): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}
