/** One sample for the contract from its parts: the machine's reading, the models, the budget. */
import type { GpuSample, MemorySample, ModelMemory } from '../../shared/memory.ts'
import { attribute } from './attribution.ts'
import { computeBudget } from './budget.ts'
import { lessBaseline, type GpuBaseline } from './gpuBaseline.ts'
import type { MachineReading } from './machineReading.ts'

interface SampleParts {
  /** The last good one; null before the first. */
  reading: MachineReading | null
  models: readonly ModelMemory[]
  baseline: GpuBaseline
  reserveSettingBytes: number
  isStale: boolean
  now: number
}

export function composeSample({
  reading,
  models,
  baseline,
  reserveSettingBytes,
  isStale,
  now
}: SampleParts): MemorySample {
  if (reading === null) return unknownSample(models, now)
  return {
    sampledAt: Math.round(reading.readAt),
    isStale,
    machine: reading.machine,
    totalBytes: reading.totalBytes,
    usedBytes: reading.usedBytes,
    availableBytes: reading.availableBytes,
    usedFormula: reading.usedFormula,
    swapUsedBytes: reading.swapUsedBytes,
    pressure: reading.pressure,
    simulated: reading.simulated ?? null,
    ...computeBudget(reading, reserveSettingBytes),
    gpus: showGpus(reading, baseline),
    models: [...models],
    ...attribute(reading, models),
    quality: reading.quality,
    source: reading.source
  }
}

function showGpus(reading: MachineReading, baseline: GpuBaseline): GpuSample[] {
  const gpus = reading.gpus.map(({ setAsideBytes: _, ...gpu }) => gpu)
  return reading.system === 'macos' ? gpus.map((gpu) => lessBaseline(gpu, baseline)) : gpus
}

/** Before the first good reading everything is unknown, and nothing is 0. */
function unknownSample(models: readonly ModelMemory[], now: number): MemorySample {
  return {
    sampledAt: Math.round(now),
    isStale: true,
    machine: 'This computer',
    totalBytes: null,
    usedBytes: null,
    availableBytes: null,
    usedFormula: '',
    swapUsedBytes: null,
    pressure: null,
    simulated: null,
    limitBytes: null,
    pools: [],
    budgetBytes: null,
    reserveBytes: null,
    budgetSource: null,
    budgetQuality: null,
    gpus: [],
    models: [...models],
    otherBytes: null,
    warning: null,
    quality: 'estimated',
    source: 'not read yet'
  }
}
