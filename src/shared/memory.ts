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
  source: z.string(),
  /** The process it lives in; null when unknown. */
  pid: z.number().int().positive().nullable()
})
export type ModelMemory = z.infer<typeof modelMemorySchema>

/** One kind of memory that models may hold: a card, or the machine's own. */
export const budgetPoolSchema = z.object({
  /** The GpuSample's id of a card; "memory" for the machine's own. */
  id: z.string(),
  name: z.string(),
  kind: z.enum(['card', 'memory']),
  /** What it can give: a Mac's working set, a card's VRAM, a container's limit, RAM. */
  limitBytes: bytes,
  reserveBytes: bytes,
  /** limit - reserve. */
  budgetBytes: bytes,
  /** Where the limit is from, in words. */
  source: z.string(),
  quality: z.enum(qualities)
})
export type BudgetPool = z.infer<typeof budgetPoolSchema>

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
  /** Set where size or chip are not this machine's own: "16 GB, Apple M4". Said on screen. */
  simulated: z.string().nullable(),
  /** What the machine can give to models before the reserve: the sum of its cards, else its memory's limit. */
  limitBytes: bytes.nullable(),
  /** What models may hold: limit - reserve. */
  budgetBytes: bytes.nullable(),
  /** What is kept from them. */
  reserveBytes: bytes.nullable(),
  /** How the budget was come by, in words. */
  budgetSource: z.string().nullable(),
  budgetQuality: z.enum(qualities).nullable(),
  /** Cards first; beside cards the machine's own memory is the last, and takes what does not fit on them. */
  pools: z.array(budgetPoolSchema),
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

/**
 * One point of the graph, at most `maxPoints` of them: a sample as it was taken, or the mean of `spanMs` of them with their lowest and
 * highest. `held` is keyed by modelKey.
 */
export const memoryPointSchema = z.object({
  /** When it was taken; of a mean, the start of its span. */
  at: epochMs,
  /** 0: one sample. */
  spanMs: z.number().int().nonnegative(),
  usedBytes: bytes.nullable(),
  /** The lowest and the highest within the span; of one sample, its own. */
  usedMinBytes: bytes.nullable(),
  usedMaxBytes: bytes.nullable(),
  /** The most that all models together held within the span. */
  heldMaxBytes: bytes.nullable(),
  otherBytes: bytes.nullable(),
  swapUsedBytes: bytes.nullable(),
  gpuLoadPercent: z.number().nullable(),
  /** The worst within the span. */
  pressure: z.enum(pressures).nullable(),
  held: z.record(z.string(), bytes)
})
export type MemoryPoint = z.infer<typeof memoryPointSchema>
