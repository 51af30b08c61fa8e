/** What an engine child said, if it makes sense: a dying or a broken one can say anything. */
import { z } from 'zod'
import type { FromEngine } from './engineProtocol.ts'

const count = z.number().int().nonnegative()
const text = z.string().max(1_000_000)
const failure = z.enum(['aborted', 'context_exceeded', 'out_of_memory', 'no_engine', 'bad_format', 'failed'])

const bufferSchema = z.object({
  component: z.string().max(200),
  device: z.string().max(200),
  kind: z.enum(['model', 'KV', 'RS', 'compute', 'output']),
  bytes: count
})

const messageSchema: z.ZodType<FromEngine> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('counted'), countId: count, tokens: count.nullable() }),
  z.object({ type: z.literal('device'), device: z.string().max(200) }),
  z.object({ type: z.literal('progress'), fraction: z.number().min(0).max(1) }),
  z.object({ type: z.literal('buffers'), buffers: z.array(bufferSchema).max(4096) }),
  z.object({ type: z.literal('loaded'), contextLength: z.number().int().positive() }),
  z.object({ type: z.literal('loadFailed'), reason: failure, message: text, log: text }),
  z.object({
    type: z.literal('estimated'),
    estimate: z.object({
      weightsBytes: count,
      contexts: z.array(z.object({ contextLength: z.number().int().positive(), bytes: count })).max(1024)
    })
  }),
  z.object({ type: z.literal('estimateFailed'), reason: failure, message: text, log: text }),
  z.object({ type: z.literal('text'), answerId: count, text }),
  z.object({
    type: z.literal('answered'),
    answerId: count,
    answer: z.object({
      promptTokens: count,
      outputTokens: count,
      firstTokenMs: z.number().nonnegative().nullable(),
      tokensPerSecond: z.number().nonnegative().nullable(),
      doneReason: z.enum(['stop', 'length'])
    })
  }),
  z.object({ type: z.literal('failed'), answerId: count, reason: failure, message: text })
])

/** Null when it makes none. */
export function parseFromEngine(message: unknown): FromEngine | null {
  const parsed = messageSchema.safeParse(message)
  return parsed.success ? parsed.data : null
}
