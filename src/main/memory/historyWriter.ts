/** Carries rows to disk as they come. Where the disk refuses they wait here, in memory, and nothing of it reaches whoever samples. */
import type { Logger } from '../lib/logger.ts'
import type { MemoryHistoryStore } from '../storage/memoryHistory.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, startOf, storedSpansMs, type HistoryRow } from './historyRow.ts'
import { meanOf } from './rowMean.ts'
import { createTroubleLog } from './troubleLog.ts'

export interface HistoryWriter {
  /** Samples and minutes; longer means are made here. Never throws. */
  save(rows: readonly HistoryRow[]): void
  /** Samples at `at` and later are forgotten: the clock was set back, and they will be taken anew. */
  dropSamplesFrom(at: number): void
  /** As the store's own, with what waits for it; where it cannot be read, that alone. */
  read(spanMs: number, fromAt: number, toAt: number): HistoryRow[]
  /** The same, but all or nothing: throws where it cannot be read. */
  readWhole(spanMs: number, fromAt: number, toAt: number): HistoryRow[]
}

export const KEPT_MINUTES_MS = 31 * DAY_MS
const KEPT_SAMPLES_MS = HOUR_MS + 5 * MINUTE_MS
/** What waits at most, and how much of it is written in one go. */
const MAX_WAITING = { samples: 4_000, minutes: 44_640 } as const
const PIECE = 500
/** After a refusal so many rows come before the next try: each may block for as long as another program holds the file. */
const PATIENCE = 10
/** Rows are cut after so many minutes without a gap: a clock that is wrong for a moment must not cost a month. */
const STEADY_MINUTES = 10

export function createHistoryWriter({ store, logger }: { store: MemoryHistoryStore; logger: Logger }): HistoryWriter {
  const writing = createTroubleLog(logger, 'Saving the history of memory failed; it goes on in memory')
  const reading = createTroubleLog(logger, 'Reading the history of memory failed')
  let samples: HistoryRow[] = []
  let minutes: HistoryRow[] = []
  let dropFromAt: number | null = null
  let pause = 0
  let steadyMinutes = 0
  let lastMinuteAt = Number.NEGATIVE_INFINITY

  function flush(): void {
    const piece = { samples: samples.slice(0, PIECE), minutes: minutes.slice(0, PIECE) }
    try {
      store.together(() => {
        if (dropFromAt !== null) store.remove(0, dropFromAt, Number.MAX_SAFE_INTEGER)
        store.write(piece.samples)
        store.write(piece.minutes)
        rollUp(store, piece.minutes)
        if (steadyMinutes >= STEADY_MINUTES) trim(store, lastMinuteAt)
      })
      samples = samples.slice(piece.samples.length)
      minutes = minutes.slice(piece.minutes.length)
      dropFromAt = null
      if (steadyMinutes >= STEADY_MINUTES) steadyMinutes = 0
      writing.clear()
    } catch (error) {
      writing.report(error)
      pause = PATIENCE
    }
  }

  function note(row: HistoryRow): void {
    const { at, spanMs } = row.point
    if (spanMs === 0) samples.push(row)
    else {
      minutes.push(row)
      steadyMinutes = at === lastMinuteAt + MINUTE_MS ? steadyMinutes + 1 : 0
      lastMinuteAt = at
    }
  }

  function waiting(spanMs: number, fromAt: number, toAt: number): HistoryRow[] {
    return (spanMs === 0 ? samples : minutes).filter(({ point }) => point.at >= fromAt && point.at < toAt)
  }

  function readWhole(spanMs: number, fromAt: number, toAt: number): HistoryRow[] {
    const stored = store.read(spanMs, fromAt, toAt)
    const here = waiting(spanMs, fromAt, toAt)
    return here.length === 0 ? stored : inOrder([...stored, ...here])
  }

  return {
    save(rows) {
      for (const row of rows) note(row)
      samples = samples.slice(-MAX_WAITING.samples)
      minutes = minutes.slice(-MAX_WAITING.minutes)
      if (pause > 0) pause -= 1
      else if (samples.length + minutes.length > 0) flush()
    },
    dropSamplesFrom(at) {
      samples = samples.filter(({ point }) => point.at < at)
      dropFromAt = Math.min(dropFromAt ?? at, at)
    },
    read(spanMs, fromAt, toAt) {
      try {
        const rows = readWhole(spanMs, fromAt, toAt)
        reading.clear()
        return rows
      } catch (error) {
        reading.report(error)
        return inOrder(waiting(spanMs, fromAt, toAt))
      }
    },
    readWhole
  }
}

/** By time; of two rows of one span and time the later one. */
export function inOrder(rows: readonly HistoryRow[]): HistoryRow[] {
  const sorted = rows.toSorted((a, b) => a.point.at - b.point.at)
  return sorted.filter(({ point }, index) => {
    const next = sorted[index + 1]?.point
    return next === undefined || next.at !== point.at || next.spanMs !== point.spanMs
  })
}

/** The longer means that these minutes belong to, made anew from all their parts. */
function rollUp(store: MemoryHistoryStore, minutes: readonly HistoryRow[]): void {
  let parts: number[] = minutes.map(({ point }) => point.at)
  storedSpansMs.slice(1).forEach((spanMs, index) => {
    const partMs = storedSpansMs[index] ?? MINUTE_MS
    parts = [...new Set(parts.map((at) => startOf(at, spanMs)))]
    for (const at of parts) {
      const mean = meanOf(store.read(partMs, at, at + spanMs), at, spanMs)
      if (mean !== null) store.write([mean])
    }
  })
}

/** A day of rows at most in one go, so that it stays short after a long pause. */
function trim(store: MemoryHistoryStore, newestAt: number): void {
  for (const spanMs of [0, ...storedSpansMs]) {
    const oldestAt = store.oldestAt(spanMs)
    if (oldestAt === null) continue
    const keptFromAt = newestAt - (spanMs === 0 ? KEPT_SAMPLES_MS : KEPT_MINUTES_MS)
    if (oldestAt < keptFromAt) store.remove(spanMs, oldestAt, Math.min(keptFromAt, oldestAt + DAY_MS))
  }
}
