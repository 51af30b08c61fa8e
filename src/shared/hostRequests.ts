/** How a host is doing as one that is asked: its breaker, its queue, its figures, and the story of its health. */
import { z } from 'zod'
import { modelIdSchema } from './model.ts'
import { operationIdSchema } from './operation.ts'

const epochMs = z.number().int().nonnegative()
const durationMs = z.number().nonnegative()
const count = z.number().int().nonnegative()

/** `closed`: asked as usual. `open`: left alone until nextTryAt. `half_open`: one request tries it. */
export const breakerStates = ['closed', 'open', 'half_open'] as const
export type BreakerState = (typeof breakerStates)[number]

/** One answer that is under way, or waits for its turn. */
const queueEntrySchema = z.object({
  modelId: modelIdSchema,
  /** Who asked: an actor of the event log, or another name. */
  caller: z.string(),
  /** What it can be cancelled by; null where nothing of that kind is known. */
  operationId: operationIdSchema.nullable(),
  /** When its turn began, or its wait for one. */
  sinceAt: epochMs
})
export type QueueEntry = z.infer<typeof queueEntrySchema>

export const hostRequestsSchema = z.object({
  hostId: z.string(),
  breaker: z.object({
    state: z.enum(breakerStates),
    sinceAt: epochMs,
    /** Why it is not closed, in words. */
    reason: z.string().nullable(),
    nextTryAt: epochMs.nullable(),
    /** In a row, until now. */
    failures: count
  }),
  queue: z.object({
    running: count,
    /** Answers at once for now, between the two settings. */
    limit: z.number().int().positive(),
    /** Why the limit is what it is: "memory is short", "answers get no slower". */
    limitReason: z.string(),
    /** Those that are running, oldest first. */
    answering: z.array(queueEntrySchema),
    waitingCount: count,
    /** The first of them, in the order in which their turn comes. */
    waiting: z.array(queueEntrySchema.extend({ position: z.number().int().positive() }))
  }),
  /** Over the last `windowMs`; times are medians, null where nothing was measured. */
  traffic: z.object({
    windowMs: durationMs,
    answers: count,
    errors: count,
    /** From the start of its turn to the last token. */
    responseMs: durationMs.nullable(),
    queueWaitMs: durationMs.nullable()
  }),
  /** Newest first, a handful: what was noticed and what was done about it. */
  story: z.array(z.object({ at: epochMs, tone: z.enum(['ok', 'warn', 'bad']), words: z.string() }))
})
export type HostRequests = z.infer<typeof hostRequestsSchema>
