/** Long work that can be watched and cancelled: its caller may mint the id and subscribe before it starts. */
import { z } from 'zod'
import { actors } from './activity.ts'
import { modelIdSchema } from './model.ts'
import { ruleIdSchema } from './schedule.ts'

export const operationIdSchema = z
  .string()
  .min(8)
  .max(64)
  .regex(/^[\w-]+$/)

export const operationKinds = [
  'load',
  'unload',
  'generate',
  'pull',
  'create_sample',
  'warm_up',
  'check',
  'bench',
  'run'
] as const
export type OperationKind = (typeof operationKinds)[number]

/** What a long operation says while it runs. */
export type OperationProgress =
  /** `isLate`: longer than the limit; it goes on all the same. */
  | { kind: 'load'; elapsedMs: number; fraction: number | null; isLate?: boolean }
  /** Waits for its turn at its host; position 1 is next. */
  | { kind: 'queued'; position: number; waiting: number; elapsedMs: number }
  /** Asked again after a failure: which attempt comes next, out of how many, and when. */
  | { kind: 'retrying'; attempt: number; attempts: number; nextAt: number; reason: string }
  /** One step after the other: warm-ups, checks, the test bench. */
  | { kind: 'steps'; done: number; total: number; words: string }
  | { kind: 'unload'; elapsedMs: number; waitingFor: string | null }
  | { kind: 'tokens'; text: string }
  | {
      kind: 'transfer'
      status: string
      completedBytes: number | null
      totalBytes: number | null
      bytesPerSecond: number | null
      remainingMs: number | null
    }

export const operationSchema = z.object({
  id: operationIdSchema,
  kind: z.enum(operationKinds),
  modelId: modelIdSchema.nullable(),
  /** Who asked for it, as the event log says it. */
  actor: z.enum(actors),
  /** The rule whose warm-up it is, whoever began it; null for everything else. */
  ruleId: ruleIdSchema.nullable(),
  startedAt: z.number().int().nonnegative(),
  /** The newest progress, so that a page opened in the middle shows it; tokens are not kept. */
  progress: z.custom<OperationProgress>().nullable()
})
export type Operation = z.infer<typeof operationSchema>
