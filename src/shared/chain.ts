/**
 * A chain as it is saved, imported and exported: steps whose templates mention the input and each other. A draft may be unfinished, so
 * this schema only says what can be written down; chainProblems.ts says what can be run.
 */
import { z } from 'zod'
import { generateOptionsSchema, modelIdSchema } from './model.ts'

/** Grows when a document of today could no longer be read as it was meant. */
export const chainVersion = 1
export const maxSteps = 500
export const maxTemplateLetters = 200_000

export const chainIdSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/)
export const stepIdSchema = chainIdSchema

export { maxStepNameLetters, stepNamePattern } from './stepName.ts'

const template = z.string().max(maxTemplateLetters)
const letters = z.number().int().min(0).max(10_000_000)

/** What is looked at is the step's own output; the first condition that holds ends the item. */
export const stopConditionSchema = z.intersection(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('contains'), text: z.string().min(1).max(10_000), ignoreCase: z.boolean() }),
    /** A JavaScript regular expression, with the flag u; `ignoreCase` adds i. */
    z.object({ kind: z.literal('matches'), pattern: z.string().min(1).max(1_000), ignoreCase: z.boolean() }),
    /** Letters (code points) of the output. */
    z.object({ kind: z.literal('length'), comparison: z.enum(['over', 'under']), letters }),
    /** Of the output as JSON: "verdict.score" or "risks[0].title". `value` null: it is enough that there is something other than null or false. */
    z.object({
      kind: z.literal('json_path'),
      path: z.string().min(1).max(1_000),
      comparison: z.enum(['is', 'is_not', 'over', 'under']),
      value: z.string().max(10_000).nullable()
    }),
    /** So many steps of the item have ended, this one among them. */
    z.object({ kind: z.literal('step_number'), number: z.number().int().min(1).max(maxSteps) })
  ]),
  z.object({
    /** Said of the item: "no risks found". Empty: the condition in words. */
    reason: z.string().max(500),
    /** The item's final output: a template, or null for the output of this step. */
    finalOutput: template.nullable()
  })
)
export type StopCondition = z.infer<typeof stopConditionSchema>

/** In this order: the step is asked again, then another model is asked, then this is done. */
export const errorPolicySchema = z.object({
  retries: z.number().int().min(0).max(10),
  fallbackModel: modelIdSchema.nullable(),
  /**
   * `stop`: the item has failed, other items go on. `skip`: this step and all that mention it are left out, the rest of the item goes on.
   * `default`: goes on with `defaultText` as the output.
   */
  then: z.enum(['stop', 'skip', 'default']),
  defaultText: z.string().max(maxTemplateLetters)
})
export type ErrorPolicy = z.infer<typeof errorPolicySchema>

/** What to do with a prompt that does not fit the context. `cut_middle` and `slide` drop the middle and the beginning of the longest value put into the template. */
export const contextPolicies = ['refuse', 'cut_middle', 'slide', 'summarise'] as const
export type ContextPolicy = (typeof contextPolicies)[number]

export const outputFormatSchema = z.discriminatedUnion('format', [
  z.object({ format: z.literal('text') }),
  /** `schema` null: any JSON. */
  z.object({ format: z.literal('json'), schema: z.record(z.string(), z.unknown()).nullable() })
])
export type OutputFormat = z.infer<typeof outputFormatSchema>

export const positionSchema = z.object({ x: z.number(), y: z.number() })

export const stepSchema = z.object({
  id: stepIdSchema,
  name: z.string().max(200),
  /** `{ hostId: "alias", name }` is an alias; null: not chosen yet. */
  model: modelIdSchema.nullable(),
  prompt: template,
  /** A template as well; empty: the chain's. */
  system: template,
  options: generateOptionsSchema,
  /** At most so many tokens of context; null: by the model, the memory and the settings. */
  contextLength: z.number().int().min(64).max(16_777_216).nullable(),
  contextPolicy: z.enum(contextPolicies),
  output: outputFormatSchema,
  stopConditions: z.array(stopConditionSchema).max(32),
  onError: errorPolicySchema,
  position: positionSchema
})
export type Step = z.infer<typeof stepSchema>

export const chainSchema = z.object({
  version: z.literal(chainVersion),
  id: chainIdSchema,
  name: z.string().min(1).max(120),
  description: z.string().max(4_000),
  /** Columns that `{{input.NAME}}` may name, for the editor and for checks before a run; empty: not said. */
  inputColumns: z.array(z.string().min(1).max(200)).max(200),
  /** For every step that does not say otherwise. */
  system: template,
  options: generateOptionsSchema,
  /** Of the input's card on the canvas. */
  inputPosition: positionSchema,
  steps: z.array(stepSchema).max(maxSteps)
})
export type Chain = z.infer<typeof chainSchema>

/** A mistake, or something worth knowing, with its place: `start` and `end` are letters of the template, as JavaScript counts them. */
export const chainProblemSchema = z.object({
  stepId: stepIdSchema.nullable(),
  field: z.enum([
    'chain',
    'name',
    'model',
    'prompt',
    'system',
    'options',
    'context',
    'output',
    'stop',
    'error',
    'input'
  ]),
  message: z.string(),
  start: z.number().int().nonnegative().nullable(),
  end: z.number().int().nonnegative().nullable(),
  /** False: a warning; the chain can be run all the same. */
  isBlocking: z.boolean()
})
export type ChainProblem = z.infer<typeof chainProblemSchema>

export const chainSummarySchema = z.object({
  id: chainIdSchema,
  name: z.string(),
  description: z.string(),
  stepCount: z.number().int().nonnegative(),
  /** As the steps name them, each once. */
  models: z.array(modelIdSchema),
  savedAt: z.number().int().nonnegative(),
  lastRunAt: z.number().int().nonnegative().nullable()
})
export type ChainSummary = z.infer<typeof chainSummarySchema>

/** An earlier state of a chain, kept by autosave. */
export const chainVersionSchema = z.object({
  savedAt: z.number().int().nonnegative(),
  name: z.string(),
  stepCount: z.number().int().nonnegative()
})
export type ChainVersion = z.infer<typeof chainVersionSchema>
