/** Runs of chains: what goes in, what became of every item and step, and what was measured. */
import { z } from 'zod'
import { chainSchema, stepIdSchema } from './chain.ts'
import { errorInfoSchema, modelIdSchema } from './model.ts'
import { planActionSchema, planOrders, planSchema } from './plan.ts'

const bytes = z.number().int().nonnegative()
const epochMs = z.number().int().nonnegative()
const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()

export const runIdSchema = z
  .string()
  .min(8)
  .max(64)
  .regex(/^[\w-]+$/)
export const inputIdSchema = runIdSchema

export const maxItems = 100_000
/** Of all items of a batch together. */
export const maxColumns = 1_000

/** What a batch is made of. A file is one item; a table's columns are `{{input.NAME}}`, and `{{input}}` is the whole row. */
export const runInputSchema = z.discriminatedUnion('kind', [
  /** One item. */
  z.object({ kind: z.literal('text'), text: z.string() }),
  /** Every line that is not blank. */
  z.object({ kind: z.literal('lines'), text: z.string() }),
  /** The first row names the columns. */
  z.object({ kind: z.literal('csv'), text: z.string() }),
  /** Every line is a JSON object, whose fields are the columns, or any other JSON value. */
  z.object({ kind: z.literal('jsonl'), text: z.string() }),
  z.object({
    kind: z.literal('files'),
    files: z.array(z.object({ name: z.string().min(1).max(1_024), text: z.string() })).max(10_000)
  })
])
export type RunInput = z.infer<typeof runInputSchema>

export const inputItemSchema = z.object({
  /** 0 for the first. */
  item: count,
  /** The file's name, or "line 12", "row 3". */
  name: z.string(),
  /** The beginning of `{{input}}`. */
  preview: z.string(),
  letters: count
})
export type InputItem = z.infer<typeof inputItemSchema>

/** A batch as it is kept, so that it can be run again and runs can be compared. */
export const inputSetSchema = z.object({
  id: inputIdSchema,
  kind: z.enum(['text', 'lines', 'csv', 'jsonl', 'files']),
  itemCount: count,
  bytes,
  columns: z.array(z.string()),
  /** The first few. */
  preview: z.array(inputItemSchema),
  /** What was left out, and why: "line 7 is not JSON"; of many the first. */
  problems: z.array(z.string()),
  problemCount: count
})
export type InputSet = z.infer<typeof inputSetSchema>

/** `interrupted`: Stoker ended in the middle of it. `done`: every item has ended, some perhaps failed. `failed`: the run itself could not go on. */
export const runStatuses = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled'] as const
export type RunStatus = (typeof runStatuses)[number]

/** `stopped`: by a stop condition, with a final output. */
export const itemStatuses = ['waiting', 'running', 'done', 'stopped', 'failed'] as const
export type ItemStatus = (typeof itemStatuses)[number]

/** What a list of items shows: those of a status, or `noted`: those with a result of which something is to be told (stepNotes.ts). */
export const itemFilters = [...itemStatuses, 'noted'] as const
export type ItemFilter = (typeof itemFilters)[number]

/** `defaulted`: failed, and went on with its default text. `skipped`: failed and was left out, mentions one that was, or came after a stop. */
export const stepStatuses = ['waiting', 'running', 'done', 'defaulted', 'skipped', 'failed'] as const
export type StepStatus = (typeof stepStatuses)[number]

export const runSummarySchema = z.object({
  id: runIdSchema,
  chainId: z.string(),
  chainName: z.string(),
  status: z.enum(runStatuses),
  order: z.enum(planOrders),
  /** Models are unloaded when no later step needs them, and at the end. */
  autoUnload: z.boolean(),
  inputId: inputIdSchema,
  /** "40 files, 312 kB". */
  inputWords: z.string(),
  createdAt: epochMs,
  startedAt: epochMs.nullable(),
  endedAt: epochMs.nullable(),
  /** At work, pauses not counted. */
  workedMs: ms,
  itemCount: count,
  items: z.object({ waiting: count, running: count, done: count, stopped: count, failed: count }),
  /** With a result of which something is to be told: a default text, a prompt that was cut. */
  notedItems: count,
  stepRuns: count,
  stepRunsDone: count,
  loads: count,
  plannedLoads: count.nullable(),
  /** Held by models at most while it ran, as measured; null before the first load. */
  peakBytes: bytes.nullable(),
  plannedPeakBytes: bytes.nullable(),
  outputTokens: count,
  /** Of all answers together, as their engines count it: without prompts and waits. Null before the first. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  remainingMs: ms.nullable(),
  /** What it does or waits for just now, in words: "Loading qwen3:8b"; null when it has ended. */
  doing: z.string().nullable(),
  error: errorInfoSchema.nullable()
})
export type RunSummary = z.infer<typeof runSummarySchema>

/** One step of one item. Texts are asked for alone (`runs.step`). */
export const stepResultSchema = z.object({
  item: count,
  stepId: stepIdSchema,
  status: z.enum(stepStatuses),
  /** The one that answered, or was asked last. */
  modelId: modelIdSchema.nullable(),
  isFallback: z.boolean(),
  attempts: count,
  startedAt: epochMs.nullable(),
  /** Of the attempt that counted, with what was summarised for it; its waits for a load and in the host's queue not included. */
  durationMs: ms.nullable(),
  /** The load that this step waited for; 0: its model was there. */
  loadMs: ms.nullable(),
  promptTokens: count.nullable(),
  outputTokens: count.nullable(),
  firstTokenMs: ms.nullable(),
  tokensPerSecond: z.number().nonnegative().nullable(),
  /** Held by its model when it answered. */
  heldBytes: bytes.nullable(),
  /** Letters of the output. */
  letters: count,
  /** What was done to make the prompt fit, that the server cut it, that the answer was: "4,100 of 9,000 tokens cut from the middle (estimated)". */
  contextNote: z.string().nullable(),
  error: errorInfoSchema.nullable()
})
export type StepResult = z.infer<typeof stepResultSchema>

export const stepTextsSchema = stepResultSchema.extend({
  prompt: z.string().nullable(),
  system: z.string().nullable(),
  text: z.string()
})
export type StepTexts = z.infer<typeof stepTextsSchema>

export const runItemSchema = z.object({
  item: count,
  name: z.string(),
  preview: z.string(),
  status: z.enum(itemStatuses),
  /** Why it was stopped, in words. */
  reason: z.string().nullable(),
  error: errorInfoSchema.nullable(),
  /** The beginning of its final output; null before there is one. */
  finalOutput: z.string().nullable(),
  steps: z.array(stepResultSchema)
})
export type RunItem = z.infer<typeof runItemSchema>

/** The plan as it is by now, and what has been done of it. */
export const runProgressSchema = z.object({
  plan: planSchema.nullable(),
  /** Since the run began, pauses left out; the last of a kind may still be under way and ends now. */
  done: z.array(planActionSchema),
  held: z.array(z.object({ atMs: ms, bytes })),
  /** Where the run stands on that time line. */
  nowMs: ms,
  /** Why the plan was made anew, newest last: "qwen3:8b holds 1.2 GB more than expected". */
  replans: z.array(z.string())
})
export type RunProgress = z.infer<typeof runProgressSchema>

export const runDetailSchema = z.object({ run: runSummarySchema, chain: chainSchema, progress: runProgressSchema })
export type RunDetail = z.infer<typeof runDetailSchema>

export const exportFormats = ['csv', 'jsonl', 'markdown', 'files'] as const
export type ExportFormat = (typeof exportFormats)[number]
