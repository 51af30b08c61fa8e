/**
 * The whole surface between the core and everyone else, readable top to bottom. Requests are zod values because they cross
 * into privilege; events are plain types because the core makes them. Transports, handlers and the page all follow from this file.
 */
import { z } from 'zod'
import { activityEventSchema, type ActivityEvent } from './activity.ts'
import { benchResultSchema, checkRunSchema, diagnosticsSchema, type Diagnostics } from './diagnostics.ts'
import type { ChainSummary } from './chain.ts'
import { chainRequests } from './chainRequests.ts'
import type { ErrorInfo } from './errors.ts'
import { predictionSchema, reliefSchema, whatIfInputSchema, whatIfSchema, type Prediction, type Relief } from './fit.ts'
import { hostRequestsSchema, type HostRequests } from './hostRequests.ts'
import { memoryPointSchema, memorySampleSchema, type MemorySample } from './memory.ts'
import {
  chatMessageSchema,
  generateOptionsSchema,
  generateResultSchema,
  hostConfigSchema,
  hostSchema,
  modelDetailsSchema,
  modelIdSchema,
  modelSchema,
  sampleSizes,
  savingSchema,
  timeLimitSchema,
  type Host,
  type Model,
  type Saving
} from './model.ts'
import { aliasNameSchema, fileModelSchema, modelsFileSchema, type ModelsFile } from './modelsFile.ts'
import { operationIdSchema, operationSchema, type Operation, type OperationProgress } from './operation.ts'
import { maxQuestionLetters, questionTooLong } from './requestLimit.ts'
import type { RunProgress, RunSummary, StepResult } from './run.ts'
import {
  previewSchema,
  ruleIdSchema,
  ruleSchema,
  ruleStateSchema,
  warmUpResultSchema,
  type RuleState
} from './schedule.ts'
import { settingStateSchema, type SettingState } from './settings.ts'

interface Question {
  prompt: string
  system?: string | undefined
  messages?: readonly { content: string }[] | undefined
}

function lettersIn({ prompt, system = '', messages = [] }: Question): number {
  return messages.reduce((sum, { content }) => sum + content.length, prompt.length + system.length)
}

const nothing = z.object({})
const bytes = z.number().int().nonnegative()
const epochMs = z.number().int().nonnegative()
const historyRangeMs = z
  .number()
  .int()
  .min(1_000)
  .max(31 * 86_400_000)
const keepAliveSeconds = z.number().min(-1).max(31_536_000)
const forModel = z.object({ id: modelIdSchema })
const asOperation = { operationId: operationIdSchema.optional() }
/** What an unload gave back; `verified`: its memory was seen to be gone or, where nothing of it can be looked at, its host says so. */
const unloadResultSchema = z.object({
  bytesReturned: bytes.nullable(),
  durationMs: z.number().nonnegative(),
  verified: z.boolean(),
  /** What was looked at, in words: "its process is gone". Null: nothing could be, and its host's word is all there is. */
  evidence: z.string().nullable()
})
export type UnloadResult = z.infer<typeof unloadResultSchema>

export const requests = {
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      platform: z.string(),
      dataDirectory: z.string(),
      modelsDirectory: z.string(),
      startedAt: z.number(),
      /** Said once at start: a broken settings file was kept aside, the data folder cannot be written to. */
      problems: z.array(z.string())
    })
  },

  /** The full story of `GET /healthz`. */
  'app.health': {
    input: nothing,
    output: z.object({
      status: z.enum(['ok', 'degraded']),
      version: z.string(),
      problems: z.array(z.string()),
      hosts: z.array(hostSchema.extend({ requests: hostRequestsSchema.nullable() })),
      loaded: z.array(
        modelSchema.pick({
          id: true,
          state: true,
          heldBytes: true,
          contextLength: true,
          activeRequests: true,
          error: true
        })
      ),
      settings: z.record(z.string(), z.union([z.string(), z.number()]))
    })
  },
  /** The text of `GET /metrics`, in Prometheus' own format. */
  'app.metrics': { input: nothing, output: z.object({ contentType: z.string(), text: z.string() }) },

  'hosts.list': { input: nothing, output: z.object({ hosts: z.array(hostSchema) }) },
  'hosts.save': { input: z.object({ host: hostConfigSchema }), output: z.object({ host: hostSchema }) },
  'hosts.remove': { input: z.object({ hostId: z.string().min(1).max(64) }), output: nothing },
  'hosts.check': { input: z.object({ hostId: z.string().min(1).max(64) }), output: z.object({ host: hostSchema }) },
  /** Breaker, queue, figures and story of every host. */
  'hosts.requests': { input: nothing, output: z.object({ hosts: z.array(hostRequestsSchema) }) },

  'models.list': {
    /** `refresh`: ask the hosts again first. */
    input: z.object({ refresh: z.boolean().optional() }),
    output: z.object({ models: z.array(modelSchema) })
  },
  'models.inspect': { input: forModel, output: modelDetailsSchema },
  'models.load': {
    input: z.object({
      id: modelIdSchema,
      contextLength: z.number().int().min(4).max(16_777_216).optional(),
      keepAliveSeconds: keepAliveSeconds.optional(),
      /** Load it though it is predicted not to fit the budget. */
      loadAnyway: z.boolean().optional(),
      ...asOperation
    }),
    output: z.object({ model: modelSchema, durationMs: z.number().nonnegative() })
  },
  'models.unload': {
    /** `force` stops the answers Stoker itself asked for; without it they end first. */
    input: z.object({ id: modelIdSchema, force: z.boolean().optional(), ...asOperation }),
    output: unloadResultSchema
  },
  'models.unloadAll': {
    input: z.object({ force: z.boolean().optional(), includePinned: z.boolean().optional() }),
    output: z.object({
      results: z.array(
        z.object({ id: modelIdSchema, result: unloadResultSchema.nullable(), error: z.string().nullable() })
      )
    })
  },
  'models.setKeepAlive': {
    /** null: follow the default again. */
    input: z.object({ id: modelIdSchema, keepAliveSeconds: keepAliveSeconds.nullable() }),
    output: z.object({ model: modelSchema })
  },
  'models.pin': {
    input: z.object({ id: modelIdSchema, isPinned: z.boolean() }),
    output: z.object({ model: modelSchema })
  },
  'models.generate': {
    input: z
      .object({
        id: modelIdSchema,
        /** The newest turn of the user. */
        prompt: z.string(),
        /** Every turn before it, oldest first; given, even empty, the answer is one of a conversation. */
        messages: z.array(chatMessageSchema).max(1_000).optional(),
        system: z.string().optional(),
        options: generateOptionsSchema.optional(),
        ...asOperation
      })
      .refine((question) => lettersIn(question) <= maxQuestionLetters, questionTooLong),
    output: generateResultSchema
  },
  /** Waits a moment for the engine's own estimate where there is none yet. */
  'models.predict': {
    input: z.object({ id: modelIdSchema, contextLength: z.number().int().min(4).max(16_777_216).optional() }),
    output: predictionSchema
  },
  /** Any selection of models and contexts together. */
  'models.whatIf': { input: whatIfInputSchema, output: whatIfSchema },
  /** The prediction of every model on this machine at its default context, as kept up by `fits.changed`. */
  'models.fits': {
    input: nothing,
    output: z.object({ fits: z.array(predictionSchema), relief: reliefSchema.nullable() })
  },
  /** The limits in force for one model, and why. */
  'models.timeouts': { input: forModel, output: z.object({ limits: z.array(timeLimitSchema) }) },
  /** What warmth has saved today and in the last seven days. */
  'models.savings': { input: nothing, output: z.object({ savings: z.array(savingSchema) }) },
  'models.pull': {
    input: z.object({ id: modelIdSchema, ...asOperation }),
    output: z.object({ model: modelSchema.nullable() })
  },
  'models.copy': { input: z.object({ id: modelIdSchema, newName: z.string().min(1).max(256) }), output: nothing },
  'models.remove': { input: forModel, output: nothing },
  'models.createSample': {
    input: z.object({ size: z.enum(sampleSizes), ...asOperation }),
    output: z.object({ model: modelSchema })
  },

  /** models.yaml as it is, with its mistakes. The routes below change it in place: comments and order stay. */
  'modelsFile.get': { input: nothing, output: modelsFileSchema },
  /** `previousName`: the entry is renamed. */
  'modelsFile.saveModel': {
    input: z.object({ model: fileModelSchema, previousName: z.string().min(1).max(256).optional() }),
    output: modelsFileSchema
  },
  'modelsFile.removeModel': { input: z.object({ name: z.string().min(1).max(256) }), output: modelsFileSchema },
  'aliases.save': {
    input: z.object({ name: aliasNameSchema, target: modelIdSchema, previousName: aliasNameSchema.optional() }),
    output: modelsFileSchema
  },
  'aliases.remove': { input: z.object({ name: aliasNameSchema }), output: modelsFileSchema },

  'warmup.list': { input: nothing, output: z.object({ rules: z.array(ruleStateSchema) }) },
  'warmup.save': { input: z.object({ rule: ruleSchema }), output: z.object({ rule: ruleStateSchema }) },
  'warmup.remove': { input: z.object({ ruleId: ruleIdSchema }), output: nothing },
  'warmup.preview': {
    input: z.object({
      /** Left out: now. */
      fromAt: epochMs.optional(),
      days: z.number().int().min(1).max(31).optional(),
      /** As if this rule were saved already. */
      draft: ruleSchema.optional()
    }),
    output: previewSchema
  },
  /** A rule's models, or these, one after the other; a failure never stops the rest. */
  'warmup.runNow': {
    input: z.object({
      ruleId: ruleIdSchema.optional(),
      ids: z.array(modelIdSchema).min(1).max(16).optional(),
      ...asOperation
    }),
    output: z.object({ results: z.array(warmUpResultSchema) })
  },

  ...chainRequests,

  'diagnostics.get': { input: nothing, output: diagnosticsSchema },
  /** "Check this machine". */
  'diagnostics.run': { input: z.object(asOperation), output: checkRunSchema },
  /** The test bench; `ids` left out: every installed model. */
  'diagnostics.bench': {
    input: z.object({ ids: z.array(modelIdSchema).min(1).max(500).optional(), ...asOperation }),
    output: z.object({ results: z.array(benchResultSchema) })
  },
  'diagnostics.export': {
    input: z.object({ format: z.enum(['json', 'markdown']) }),
    output: z.object({ fileName: z.string(), text: z.string() })
  },

  /** Answers from a sample at most a second old, and counts as someone watching for the next few seconds. */
  'memory.current': { input: nothing, output: memorySampleSchema },
  'memory.history': {
    input: z.object({
      rangeMs: historyRangeMs,
      /** The end of the range; left out: now. */
      toAt: epochMs.optional(),
      maxPoints: z.number().int().min(2).max(600).optional()
    }),
    output: z.object({
      fromAt: z.number(),
      toAt: z.number(),
      /** What one stored row stands for: a second in the last hour, a minute before that. */
      stepMs: z.number(),
      points: z.array(memoryPointSchema)
    })
  },
  /** Every stored row of a range, not thinned. */
  'memory.export': {
    input: z.object({ rangeMs: historyRangeMs, toAt: epochMs.optional() }),
    output: z.object({ fileName: z.string(), csv: z.string() })
  },

  /** The machine sleeps or its screen is locked: nothing is measured until it is back. Only the window knows. */
  'memory.setSuspended': { input: z.object({ isSuspended: z.boolean() }), output: nothing },

  'events.list': {
    input: z.object({
      fromAt: epochMs.optional(),
      toAt: epochMs.optional(),
      /** Only events with a smaller id: the next page. */
      beforeId: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(1_000).optional()
    }),
    output: z.object({ events: z.array(activityEventSchema) })
  },

  'settings.get': { input: nothing, output: z.object({ settings: z.array(settingStateSchema) }) },
  'settings.update': {
    input: z.object({ name: z.string().max(64), value: z.union([z.string().max(4_096), z.number()]) }),
    output: z.object({ setting: settingStateSchema })
  },
  'settings.reset': {
    input: z.object({ name: z.string().max(64) }),
    output: z.object({ setting: settingStateSchema })
  },

  'operations.list': { input: nothing, output: z.object({ operations: z.array(operationSchema) }) },
  'operations.cancel': {
    input: z.object({ operationId: operationIdSchema }),
    output: z.object({ wasRunning: z.boolean() })
  }
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type Requests = typeof requests
export type Route = keyof Requests
export type Input<R extends Route> = z.input<Requests[R]['input']>
export type Parsed<R extends Route> = z.output<Requests[R]['input']>
export type Output<R extends Route> = z.input<Requests[R]['output']>

/** Every event and what it carries. Small things travel whole; only tokens are deltas. */
export interface Events {
  /** One model changed: by far the most frequent. */
  'model.changed': { model: Model }
  /** The list itself changed: models came or went. */
  'models.changed': { models: Model[] }
  /** Some prediction or verdict changed, or what could be unloaded under pressure. */
  'fits.changed': { fits: Prediction[]; relief: Relief | null }
  'hosts.changed': { hosts: Host[] }
  /** Of every host; at most a few times a second. */
  'requests.changed': { hosts: HostRequests[] }
  'savings.changed': { savings: Saving[] }
  'modelsFile.changed': { file: ModelsFile }
  'warmup.changed': { rules: RuleState[] }
  'chains.changed': { chains: ChainSummary[] }
  /** Of the newest hundred runs; at most a few times a second. */
  'runs.changed': { runs: RunSummary[] }
  /** Steps that moved since the last time, without their texts; at most a few times a second. */
  'run.moved': { runId: string; steps: StepResult[] }
  'run.progressed': { runId: string; progress: RunProgress }
  /** A piece of an answer under way; `text` empty: it begins anew. */
  'run.tokens': { runId: string; item: number; stepId: string; text: string }
  'diagnostics.changed': Diagnostics
  'memory.sampled': { sample: MemorySample }
  'operation.progress': { operationId: string; progress: OperationProgress }
  'operations.changed': { operations: Operation[] }
  'events.added': { event: ActivityEvent }
  'settings.changed': { settings: SettingState[] }
}
export type EventType = keyof Events

/** One event on the wire. `revision` grows by one with every event of the core, so a reader sees a gap. */
export type CoreEvent = { [Type in EventType]: { type: Type; revision: number; payload: Events[Type] } }[EventType]

/** What every request answers. `revision` is that of the newest event before the work was begun: it orders answers among events. */
export type Answer<Data = unknown> = { ok: true; data: Data; revision: number } | { ok: false; error: ErrorInfo }

/** Who asks: decides the words of the event log, never what is allowed. */
export interface RequestContext {
  client: 'window' | 'browser' | 'script'
}
