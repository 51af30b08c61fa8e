/** What a model needs in memory before it is there: bytes by part, how they were come by, and how far off they may be. */
import { z } from 'zod'

const bytes = z.number().int().nonnegative()

/**
 * From the best to the roughest: measured in an earlier load of the same weights with the same options; worked out by the engine itself
 * without allocating; by formula from the model's shape; its size on disk.
 */
export const needSources = ['learned', 'engine', 'formula', 'file_size'] as const
export type NeedSource = (typeof needSources)[number]

/**
 * `context`: keys and values of attention. `state`: of recurrent layers, the same at any context length. `overhead`: of the process
 * and its driver, outside every buffer.
 */
export const needPartKinds = ['weights', 'projector', 'context', 'state', 'compute', 'output', 'overhead'] as const
export type NeedPartKind = (typeof needPartKinds)[number]

/** Element types of the context cache. */
export const cacheTypes = ['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0', 'iq4_nl'] as const
export type CacheType = (typeof cacheTypes)[number]

export const needPartSchema = z.object({ kind: z.enum(needPartKinds), bytes })
export type NeedPart = z.infer<typeof needPartSchema>

export const needSchema = z.object({
  /** The sum of the parts. */
  bytes,
  /** The measured value is expected within this of `bytes`. */
  plusMinusBytes: bytes,
  source: z.enum(needSources),
  /** Tokens. */
  contextLength: z.number().int().positive(),
  /** Largest first; one part alone where only the sum is known. */
  parts: z.array(needPartSchema)
})
export type Need = z.infer<typeof needSchema>
