/** Takes the machine's memory once a second while somebody watches, every five seconds otherwise, and never while suspended. */
import type { MemoryPoint, MemorySample, ModelMemory } from '../../shared/memory.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createBoundedRead } from './boundedRead.ts'
import { composeSample } from './composeSample.ts'
import { createMemoryHistory } from './history.ts'
import { learnBaseline, type GpuBaseline } from './gpuBaseline.ts'
import type { MachineProbe } from './machineReading.ts'
import { isKeptStale, judgeReading, keepLastGood, nothingKept } from './sampleRules.ts'
import { createTroubleLog } from './troubleLog.ts'

export interface MemorySamplerDeps {
  probe: MachineProbe
  /** What loaded models hold, as far as is known just now. */
  readModels: () => Promise<ModelMemory[]>
  /** The user's reserve; 0 means by machine size. */
  reserveBytes: () => number
  clock: Clock
  logger: Logger
  onSample: (sample: MemorySample) => void
  /** Each time somebody looks: others that poll may want to hurry, too. */
  onWatched?: () => void
}

export interface MemorySampler {
  start(): void
  /** A sample at most `FRESH_MS` old; whoever asks counts as watching. */
  current(): Promise<MemorySample>
  /** The last `rangeMs` (an hour at most), thinned to `maxPoints`. */
  history(rangeMs: number, maxPoints: number): { fromAt: number; toAt: number; points: MemoryPoint[] }
  /** Somebody watches, for the next `LEASE_MS`. */
  watch(): void
  /** Stops reading altogether: the machine sleeps or its screen is locked. */
  suspend(): void
  resume(): void
  /** A load or an unload ended: take a sample now. */
  refreshSoon(): void
  dispose(): Promise<void>
}

export const WATCHED_INTERVAL_MS = 1_000
export const IDLE_INTERVAL_MS = 5_000
const LEASE_MS = 15_000
const FRESH_MS = 900
const PROBE_LIMIT_MS = 2_500
const MODELS_LIMIT_MS = 800

export function createMemorySampler(deps: MemorySamplerDeps): MemorySampler {
  const { probe, readModels, reserveBytes, clock, logger, onSample, onWatched } = deps
  const probeTrouble = createTroubleLog(logger, 'Reading the memory of this machine failed')
  const modelsTrouble = createTroubleLog(logger, 'Reading what models hold failed')
  const askProbe = createBoundedRead({
    read: () => probe.read(),
    limitMs: PROBE_LIMIT_MS,
    clock,
    onTrouble: probeTrouble.report
  })
  const askModels = createBoundedRead({
    read: readModels,
    limitMs: MODELS_LIMIT_MS,
    clock,
    onTrouble: modelsTrouble.report
  })

  const history = createMemoryHistory()

  let isStarted = false
  let isSuspended = false
  let watchedUntil = Number.NEGATIVE_INFINITY
  let paceMs: number | null = null
  let kept = nothingKept
  let baseline: GpuBaseline = []
  let newest: { sample: MemorySample; takenAt: number } | null = null
  let inFlight: Promise<MemorySample> | null = null
  let isAskedAgain = false
  let startedAt = Number.NEGATIVE_INFINITY
  /** Grows when what is under way must no longer be published. */
  let era = 0
  let cancelTimer = (): void => {}

  const isRunning = (): boolean => isStarted && !isSuspended
  const intervalMs = (): number => (clock.now() < watchedUntil ? WATCHED_INTERVAL_MS : IDLE_INTERVAL_MS)

  function setPace(next: number | null): void {
    if (next === paceMs) return
    paceMs = next
    probe.pace(next)
  }

  function schedule(): void {
    cancelTimer()
    if (!isRunning()) return
    setPace(intervalMs())
    cancelTimer = clock.after(Math.max(0, startedAt + intervalMs() - clock.now()), tick)
  }

  /** Callers at the same time share one sample. */
  function take(): Promise<MemorySample> {
    if (inFlight !== null) return inFlight
    startedAt = clock.now()
    inFlight = sampleOnce().finally(() => {
      inFlight = null
      if (isAskedAgain && isRunning()) tick()
      else schedule()
      isAskedAgain = false
    })
    return inFlight
  }

  function tick(): void {
    take().catch((error: unknown) => logger.error('A memory sample failed', error))
  }

  async function sampleOnce(): Promise<MemorySample> {
    const bornIn = era
    const [machine, models] = await Promise.all([askProbe(), askModels()])
    if (models.isFresh) modelsTrouble.clear()
    if (bornIn === era) {
      const judged = machine.isFresh && machine.value !== null ? judgeReading(machine.value, kept.reading) : null
      if (judged?.isGood) probeTrouble.clear()
      else if (judged !== null) probeTrouble.report(new Error(judged.reason))
      kept = keepLastGood(kept, judged)
      const allocated = kept.reading?.system === 'macos' ? (kept.reading.gpus[0]?.usedBytes ?? null) : null
      baseline = learnBaseline(
        baseline,
        clock.now(),
        allocated,
        models.isFresh ? (models.value ?? []).length > 0 : null
      )
    }
    const sample = compose(models.value ?? [])
    if (bornIn === era) publish(sample)
    return sample
  }

  function compose(models: readonly ModelMemory[]): MemorySample {
    const now = clock.now()
    const isStale = isKeptStale(kept, now, intervalMs())
    return composeSample({ reading: kept.reading, models, baseline, reserveSettingBytes: reserveBytes(), isStale, now })
  }

  function publish(sample: MemorySample): void {
    newest = { sample, takenAt: clock.now() }
    history.add(sample)
    onSample(sample)
  }

  function watch(): void {
    onWatched?.()
    const wasWatched = clock.now() < watchedUntil
    watchedUntil = clock.now() + LEASE_MS
    if (!wasWatched && inFlight === null) schedule()
  }

  return {
    start() {
      if (isStarted) return
      isStarted = true
      schedule()
    },
    async current() {
      watch()
      if (newest !== null && clock.now() - newest.takenAt <= FRESH_MS) return newest.sample
      if (isSuspended) return { ...(newest?.sample ?? compose([])), isStale: true }
      return take()
    },
    history(rangeMs, maxPoints) {
      watch()
      const toAt = clock.now()
      return { fromAt: toAt - rangeMs, toAt, points: history.query(rangeMs, maxPoints, toAt) }
    },
    watch,
    suspend() {
      if (isSuspended) return
      isSuspended = true
      era++
      // What was true before a sleep must not pass as live after it.
      kept = nothingKept
      cancelTimer()
      setPace(null)
    },
    resume() {
      if (!isSuspended) return
      isSuspended = false
      startedAt = Number.NEGATIVE_INFINITY
      if (inFlight === null) schedule()
    },
    refreshSoon() {
      if (!isRunning()) return
      if (inFlight === null) tick()
      else isAskedAgain = true
    },
    async dispose() {
      isStarted = false
      era++
      cancelTimer()
      setPace(null)
      await probe.dispose()
    }
  }
}
