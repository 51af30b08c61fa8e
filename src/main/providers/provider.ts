/**
 * The port every model server is reached through. A new kind of server is one folder with a `createX` that returns this, and one
 * line in registry.ts. Providers hold no policy: they neither queue nor retry, and change nothing they were not asked to.
 */
import type { OutputFormat } from '../../shared/chain.ts'
import type {
  ChatMessage,
  GenerateOptions,
  GenerateResult,
  HostCapabilities,
  ModelDetails,
  ProviderKind,
  Quality,
  SampleSize,
  TimeLimit
} from '../../shared/model.ts'
import type { CacheType, NeedPart } from '../../shared/need.ts'

/** A model as its host lists it, loaded or not. */
export interface InstalledModel {
  name: string
  sizeBytes: number | null
  maxContextLength: number | null
  parameters: string | null
  quantization: string | null
  architecture: string | null
  capabilities: string[] | null
  digest: string | null
  isSample: boolean
  /** Set when the file cannot be loaded; it is listed all the same, with the reason. */
  problem: { code: 'bad_model_file' | 'unknown_architecture'; message: string; hint: string | null } | null
}

/** A model as its host holds it in memory. */
export interface LoadedModel {
  name: string
  heldBytes: number | null
  gpuBytes: number | null
  /** As Sampler's `countedBytes`: the part the system counts as used; null when unknown. */
  countedBytes: number | null
  heldQuality: Quality
  /** Where heldBytes is from, in words. */
  heldSource: string
  contextLength: number | null
  /** When the server itself will unload it; null = never, or the server keeps no timer. */
  unloadsAt: number | null
  /** Asked to go, but still answering somebody. */
  isStopping: boolean
  /** Its process, where the provider started it. */
  pid: number | null
  /** The file of its weights on this machine, by which its process can be found; null when unknown or elsewhere. */
  weightsPath: string | null
  /** What the engine allocated, by part, from its own log; null where it does not tell. */
  allocated: readonly NeedPart[] | null
  /** What it was loaded with; left out where only `describeNeed` tells. */
  cacheType?: CacheType
}

/** Metadata of a model by key: of GGUF or of /api/show. Long arrays (vocabularies) are left out. */
export type ModelMetadata = ReadonlyMap<string, string | number | boolean | readonly number[] | readonly boolean[]>

export interface TensorFacts {
  bytesByType: ReadonlyMap<number, number>
  isTied: boolean
  /** Rows are tokens of the vocabulary; null when the file has no such tensor. `isRepacked`: see repackedTypes.ts. */
  tokenEmbedding: { rows: number; bytes: number; isRepacked: boolean } | null
}

/** What a prediction needs to know of a model. */
export interface NeedFacts {
  /** Stands for the weights: two models with the same one need the same. */
  fingerprint: string
  /** The model's (first) file, where this machine can read it. */
  path: string | null
  /** Bytes of the weights on disk, all parts of a split model; null when unknown. */
  weightsBytes: number | null
  /** Bytes of the file of its picture encoder; 0 without one. */
  projectorBytes: number
  /** Null where the host tells none. */
  metadata: ModelMetadata | null
  /** Tensor data by ggml type (bytes), and whether the output weights are the token embeddings; null without the file's header. */
  tensors: TensorFacts | null
  /** What a load without a wish gets (tokens). */
  defaultContextLength: number
  /** What it was trained for (tokens). */
  maxContextLength: number | null
  /** Requests it is loaded to answer side by side, each with a context of its own. */
  parallel: number
  cacheType: CacheType
  /** Left out: true. Without it an engine keeps the scores of every token with every other one at once. */
  usesFlashAttention?: boolean
  /** Of the engine and what it computes on: what one version has allocated says nothing of another. */
  engineVersion: string
}

export interface LoadRequest {
  /** Tokens; left out, the provider's own default. */
  contextLength?: number
  /** Seconds after the last use; 0 = at once, negative = for ever. */
  keepAliveSeconds: number
  /** 0 to 1, where the engine says. */
  onProgress?: (fraction: number) => void
  /** Called once by the request pipeline when the load takes longer than its limit; nothing is ended for that. */
  onLate?: (limit: TimeLimit) => void
  /** A failed attempt is followed by another. */
  onRetry?: (retry: { attempt: number; attempts: number; nextAt: number; reason: string }) => void
}

export interface GenerateRequest {
  /** The newest turn of the user. */
  prompt: string
  /** The turns before it, oldest first; present, even empty, it is a conversation. */
  messages?: readonly ChatMessage[]
  system?: string
  options: GenerateOptions
  /** Left out: text. Of JSON only its beginning, where the answer ends at its limit of tokens. A schema that the host cannot keep to: `invalid_input`. */
  format?: OutputFormat
  /** The context length the model was loaded with: sent again, or some servers would reload. */
  contextLength: number | null
  keepAliveSeconds: number
  /** Empty text is a sign of life without words, such as a model's thinking; the request pipeline passes none of it on. */
  onText: (text: string) => void
  /** Who asks, for a fair order among them; only the request pipeline looks at it. */
  caller?: string
  /** What it can be cancelled by, for those who look at the host's queue; only the request pipeline passes it on. */
  operationId?: string
  /** The place in the host's queue, told by the request pipeline at every change, and null when the turn has come. */
  onQueued?: (place: { position: number; waiting: number } | null) => void
  /** A failed attempt is followed by another. */
  onRetry?: (retry: { attempt: number; attempts: number; nextAt: number; reason: string }) => void
}

export interface TransferProgress {
  status: string
  completedBytes: number | null
  totalBytes: number | null
}

export interface HostHealth {
  version: string | null
  device: string | null
}

/**
 * Every method rejects with a StokerError (shared/errors.ts), and as soon as its signal aborts, also before the server's first byte:
 * with the signal's reason where that is a StokerError (a limit of the caller's), else with code `aborted`. Optional methods exist where `capabilities` says so.
 */
export interface Provider {
  readonly kind: ProviderKind
  readonly capabilities: HostCapabilities
  /** True when the server unloads idle models by itself (Ollama); else the model manager keeps the time. */
  readonly keepsTime: boolean
  /** True when a request to a model that is not in memory loads it: only there a request can be repeated after an engine died. */
  readonly loadsWhenAsked: boolean
  /** Answers of one model side by side, where the provider knows: 1 for the built-in engine. */
  readonly answersAtOnce: number | null

  /** Cheap liveness, never blocked by a load. */
  health(signal: AbortSignal): Promise<HostHealth>
  list(signal: AbortSignal): Promise<InstalledModel[]>
  inspect(name: string, signal: AbortSignal): Promise<Omit<ModelDetails, 'predicted'>>
  listLoaded(signal: AbortSignal): Promise<LoadedModel[]>
  /** Cheap when asked again. Nothing is loaded or allocated for it. */
  describeNeed(name: string, signal: AbortSignal): Promise<NeedFacts>
  /** Resolves when the model can answer. Aborting destroys the load. No time limit of its own. */
  load(name: string, request: LoadRequest, signal: AbortSignal): Promise<LoadedModel>
  /** Resolves once the model is seen to be gone; waits for running answers. `model_busy` when it does not go within `limitMs`. */
  unload(name: string, limitMs: number, signal: AbortSignal): Promise<void>
  generate(name: string, request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult>
  /** Whether the model that an answer waits for may still be loading within it. Absent where no answer loads its model. */
  isLoading?(name: string, signal: AbortSignal): Promise<boolean>
  /**
   * How many tokens this text is, as the loaded model cuts it: without what a chat template puts around it. Also while it answers, which
   * it holds up for no more than the counting. Absent where the host cannot count.
   */
  countTokens?(name: string, text: string, signal: AbortSignal): Promise<number>
  /** Makes a loaded model keep the new time without using it. Absent where the manager keeps the time. */
  setKeepAlive?(name: string, seconds: number, signal: AbortSignal): Promise<void>
  pull?(name: string, onProgress: (progress: TransferProgress) => void, signal: AbortSignal): Promise<void>
  copy?(name: string, newName: string, signal: AbortSignal): Promise<void>
  remove?(name: string, signal: AbortSignal): Promise<void>
  /** Writes a sample model and answers its name. */
  createSample?(
    size: SampleSize,
    onProgress: (progress: TransferProgress) => void,
    signal: AbortSignal
  ): Promise<string>

  /** Called when a loaded model vanished without being asked to: killed, crashed, out of memory. */
  onLost(
    listener: (
      name: string,
      error: { code: 'engine_crashed' | 'out_of_memory' | 'bad_model_file'; message: string; hint: string | null }
    ) => void
  ): () => void
  /**
   * What can safely be done about an ill host without losing anything: fresh connections, an end to an engine that hangs. Answers what
   * was done, in words; null when there was nothing to do.
   */
  heal?(signal: AbortSignal): Promise<string | null>
  /** Ends every process and connection of this provider. */
  dispose(): Promise<void>
}

/**
 * The limits of a single exchange with a server, read anew for every call. Loads, downloads and answers have theirs in the request
 * pipeline (requests/), around the provider: a provider only stops when its signal aborts.
 */
export interface ProviderTimeouts {
  connectTimeoutMs: number
  apiTimeoutMs: number
}
