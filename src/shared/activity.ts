/** The event log: who did what, why, how long it took, and how many bytes came back. */
import { z } from 'zod'
import { errorInfoSchema, modelIdSchema } from './model.ts'

export const activityKinds = [
  'loaded',
  'load_failed',
  'load_cancelled',
  'unloaded',
  'unload_failed',
  'load_late',
  'warmed_up',
  'warmup_failed',
  'warmup_missed',
  'warmup_clash',
  'released',
  'keep_alive_changed',
  'keep_alive_restored',
  'engine_crashed',
  'pressure_high',
  'pressure_normal',
  'pulled',
  'pull_failed',
  'pull_cancelled',
  'removed',
  'copied',
  'sample_created',
  'sample_failed',
  'sample_cancelled',
  'host_up',
  'host_down',
  'host_paused',
  'host_resumed',
  'host_mended',
  'run_started',
  'run_ended',
  'run_failed',
  'run_paused',
  'run_cancelled',
  'run_interrupted',
  'bench_ended',
  'check_ended',
  'models_file',
  'problem'
] as const
export type ActivityKind = (typeof activityKinds)[number]

/** Who asked: a person, Stoker's own rules, or a program that is not Stoker. */
export const actors = [
  'you',
  'script',
  'keep_alive',
  'limit',
  'budget',
  'pressure',
  'schedule',
  'diagnostics',
  'chain',
  'stoker',
  'other_program'
] as const
export type Actor = (typeof actors)[number]

export const activityEventSchema = z.object({
  id: z.number().int().positive(),
  at: z.number().int().nonnegative(),
  kind: z.enum(activityKinds),
  actor: z.enum(actors),
  modelId: modelIdSchema.nullable(),
  hostId: z.string().nullable(),
  /** Why, in words, where it is not plain from kind and actor: "to stay within 2 loaded models". */
  reason: z.string().nullable(),
  durationMs: z.number().nonnegative().nullable(),
  /** Bytes held after a load, given back by an unload, or moved by a pull. */
  bytes: z.number().int().nonnegative().nullable(),
  error: errorInfoSchema.nullable()
})
export type ActivityEvent = z.infer<typeof activityEventSchema>
export type NewActivityEvent = Omit<ActivityEvent, 'id' | 'at'>
