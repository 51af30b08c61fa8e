/** The test bench and "Check this machine": what is asked of each model and of the machine, and how it ended. */
import { z } from 'zod'
import { errorInfoSchema, modelIdSchema } from './model.ts'

const epochMs = z.number().int().nonnegative()
const durationMs = z.number().nonnegative()

/** One model on the test bench: loaded, asked one simple question with the limits in force, and classed. */
export const benchResultSchema = z.object({
  id: modelIdSchema,
  at: epochMs,
  outcome: z.enum(['works', 'slow', 'fails']),
  /** Why slow or failed, in words: "first token after 42 s". */
  reason: z.string().nullable(),
  /** Null when it was loaded already, or did not load. */
  loadMs: durationMs.nullable(),
  firstTokenMs: durationMs.nullable(),
  totalMs: durationMs.nullable(),
  tokensPerSecond: durationMs.nullable(),
  heldBytes: z.number().int().nonnegative().nullable(),
  /** The beginning of what it said. */
  text: z.string().nullable(),
  error: errorInfoSchema.nullable()
})
export type BenchResult = z.infer<typeof benchResultSchema>

export const checkIds = ['server', 'disk', 'load', 'generate', 'unload', 'memory', 'eviction'] as const
export type CheckId = (typeof checkIds)[number]

export const checkSchema = z.object({
  id: z.enum(checkIds),
  /** The host it is about; null where it is about the machine. */
  hostId: z.string().nullable(),
  label: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  /** What was found, with figures. */
  words: z.string(),
  /** What to do, where it is not ok. */
  hint: z.string().nullable(),
  durationMs: durationMs.nullable()
})
export type Check = z.infer<typeof checkSchema>

export const checkRunSchema = z.object({ at: epochMs, checks: z.array(checkSchema) })
export type CheckRun = z.infer<typeof checkRunSchema>

export const diagnosticsSchema = z.object({
  /** The newest result of each model. */
  bench: z.array(benchResultSchema),
  /** The newest run; null before the first. */
  checks: checkRunSchema.nullable()
})
export type Diagnostics = z.infer<typeof diagnosticsSchema>
