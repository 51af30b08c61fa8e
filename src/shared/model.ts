/** Models and hosts as every part of Stoker speaks of them. Bytes are integers, times epoch milliseconds, unknown is null. */
import { z } from 'zod'
import { errorCodes, timeoutPhases } from './errors.ts'
import { needSchema } from './need.ts'

export const modelIdSchema = z.object({
  hostId: z.string().min(1).max(64),
  name: z.string().min(1).max(256)
})
export type ModelId = z.infer<typeof modelIdSchema>

/** A model's place in its life. `absent`: known (pinned, in a rule) but not on its host. */
export const modelStates = ['absent', 'unloaded', 'loading', 'ready', 'unloading', 'failed'] as const
export type ModelState = (typeof modelStates)[number]

/** How a number was come by: read from the system or the engine, told by a server, or worked out. */
export const qualities = ['measured', 'reported', 'estimated'] as const
export type Quality = (typeof qualities)[number]

export const providerKinds = ['ollama', 'llamacpp'] as const
export type ProviderKind = (typeof providerKinds)[number]

const bytes = z.number().int().nonnegative()
const epochMs = z.number().int().nonnegative()
const durationMs = z.number().nonnegative()

export const errorInfoSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  hint: z.string().nullable(),
  phase: z.enum(timeoutPhases).optional()
})

/** A rule of the schedule, by its name, or a run of a chain in words: "the run of Summaries". A rule goes before a run. */
export const keeperSchema = z.object({ kind: z.enum(['rule', 'run']), name: z.string() })
export type Keeper = z.infer<typeof keeperSchema>

export const modelSchema = z.object({
  id: modelIdSchema,
  providerKind: z.enum(providerKinds),
  state: z.enum(modelStates),
  stateSinceAt: epochMs,
  /** Bytes on disk. */
  sizeBytes: bytes.nullable(),
  /** Bytes in memory now; null when not loaded or unknown. */
  heldBytes: bytes.nullable(),
  heldQuality: z.enum(qualities).nullable(),
  /** The part of heldBytes that lies in GPU-addressable memory. */
  gpuBytes: bytes.nullable(),
  /** Context length in force (tokens); null when not loaded. */
  contextLength: z.number().int().positive().nullable(),
  /** Context length the model was trained for (tokens). */
  maxContextLength: z.number().int().positive().nullable(),
  /** Parameters as people write them: "8.2B". */
  parameters: z.string().nullable(),
  quantization: z.string().nullable(),
  architecture: z.string().nullable(),
  /** completion, embedding, vision, tools, thinking ...; null where the server does not say. */
  capabilities: z.array(z.string()).nullable(),
  digest: z.string().nullable(),
  /** Random weights written by Stoker itself: speaks gibberish. */
  isSample: z.boolean(),
  isPinned: z.boolean(),
  /** Keep-alive in force: seconds after the last use; 0 = unload at once, negative = for ever. */
  keepAliveSeconds: z.number(),
  /** Who keeps it now, whatever its keep-alive; null: nobody. */
  keptBy: keeperSchema.nullable(),
  /** Another program has told the server another time than Stoker did; `seconds` as far as it can be told, negative = for ever. */
  keepAliveOverride: z.object({ seconds: z.number().nullable(), noticedAt: epochMs }).nullable(),
  /** When it will unload by itself; null when it will not, is not loaded, or is answering. */
  unloadsAt: epochMs.nullable(),
  /** Requests of ours it is answering now. */
  activeRequests: z.number().int().nonnegative(),
  /** Tokens per second of the last answer. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  /** 0 to 1 where the engine says, else null. */
  loadProgress: z.number().min(0).max(1).nullable(),
  /** It loads longer than its limit allows for: still loading, never cut off. */
  isLoadLate: z.boolean(),
  loadedAt: epochMs.nullable(),
  /** Who asked for the load, in words. */
  loadedBy: z.string().nullable(),
  /** What the last load took here: "usually 6 s". */
  lastLoadMs: durationMs.nullable(),
  lastUsedAt: epochMs.nullable(),
  /** The operation to cancel while loading or unloading. */
  operationId: z.string().nullable(),
  /** Why the last load failed. */
  error: errorInfoSchema.nullable()
})
export type Model = z.infer<typeof modelSchema>

/** One limit of one model on its host, and why it is what it is. */
export const timeLimitSchema = z.object({
  phase: z.enum(timeoutPhases),
  /** As set for every model. */
  settingMs: durationMs,
  /** In force for this one; never shorter than the setting. */
  limitMs: durationMs,
  /** Where they differ: "40 GB of weights", "its first token took 45 s here". */
  reason: z.string().nullable()
})
export type TimeLimit = z.infer<typeof timeLimitSchema>

/** What warmth has saved: answers that found their model loaded, each at the usual time of a load here. */
export const savingSchema = z.object({
  id: modelIdSchema,
  /** The median of its last loads here (ms); null before the first one. */
  usualLoadMs: durationMs.nullable(),
  todayColdStarts: z.number().int().nonnegative(),
  todayMs: durationMs,
  weekColdStarts: z.number().int().nonnegative(),
  weekMs: durationMs
})
export type Saving = z.infer<typeof savingSchema>

/** What `models.inspect` adds: raw facts of one model, in the server's own words. */
export const modelDetailsSchema = z.object({
  id: modelIdSchema,
  template: z.string().nullable(),
  system: z.string().nullable(),
  license: z.string().nullable(),
  /** Parameters as the server prints them, one per line. */
  parametersText: z.string().nullable(),
  /** GGUF metadata or `model_info`: scalar values only. */
  metadata: z.array(z.object({ key: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) })),
  path: z.string().nullable(),
  /** Memory by part as the engine logged it; null when not loaded or not known. */
  memoryParts: z.array(z.object({ label: z.string(), bytes })).nullable(),
  /** What was predicted for the context in force, without what this very load has taught; null when not loaded or not known. */
  predicted: needSchema.nullable()
})
export type ModelDetails = z.infer<typeof modelDetailsSchema>

export const hostStatuses = ['checking', 'ok', 'slow', 'down'] as const

/** What a host can do; buttons for the rest are not shown. */
export const hostCapabilitiesSchema = z.object({
  pull: z.boolean(),
  copy: z.boolean(),
  remove: z.boolean(),
  createSample: z.boolean()
})
export type HostCapabilities = z.infer<typeof hostCapabilitiesSchema>

export const hostSchema = z.object({
  id: z.string(),
  kind: z.enum(providerKinds),
  name: z.string(),
  /** Base address; null for the embedded engine. */
  url: z.string().nullable(),
  isBuiltIn: z.boolean(),
  /** On this machine: what its models hold is part of this machine's memory. */
  isLocal: z.boolean(),
  /** `slow`: alive, but some answers are overdue and what is shown is old. */
  status: z.enum(hostStatuses),
  version: z.string().nullable(),
  /** What it computes on, in words: "CPU", "Metal". */
  device: z.string().nullable(),
  checkedAt: epochMs.nullable(),
  nextCheckAt: epochMs.nullable(),
  error: errorInfoSchema.nullable(),
  capabilities: hostCapabilitiesSchema
})
export type Host = z.infer<typeof hostSchema>

/** A host as the user configures it. */
export const hostConfigSchema = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/),
  kind: z.enum(providerKinds),
  name: z.string().min(1).max(80),
  url: z.string().max(512).nullable()
})
export type HostConfig = z.infer<typeof hostConfigSchema>

/** Sampling options of one request; what is left out is the model's or the server's own. */
export const generateOptionsSchema = z.object({
  temperature: z.number().min(0).max(5).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().int().min(0).max(100_000).optional(),
  repeatPenalty: z.number().min(0).max(5).optional(),
  maxTokens: z.number().int().min(1).max(1_000_000).optional(),
  seed: z.number().int().optional(),
  stop: z.array(z.string().min(1).max(256)).max(16).optional()
})
export type GenerateOptions = z.infer<typeof generateOptionsSchema>

export const chatRoles = ['user', 'assistant', 'system'] as const

/** One earlier turn of a conversation. */
export const chatMessageSchema = z.object({ role: z.enum(chatRoles), content: z.string() })
export type ChatMessage = z.infer<typeof chatMessageSchema>

export const generateResultSchema = z.object({
  text: z.string(),
  promptTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  firstTokenMs: durationMs.nullable(),
  tokensPerSecond: z.number().nonnegative().nullable(),
  /** stop, length, aborted, or what the server said. */
  doneReason: z.string().nullable()
})
export type GenerateResult = z.infer<typeof generateResultSchema>

export const sampleSizes = ['small', 'medium', 'large'] as const
export type SampleSize = (typeof sampleSizes)[number]
