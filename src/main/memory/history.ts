/** Memory over time: seconds for the last hour, minutes for a month, kept across restarts; a hole in time stays a hole. */
import type { MemoryPoint, MemorySample } from '../../shared/memory.ts'
import { holeAt, holeMs, pointsAfter } from '../../shared/memoryPoint.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { MemoryHistoryStore } from '../storage/memoryHistory.ts'
import { downsample, withHoles } from './downsample.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, rowOfSample, startOf, type HistoryRow } from './historyRow.ts'
import { minuteStep, sampleStep } from './historySteps.ts'
import { createHistoryWriter, inOrder, type HistoryWriter } from './historyWriter.ts'
import { createRecentRows } from './recentRows.ts'
import { meanOf } from './rowMean.ts'

export interface HistoryRange {
  rangeMs: number
  /** Left out: now. */
  toAt?: number | undefined
}

export interface HistoryAnswer {
  fromAt: number
  toAt: number
  /** What one stored row stands for: a second, or a minute. */
  stepMs: number
  /** Oldest first. */
  points: MemoryPoint[]
}

export interface MemoryHistory {
  /** Written at once. Never throws: where the disk refuses, history goes on in memory. */
  add(sample: MemorySample): void
  query(range: HistoryRange & { maxPoints: number }): HistoryAnswer
  /** Every stored row of a range, a day at a time, without holes. Throws where one cannot be read. */
  rows(range: HistoryRange): Iterable<readonly HistoryRow[]>
  dispose(): void
}

/** A range of the last hour is a little older by the time it is answered. */
const SLACK_MS = 5_000
/** After the first sample: the start is over then, and the first page not yet here. */
const LOAD_AFTER_MS = 200

interface MemoryHistoryDeps {
  store: MemoryHistoryStore
  clock: Clock
  logger: Logger
}

export function createMemoryHistory({ store, clock, logger }: MemoryHistoryDeps): MemoryHistory {
  const recent = createRecentRows()
  const writer = createHistoryWriter({ store, logger })
  const { now } = clock
  let isLoaded = false
  let cancelLoad: (() => void) | null = null

  /** The last hour of the run before: the start does not wait for it, and whoever asks earlier has it at once. */
  function load(): void {
    if (isLoaded) return
    isLoaded = true
    const first = recent.first()
    const stored = writer.read(0, 0, first?.point.at ?? Number.MAX_SAFE_INTEGER)
    recent.putBefore(withGaps(stored, first), now())
    const unfinished = recent.lastSampled()
    const minutes = new Set(stored.map(({ point }) => startOf(point.at, MINUTE_MS)))
    if (unfinished !== undefined) minutes.delete(startOf(unfinished.point.at, MINUTE_MS))
    // A minute whose end no one saw, as after a kill, is made from its seconds.
    for (const at of minutes) {
      if (writer.read(MINUTE_MS, at, at + 1).length > 0) continue
      const mean = meanOf(
        stored.filter(({ point }) => startOf(point.at, MINUTE_MS) === at),
        at,
        MINUTE_MS
      )
      if (mean !== null) writer.save([mean])
    }
  }

  function minuteRow(at: number): HistoryRow[] {
    const mean = meanOf(recent.between(at, at + MINUTE_MS), at, MINUTE_MS)
    return mean === null ? [] : [mean]
  }

  /** Makes room for a reading of `at`: ends the minute before it, and forgets what lies ahead of a clock that was set back. */
  function turnTo(at: number): HistoryRow[] {
    const last = recent.lastSampled()
    if (last === undefined) {
      if (recent.first() === undefined) writer.dropSamplesFrom(at)
      return []
    }
    const lastMinute = startOf(last.point.at, MINUTE_MS)
    const isTurn = lastMinute !== startOf(at, MINUTE_MS)
    if (isTurn) load()
    const ended = isTurn ? minuteRow(lastMinute) : []
    if (at < last.point.at) {
      recent.dropFrom(at)
      writer.dropSamplesFrom(at)
    }
    return ended
  }

  /** Minutes or longer means, with the minute that is not over yet. */
  function storedRows(read: HistoryWriter['read'], spanMs: number, fromAt: number, toAt: number): HistoryRow[] {
    load()
    const last = recent.lastSampled()?.point.at
    const running = last === undefined ? [] : minuteRow(startOf(last, MINUTE_MS))
    const inRange = running.filter(({ point }) => point.at >= fromAt && point.at < toAt)
    return inOrder([...read(spanMs, fromAt, toAt), ...inRange])
  }

  function isRecent(fromAt: number): boolean {
    return fromAt >= now() - HOUR_MS - SLACK_MS
  }

  function recentPoints(fromAt: number, toAt: number, maxPoints: number): MemoryPoint[] {
    load()
    const rows = recent.between(fromAt, toAt + 1)
    if (rows.length <= maxPoints) return rows.map(({ point }) => point)
    const stepMs = sampleStep(toAt - fromAt, maxPoints)
    return downsample(recent.between(startOf(fromAt, stepMs), startOf(toAt, stepMs) + stepMs), stepMs)
  }

  function olderPoints(fromAt: number, toAt: number, maxPoints: number): MemoryPoint[] {
    const { stepMs, spanMs } = minuteStep(toAt - fromAt, maxPoints)
    const rows = storedRows(writer.read, spanMs, startOf(fromAt, stepMs), startOf(toAt, stepMs) + stepMs)
    return downsample(withHoles(rows), stepMs)
  }

  return {
    add(sample) {
      const ended = sample.isStale ? [] : turnTo(sample.sampledAt)
      const last = recent.last()
      const lastAt = last === undefined || last.sampledMs === 0 ? null : last.point.at
      const added = pointsAfter(last?.point, sample).map((point) => rowOfSample(point, sample, lastAt))
      for (const row of added) recent.push(row)
      cancelLoad ??= clock.after(LOAD_AFTER_MS, load)
      const rows = [...added.filter(({ sampledMs }) => sampledMs > 0), ...ended]
      if (rows.length > 0) writer.save(rows)
    },
    query({ rangeMs, toAt = now(), maxPoints }) {
      const fromAt = Math.max(0, toAt - rangeMs)
      const isLive = isRecent(fromAt)
      const points = isLive ? recentPoints(fromAt, toAt, maxPoints) : olderPoints(fromAt, toAt, maxPoints)
      return { fromAt, toAt, stepMs: isLive ? SECOND_MS : MINUTE_MS, points }
    },
    *rows({ rangeMs, toAt = now() }) {
      const fromAt = Math.max(0, toAt - rangeMs)
      if (isRecent(fromAt)) {
        load()
        yield recent.between(fromAt, toAt + 1).filter(({ sampledMs }) => sampledMs > 0)
        return
      }
      for (let at = startOf(fromAt, MINUTE_MS); at <= toAt; at += DAY_MS) {
        yield storedRows(writer.readWhole, MINUTE_MS, at, Math.min(at + DAY_MS, toAt + 1))
      }
    },
    dispose: () => cancelLoad?.()
  }
}

/** What was stored, with the holes in it, and the one before what follows. */
function withGaps(rows: readonly HistoryRow[], next: HistoryRow | undefined): HistoryRow[] {
  const following = next === undefined ? [] : [next]
  return [...rows, ...following].flatMap((row, index) => {
    const before = rows[index - 1]
    const isHole = before !== undefined && row.point.at - before.point.at > holeMs
    const hole = isHole ? [{ point: holeAt(before.point.at + 1), sampledMs: 0, unknown: [] }] : []
    return index < rows.length ? [...hole, row] : hole
  })
}
