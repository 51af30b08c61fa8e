/** Takes one sample from a probe that may fail and models that may hang; keeps the last good figures through short failures. */
import type { MemorySample, ModelMemory } from '../../shared/memory.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createBoundedRead } from './boundedRead.ts'
import { composeSample } from './composeSample.ts'
import { learnBaseline, type GpuBaseline } from './gpuBaseline.ts'
import type { MachineProbe, MachineReading } from './machineReading.ts'
import { isKeptStale, isWorthKeeping, judgeReading, keepLastGood, nothingKept } from './sampleRules.ts'
import { createSteadyWarning } from './steadyWarning.ts'
import { createTroubleLog } from './troubleLog.ts'

export interface SampleTakerDeps {
  probe: Pick<MachineProbe, 'read'>
  /** What loaded models hold, as far as is known just now. */
  readModels: () => Promise<ModelMemory[]>
  /** The user's reserve; 0 means by machine size. */
  reserveBytes: () => number
  clock: Clock
  logger: Logger
}

export interface SampleTaker {
  /** `intervalMs`: how often samples come now; three of them make an unrenewed reading stale. */
  take(intervalMs: number): Promise<MemorySample>
  /** What was true before a sleep must not pass as live after it. */
  forget(): void
}

const PROBE_LIMIT_MS = 2_500
const MODELS_LIMIT_MS = 800

export function createSampleTaker({ probe, readModels, reserveBytes, clock, logger }: SampleTakerDeps): SampleTaker {
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
  let kept = nothingKept
  let baseline: GpuBaseline = []
  const steady = createSteadyWarning()

  function keep(reading: MachineReading | null): void {
    const judged = reading === null ? null : judgeReading(reading, isWorthKeeping(kept) ? kept.reading : null)
    if (judged?.isGood) probeTrouble.clear()
    else if (judged !== null) probeTrouble.report(new Error(judged.reason))
    kept = keepLastGood(kept, judged)
  }

  return {
    async take(intervalMs) {
      const [machine, models] = await Promise.all([askProbe(), askModels()])
      keep(machine.isFresh ? machine.value : null)
      if (models.isFresh) modelsTrouble.clear()
      const now = clock.now()
      const known = models.value ?? []
      const allocatedBytes = kept.reading?.system === 'macos' ? (kept.reading.gpus[0]?.usedBytes ?? null) : null
      baseline = learnBaseline(baseline, now, allocatedBytes, models.isFresh ? known.length > 0 : null)
      const isStale = isKeptStale(kept, now, intervalMs)
      const reserveSettingBytes = reserveBytes()
      const sample = composeSample({
        reading: kept.reading,
        models: known,
        baseline,
        reserveSettingBytes,
        isStale,
        now
      })
      return { ...sample, warning: steady(sample.warning, now) }
    },
    forget() {
      kept = nothingKept
    }
  }
}
