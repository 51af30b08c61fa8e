/** Whether a model, or several together, have room: the verdict, and the sum that led there. */
import { z } from 'zod'
import { modelIdSchema } from './model.ts'
import { needSchema } from './need.ts'

const bytes = z.number().int().nonnegative()
const tokens = z.number().int().positive()

/**
 * `fits_if_unloaded`: once the models in `unload` are gone. `fits_with_context`: as things are, with the shorter `contextLength`.
 * `fits_partly`: the rest lies in RAM beside the graphics card, and is slower. `unknown`: need or budget is not known.
 */
export const verdicts = [
  'fits',
  'fits_if_unloaded',
  'fits_with_context',
  'fits_partly',
  'does_not_fit',
  'unknown'
] as const
export type Verdict = (typeof verdicts)[number]

/** The sum behind a verdict: `need` has room when it is at most `roomBytes`. */
export const fitSumSchema = z.object({
  /** What the machine can give to models at all. */
  limitBytes: bytes.nullable(),
  /** Kept from that for the system. */
  reserveBytes: bytes.nullable(),
  /** limit - reserve. */
  budgetBytes: bytes.nullable(),
  /** Held by the other models as things are now, with what those still loading will hold; what is replaced is not in it. */
  heldBytes: bytes,
  /** Held now by the very model that is to be loaded anew: it goes first. */
  replacedBytes: bytes,
  /** What other programs leave free; null when unknown. */
  freeBytes: bytes.nullable(),
  /** The smaller of what the budget and what other programs leave; null when the budget is unknown. */
  roomBytes: bytes.nullable(),
  /** How much the need is beyond the room as things are now; 0 when it fits. */
  overBytes: bytes.nullable(),
  /** Which of the two makes the room small. */
  limitedBy: z.enum(['budget', 'other_programs']).nullable()
})
export type FitSum = z.infer<typeof fitSumSchema>

const fitSchema = z.object({
  verdict: z.enum(verdicts),
  /**
   * Models that a load as asked unloads first, in that order; pinned and busy ones are never among them. Where it fits all the same,
   * they go for the limit of loaded models; where it does not fit, not even that is enough, and they go only if it is insisted on.
   */
  unload: z.array(modelIdSchema),
  /** The longest context with which it fits as things are; null when none does, or the asked one fits. */
  fittingContextLength: tokens.nullable(),
  /** The part that would lie in RAM beside a card; 0 elsewhere. */
  spilledBytes: bytes,
  /** False only where a load is refused unless it is insisted on. */
  isAllowed: z.boolean(),
  sum: fitSumSchema
})
export type Fit = z.infer<typeof fitSchema>

/** What `models.predict` answers, and what every row of the list shows. */
export const predictionSchema = fitSchema.extend({
  id: modelIdSchema,
  /** What the load would have: the asked context length, else the host's default. */
  contextLength: tokens.nullable(),
  needBytes: bytes.nullable(),
  plusMinusBytes: bytes.nullable(),
  source: needSchema.shape.source.nullable(),
  parts: needSchema.shape.parts
})
export type Prediction = z.infer<typeof predictionSchema>

export const whatIfInputSchema = z.object({
  /** The models that are to be in memory together. */
  models: z.array(z.object({ id: modelIdSchema, contextLength: tokens.max(16_777_216).optional() })).max(64)
})

const whatIfModelSchema = z.object({
  id: modelIdSchema,
  /** Null where not even a default is known. */
  contextLength: tokens.nullable(),
  /** What it was trained for. */
  maxContextLength: tokens.nullable(),
  need: needSchema.nullable(),
  /** The longest context with which all still fit, the others as they are; null when none does. */
  largestContextLength: tokens.nullable()
})
export type WhatIfModel = z.infer<typeof whatIfModelSchema>

/** What would make it fit; empty lists where that is not part of it. */
const adviceSchema = z.object({
  /** Loaded now, not asked for, in the way. */
  unload: z.array(modelIdSchema),
  /** Asked for, and to be left out. */
  leaveOut: z.array(modelIdSchema),
  /** With a shorter context. */
  contexts: z.array(z.object({ id: modelIdSchema, contextLength: tokens }))
})
export type Advice = z.infer<typeof adviceSchema>

export const whatIfSchema = z.object({
  models: z.array(whatIfModelSchema),
  /** Of all whose need is known. */
  totalBytes: bytes,
  plusMinusBytes: bytes,
  /** Some need is unknown: the total is "at least". */
  hasUnknown: z.boolean(),
  verdict: z.enum(verdicts),
  /** Loaded now and not among the asked: what they hold, and which of them would have to go. */
  otherLoadedBytes: bytes,
  unload: z.array(modelIdSchema),
  spilledBytes: bytes,
  sum: fitSumSchema,
  /** The gentlest first; empty when it fits. */
  advice: z.array(adviceSchema)
})
export type WhatIf = z.infer<typeof whatIfSchema>

/** Under memory pressure: idle models that could go, least recently used first. */
export const reliefSchema = z.object({ unload: z.array(modelIdSchema).min(1), bytes: bytes.nullable() })
export type Relief = z.infer<typeof reliefSchema>
