/** Part of the contract: what is asked of chains, of their inputs and of their runs. */
import { z } from 'zod'
import {
  chainIdSchema,
  chainProblemSchema,
  chainSchema,
  chainSummarySchema,
  chainVersionSchema,
  stepIdSchema
} from './chain.ts'
import { operationIdSchema } from './operation.ts'
import { planOrders, planSchema, stepOutlookSchema } from './plan.ts'
import {
  exportFormats,
  inputIdSchema,
  inputItemSchema,
  inputSetSchema,
  itemFilters,
  maxItems,
  runDetailSchema,
  runIdSchema,
  runInputSchema,
  runItemSchema,
  runSummarySchema,
  stepTextsSchema
} from './run.ts'

const nothing = z.object({})
const epochMs = z.number().int().nonnegative()
const asOperation = { operationId: operationIdSchema.optional() }
const itemNumber = z.number().int().min(0).max(maxItems)
const forChain = z.object({ chainId: chainIdSchema })
const forRun = z.object({ runId: runIdSchema })
/** A saved chain or a draft, on kept or given inputs. Of a plan, without any inputs: one item. */
const chainWish = {
  chainId: chainIdSchema.optional(),
  chain: chainSchema.optional(),
  inputId: inputIdSchema.optional(),
  input: runInputSchema.optional(),
  /** Left out: fewest loads. */
  order: z.enum(planOrders).optional(),
  /** Left out: as the settings say. */
  autoUnload: z.boolean().optional()
}
/** Left out or true: answers when the run has ended; false: as soon as it is begun. */
const waits = { wait: z.boolean().optional() }

export const chainRequests = {
  'chains.list': { input: nothing, output: z.object({ chains: z.array(chainSummarySchema) }) },
  'chains.get': {
    input: forChain,
    output: z.object({ chain: chainSchema, savedAt: epochMs, problems: z.array(chainProblemSchema) })
  },
  /**
   * Whole, unfinished or not; the state before it is kept as a version. With `basedOnSavedAt`, when the state was saved that it was made
   * from (0: none), it is refused as `conflict` where a newer one is there.
   */
  'chains.save': {
    input: z.object({ chain: chainSchema, basedOnSavedAt: epochMs.optional() }),
    output: z.object({ chain: chainSummarySchema, problems: z.array(chainProblemSchema) })
  },
  'chains.remove': { input: forChain, output: nothing },
  /** A document as `chains.export` writes it. Refused with the place of what is wrong in it. */
  'chains.import': { input: z.object({ text: z.string() }), output: z.object({ chain: chainSchema }) },
  'chains.export': { input: forChain, output: z.object({ fileName: z.string(), text: z.string() }) },
  'chains.samples': {
    input: nothing,
    output: z.object({
      samples: z.array(
        z.object({ name: z.string(), title: z.string(), description: z.string(), stepCount: z.number().int() })
      )
    })
  },
  /** Saves one of them as a chain of its own, with models that are here where any are. */
  'chains.addSample': { input: z.object({ name: z.string().max(64) }), output: z.object({ chain: chainSchema }) },
  /** Newest first. */
  'chains.versions': { input: forChain, output: z.object({ versions: z.array(chainVersionSchema) }) },
  'chains.version': {
    input: z.object({ chainId: chainIdSchema, savedAt: epochMs }),
    output: z.object({ chain: chainSchema })
  },
  /** Mistakes, what every step would be asked with, and the plan where it can be run. Changes nothing. */
  'chains.plan': {
    input: z.object({ ...chainWish, itemCount: z.number().int().min(1).max(maxItems).optional() }),
    output: z.object({
      plan: planSchema.nullable(),
      problems: z.array(chainProblemSchema),
      steps: z.array(stepOutlookSchema)
    })
  },
  /** `operationId` becomes the run's id. */
  'chains.run': {
    input: z.object({ ...chainWish, ...waits, ...asOperation }),
    output: z.object({ run: runSummarySchema })
  },

  /** Adds to a batch, or begins one; its caller mints the id. One of another kind than before is refused. */
  'inputs.add': {
    input: z.object({ inputId: inputIdSchema, input: runInputSchema }),
    output: z.object({ input: inputSetSchema })
  },
  /** One that was chosen and given up again. One that a run was made with stays. */
  'inputs.remove': { input: z.object({ inputId: inputIdSchema }), output: nothing },
  'inputs.get': { input: z.object({ inputId: inputIdSchema }), output: z.object({ input: inputSetSchema }) },
  'inputs.items': {
    input: z.object({
      inputId: inputIdSchema,
      fromItem: itemNumber.optional(),
      limit: z.number().int().min(1).max(500).optional()
    }),
    output: z.object({ items: z.array(inputItemSchema) })
  },

  /** Newest first. */
  'runs.list': {
    input: z.object({
      chainId: chainIdSchema.optional(),
      /** Only runs older than this one, of which both are said: the next page. */
      beforeAt: epochMs.optional(),
      beforeId: runIdSchema.optional(),
      limit: z.number().int().min(1).max(500).optional()
    }),
    output: z.object({ runs: z.array(runSummarySchema) })
  },
  'runs.get': { input: forRun, output: runDetailSchema },
  'runs.items': {
    input: z.object({
      runId: runIdSchema,
      status: z.enum(itemFilters).optional(),
      /** In its name or its final output. */
      search: z.string().max(200).optional(),
      fromItem: itemNumber.optional(),
      limit: z.number().int().min(1).max(500).optional()
    }),
    /** `total`: how many there are with that status and search. */
    output: z.object({ items: z.array(runItemSchema), total: z.number().int().nonnegative() })
  },
  /** Whole texts of one step of one item; `text` has what came so far while it answers. */
  'runs.step': {
    input: z.object({ runId: runIdSchema, item: itemNumber, stepId: stepIdSchema }),
    output: stepTextsSchema
  },
  /** The whole input and the whole final output of one item. */
  'runs.item': {
    input: z.object({ runId: runIdSchema, item: itemNumber }),
    output: z.object({
      name: z.string(),
      input: z.string(),
      columns: z.record(z.string(), z.string()).nullable(),
      finalOutput: z.string().nullable()
    })
  },
  'runs.cancel': { input: forRun, output: z.object({ run: runSummarySchema }) },
  /** Once the answers under way have ended. */
  'runs.pause': { input: forRun, output: z.object({ run: runSummarySchema }) },
  /** From the first unfinished step, after a pause, a cancel, a failure or a crash. */
  'runs.resume': { input: forRun.extend(waits), output: z.object({ run: runSummarySchema }) },
  /** Failed items once more, from the steps that failed; `items` left out: all of them. */
  'runs.retry': {
    input: forRun.extend({ items: z.array(itemNumber).min(1).max(10_000).optional(), ...waits }),
    output: z.object({ run: runSummarySchema })
  },
  'runs.remove': { input: forRun, output: nothing },
  /** In pieces: asked again with `nextItem` until that is null; pieces of one `fileName` belong one after the other. */
  'runs.export': {
    input: forRun.extend({ format: z.enum(exportFormats), fromItem: itemNumber.optional() }),
    output: z.object({
      files: z.array(z.object({ fileName: z.string(), text: z.string() })),
      nextItem: z.number().int().nullable()
    })
  }
} as const
