/** What a run will do, before it does it: loads, steps and unloads in order, what they hold and how long they take. Times count from the start. */
import { z } from 'zod'
import { stepIdSchema } from './chain.ts'
import { generateOptionsSchema, modelIdSchema } from './model.ts'
import { needSources } from './need.ts'

const bytes = z.number().int().nonnegative()
const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()
/** How the bytes of a need were come by; null: they are held, not predicted, or unknown, as in runs of before this was told. */
const needSource = z.enum(needSources).nullable().catch(null)

/** Which wish comes first: the smallest number of loads for the whole batch, or the first item done as early as can be. */
export const planOrders = ['fewest_loads', 'first_result'] as const
export type PlanOrder = (typeof planOrders)[number]

export const planModelSchema = z.object({
  /** Never an alias. */
  id: modelIdSchema,
  /** With the context that the run loads it with; null: unknown. Models of other machines take 0. */
  needBytes: bytes.nullable(),
  needSource,
  contextLength: z.number().int().positive().nullable(),
  /** What a load takes; null: not known yet, and counted as a guess by size. */
  loadMs: ms.nullable(),
  isResident: z.boolean(),
  /** Pinned or kept by the schedule: the run neither needs to load nor may unload it. */
  isKept: z.boolean(),
  /** No step of the run asks it: it is in memory, and in the budget or in the way. */
  isForeign: z.boolean()
})
export type PlanModel = z.infer<typeof planModelSchema>

/** `model` is a place in the plan's list of models. */
export const planActionSchema = z.discriminatedUnion('kind', [
  /** `isPrefetch`: while another model answers. */
  z.object({ kind: z.literal('load'), model: count, startMs: ms, endMs: ms, isPrefetch: z.boolean() }),
  /** Each item of the span that still needs it, in order; each through all the steps named before the next item. */
  z.object({
    kind: z.literal('run'),
    /** Of these steps, in their order. */
    models: z.array(count).min(1),
    stepIds: z.array(stepIdSchema).min(1),
    firstItem: count,
    lastItem: count,
    itemCount: count,
    startMs: ms,
    endMs: ms
  }),
  z.object({ kind: z.literal('unload'), model: count, startMs: ms, endMs: ms })
])
export type PlanAction = z.infer<typeof planActionSchema>

export const planSchema = z.object({
  order: z.enum(planOrders),
  models: z.array(planModelSchema),
  actions: z.array(planActionSchema),
  itemCount: count,
  /** Step answers in all. */
  stepRuns: count,
  loads: count,
  /** With a load for every step of every item: what the plan saves is said against it. */
  naiveLoads: count,
  /** Item by item, keeping what fits. */
  itemByItemLoads: count,
  /** At any moment, models that stay included; null: some need is unknown. */
  peakBytes: bytes.nullable(),
  budgetBytes: bytes.nullable(),
  /** Null: a model of it was never measured here; the actions' times are guesses then. */
  durationMs: ms.nullable(),
  firstResultMs: ms.nullable(),
  /** Tokens of one answer, of the step with the fewest and with the most, that the times are counted with; null: all were timed in this run, or it is of before this was told. */
  answerTokens: z.object({ least: count, most: count }).nullable().catch(null),
  /** Proven to be the best; false: the chain is so large that the search was ended. */
  isProven: z.boolean(),
  /** Held by models over time: each point holds until the next. */
  held: z.array(z.object({ atMs: ms, bytes }))
})
export type Plan = z.infer<typeof planSchema>

export const optionSources = ['step', 'chain', 'model', 'local', 'server'] as const
export type OptionSource = (typeof optionSources)[number]

/** One option in force: `value` null: left to the server. */
export const effectiveOptionSchema = z.object({
  name: z.enum(Object.keys(generateOptionsSchema.shape) as [keyof typeof generateOptionsSchema.shape]),
  value: z.union([z.number(), z.array(z.string())]).nullable(),
  source: z.enum(optionSources),
  /** Where it was lowered: "2,048 at most". */
  note: z.string().nullable()
})
export type EffectiveOption = z.infer<typeof effectiveOptionSchema>

/** What is known of one step before it runs. */
export const stepOutlookSchema = z.object({
  stepId: stepIdSchema,
  /** What the alias stands for just now; null: none chosen, or not there. */
  modelId: modelIdSchema.nullable(),
  needBytes: bytes.nullable(),
  needSource,
  /** Tokens for prompt and answer together, and which of the limits decides. */
  windowTokens: z.number().int().positive().nullable(),
  windowLimitedBy: z.enum(['model', 'memory', 'step', 'setting']).nullable(),
  /** Why, in words: "4,096 for a model of 7B". */
  windowWords: z.string().nullable(),
  options: z.array(effectiveOptionSchema)
})
export type StepOutlook = z.infer<typeof stepOutlookSchema>
