/** Publishes the machine's memory and what models hold of it, as often as somebody watches, and keeps the last hour. */
import type { MemoryPoint, MemorySample } from '../../shared/memory.ts'
import { createMemoryHistory } from './history.ts'
import type { MachineProbe } from './machineReading.ts'
import { createSampleLoop } from './sampleLoop.ts'
import { createSamplePace } from './samplePace.ts'
import type { SampleTakerDeps } from './sampleTaker.ts'

export interface MemorySamplerDeps extends SampleTakerDeps {
  probe: MachineProbe
  onSample: (sample: MemorySample) => void
}

export interface MemorySampler {
  start(): void
  /** A sample less than a second old; whoever asks counts as watching. */
  current(): Promise<MemorySample>
  /** The last `rangeMs` (an hour at most), thinned to `maxPoints`; whoever asks counts as watching. */
  history(rangeMs: number, maxPoints: number): { fromAt: number; toAt: number; points: MemoryPoint[] }
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

export function createMemorySampler(deps: MemorySamplerDeps): MemorySampler {
  const { probe, clock, onSample } = deps
  const taken = createMemoryHistory()
  const pace = createSamplePace(clock)
  let newest: { sample: MemorySample; takenAt: number } | null = null
  const publish = (sample: MemorySample): void => {
    newest = { sample, takenAt: clock.now() }
    taken.add(sample)
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
      if (newest !== null && clock.now() - newest.takenAt <= FRESH_MS) return newest.sample
      if (loop.isSuspended() && newest !== null) return { ...newest.sample, isStale: true }
      return loop.take()
    },
    history(rangeMs, maxPoints) {
      watch()
      const toAt = clock.now()
      return { fromAt: toAt - rangeMs, toAt, points: taken.query(rangeMs, maxPoints, toAt) }
    },
    watch,
    isWatched: pace.isWatched,
    async dispose() {
      loop.end()
      await probe.dispose()
    }
  }
}
