/** Memory as the sampler publishes it: one snapshot per tick, bytes only, null where unknown. */
import { z } from 'zod'
import { modelIdSchema, qualities } from './model.ts'

const bytes = z.number().int().nonnegative()
const epochMs = z.number().int().nonnegative()

export const pressures = ['normal', 'warn', 'critical'] as const
export type Pressure = (typeof pressures)[number]

export const gpuSampleSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** `unified`: the same bytes as RAM, never added to them. `gtt` lies in RAM too (AMD APUs). */
  kind: z.enum(['unified', 'dedicated', 'gtt']),
  totalBytes: bytes.nullable(),
  usedBytes: bytes.nullable(),
  /** 0 to 100. */
  loadPercent: z.number().min(0).max(100).nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nonnegative().nullable()
})
export type GpuSample = z.infer<typeof gpuSampleSchema>

export const modelMemorySchema = z.object({
  id: modelIdSchema,
  heldBytes: bytes.nullable(),
  /** The part of heldBytes in GPU-addressable memory; null when unknown. */
  gpuBytes: bytes.nullable(),
  /** The part of heldBytes the system counts inside usedBytes; null when unknown. File-backed weights are cache to the system. */
  countedBytes: bytes.nullable(),
  quality: z.enum(qualities),
  /** Where the number is from, in words: "process memory", "Ollama", "engine log". */
  source: z.string()
})
export type ModelMemory = z.infer<typeof modelMemorySchema>

export const memorySampleSchema = z.object({
  sampledAt: epochMs,
  /** Older than three intervals: shown grey, never as live. */
  isStale: z.boolean(),
  /** "Mac mini M4, 32 GB". */
  machine: z.string(),
  totalBytes: bytes.nullable(),
  /** The system's own formula; `usedFormula` names it. */
  usedBytes: bytes.nullable(),
  availableBytes: bytes.nullable(),
  usedFormula: z.string(),
  swapUsedBytes: bytes.nullable(),
  pressure: z.enum(pressures).nullable(),
  /** What models may hold. */
  budgetBytes: bytes.nullable(),
  /** What is kept from them. */
  reserveBytes: bytes.nullable(),
  /** How the budget was come by, in words. */
  budgetSource: z.string().nullable(),
  budgetQuality: z.enum(qualities).nullable(),
  gpus: z.array(gpuSampleSchema),
  models: z.array(modelMemorySchema),
  /** Used by everything that is not a model; null when unknown. */
  otherBytes: bytes.nullable(),
  quality: z.enum(qualities),
  /** Where the machine's numbers are from, in words: "/proc/meminfo". */
  source: z.string(),
  /** Set when the parts do not add up; said on screen. */
  warning: z.string().nullable()
})
export type MemorySample = z.infer<typeof memorySampleSchema>

/** One point of the graph: samples thinned to at most `maxPoints`, peaks kept. `held` is keyed by modelKey. */
export const memoryPointSchema = z.object({
  at: epochMs,
  usedBytes: bytes.nullable(),
  otherBytes: bytes.nullable(),
  swapUsedBytes: bytes.nullable(),
  gpuLoadPercent: z.number().nullable(),
  pressure: z.enum(pressures).nullable(),
  held: z.record(z.string(), bytes)
})
export type MemoryPoint = z.infer<typeof memoryPointSchema>
