/** Publishes the machine's memory and what models hold of it, as often as somebody watches, and hands it to history. */
import type { MemorySample } from '../../shared/memory.ts'
import { hasPassed } from '../lib/clock.ts'
import type { HistoryAnswer, HistoryRange, MemoryHistory } from './history.ts'
import { exportHistory, type HistoryExport } from './historyCsv.ts'
import type { MachineProbe } from './machineReading.ts'
import { createSampleLoop } from './sampleLoop.ts'
import { createSamplePace } from './samplePace.ts'
import type { SampleTakerDeps } from './sampleTaker.ts'

export interface MemorySamplerDeps extends SampleTakerDeps {
  probe: MachineProbe
  onSample: (sample: MemorySample) => void
  history: MemoryHistory
}

export interface MemorySampler {
  start(): void
  /** A sample less than a second old; whoever asks counts as watching. */
  current(): Promise<MemorySample>
  /** A range of up to 31 days in at most `maxPoints` (600); whoever asks counts as watching. */
  history(query: HistoryRange & { maxPoints?: number | undefined }): HistoryAnswer
  /** Every stored row of a range, as a table. */
  export(range: HistoryRange): Promise<HistoryExport>
  /** Somebody watches, for the next 15 seconds. */
  watch(): void
  /** Others that poll may want to hurry, too. */
  isWatched(): boolean
  /** Stops reading altogether: the machine sleeps or its screen is locked. */
  suspend(): void
  resume(): void
  /** A load or an unload ended: take a sample now. */
  refreshSoon(): void
  dispose(): Promise<void>
}

const FRESH_MS = 900
/** What a chart can draw. */
const MAX_POINTS = 600

export function createMemorySampler(deps: MemorySamplerDeps): MemorySampler {
  const { probe, clock, history, onSample } = deps
  const pace = createSamplePace(clock)
  let newest: { sample: MemorySample; takenAt: number } | null = null
  const publish = (sample: MemorySample): void => {
    newest = { sample, takenAt: clock.now() }
    history.add(sample)
    onSample(sample)
  }
  const loop = createSampleLoop(deps, pace, publish)

  function watch(): void {
    if (pace.watch()) loop.schedule()
  }

  return {
    ...loop.controls,
    async current() {
      watch()
      if (newest !== null && !hasPassed(clock, newest.takenAt, FRESH_MS)) return newest.sample
      if (loop.isSuspended() && newest !== null) return { ...newest.sample, isStale: true }
      return loop.take()
    },
    history({ maxPoints = MAX_POINTS, ...range }) {
      watch()
      return history.query({ ...range, maxPoints })
    },
    export: (range) => exportHistory(history, range, clock.now()),
    watch,
    isWatched: pace.isWatched,
    async dispose() {
      loop.end()
      history.dispose()
      await probe.dispose()
    }
  }
}
