/** Rules of the warm-up schedule, and what they will do: the calendar of the next days with its clashes. */
import { z } from 'zod'
import { errorInfoSchema, modelIdSchema } from './model.ts'

const epochMs = z.number().int().nonnegative()
const durationMs = z.number().nonnegative()
const bytes = z.number().int().nonnegative()

/** "08:30", 24 hours, the machine's own time zone. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write it as 08:30.')
/** 1 Monday to 7 Sunday, as ISO 8601 counts. */
const days = z
  .array(z.number().int().min(1).max(7))
  .min(1)
  .max(7)
  .refine((list) => new Set(list).size === list.length, 'Each day once.')

/**
 * When a rule acts. `window`: warmed before `time`, kept for `minutes`, then released; start and length, so that midnight and a change
 * of the clocks are no special case. `after_job`: when a big job that displaced its models has ended.
 */
export const ruleTimeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('app_start') }),
  z.object({ kind: z.literal('at'), time: timeOfDay, days }),
  z.object({
    kind: z.literal('window'),
    time: timeOfDay,
    days,
    minutes: z
      .number()
      .int()
      .min(1)
      .max(7 * 1_440)
  }),
  z.object({ kind: z.literal('after_job') })
])
export type RuleTime = z.infer<typeof ruleTimeSchema>

export const ruleIdSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/)

export const ruleSchema = z.object({
  id: ruleIdSchema,
  name: z.string().trim().min(1).max(80),
  isEnabled: z.boolean(),
  /** Warmed in this order. */
  models: z
    .array(z.object({ id: modelIdSchema, contextLength: z.number().int().min(4).max(16_777_216).nullable() }))
    .min(1)
    .max(16),
  when: ruleTimeSchema
})
export type Rule = z.infer<typeof ruleSchema>

/** One model of one warm-up, as it ended. */
export const warmUpResultSchema = z.object({
  id: modelIdSchema,
  /** `warm`: it was loaded already. `skipped`: no room, cooling down, or an earlier end of the whole. */
  outcome: z.enum(['ready', 'warm', 'failed', 'skipped']),
  /** Load and first token together. */
  durationMs: durationMs.nullable(),
  error: errorInfoSchema.nullable()
})
export type WarmUpResult = z.infer<typeof warmUpResultSchema>

/** A rule with what became of it and what comes next. */
export const ruleStateSchema = z.object({
  rule: ruleSchema,
  /** In its window now: its models are kept. */
  isActive: z.boolean(),
  isRunning: z.boolean(),
  /** When the window that it is in ends; null outside of one. */
  untilAt: epochMs.nullable(),
  /** When it begins next; null where no clock tells, or it is off. */
  nextAt: epochMs.nullable(),
  lastRun: z.object({ at: epochMs, dueAt: epochMs.nullable(), results: z.array(warmUpResultSchema) }).nullable(),
  /** Why it does nothing just now, in words: "tried again at 08:31 after a failure". */
  note: z.string().nullable()
})
export type RuleState = z.infer<typeof ruleStateSchema>

/** One appearance of a rule on the calendar. */
export const previewEntrySchema = z.object({
  ruleId: z.string(),
  /** When warming begins: before startAt, by what the loads usually take. */
  warmFromAt: epochMs,
  startAt: epochMs,
  /** When its models are released; of `at` rules, when their keep-alive would end it (at the latest a day later). */
  endAt: epochMs,
  isActive: z.boolean()
})
export type PreviewEntry = z.infer<typeof previewEntrySchema>

/** A stretch in which what the rules keep does not fit the machine. */
export const clashSchema = z.object({
  fromAt: epochMs,
  toAt: epochMs,
  ruleIds: z.array(z.string()).min(1),
  /** Beyond the budget; null where only the number of models is too large. */
  overBytes: bytes.nullable(),
  /** Beyond "Loaded models at most"; 0 where the number fits. */
  overModels: z.number().int().nonnegative()
})
export type Clash = z.infer<typeof clashSchema>

export const previewSchema = z.object({
  fromAt: epochMs,
  toAt: epochMs,
  /** The machine's, IANA: "Europe/Berlin". Days of the calendar are this zone's. */
  timeZone: z.string(),
  entries: z.array(previewEntrySchema),
  clashes: z.array(clashSchema),
  /** Models whose need is not known: not part of any sum. */
  unknownNeeds: z.array(modelIdSchema)
})
export type Preview = z.infer<typeof previewSchema>
