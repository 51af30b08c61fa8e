/**
 * The messages between Stoker and an engine child. Types only: the child imports this file, and a validator would cost every loaded
 * model some 15 MB. The child believes its parent; the parent believes nothing (parseFromEngine.ts).
 */
import type { ChatMessage, GenerateOptions } from '../../../shared/model.ts'
import type { CacheType } from '../../../shared/need.ts'
import type { EngineEstimate, EstimateRequest } from './needEstimator.ts'
import type { GrammarSchema } from './grammarSchema.ts'

/** What is asked: earlier turns, oldest first, then the newest one of the user. */
export interface Conversation {
  system: string | null
  messages: readonly ChatMessage[]
  prompt: string
}

/** JSON; `schema` null: any object. */
export interface AnswerFormat {
  schema: GrammarSchema | null
}

export interface LoadMessage {
  path: string
  contextLength: number
  threads: number
  /** Of the context cache. */
  cacheType: CacheType
  /** Some weights are of a type that a processor holds in another order than the file. */
  hasRepackedWeights: boolean
  /** Left out, the child decides. */
  useMmap?: boolean
}

export interface EstimateMessage extends EstimateRequest {
  threads: number
}

export type ToEngine =
  | ({ type: 'load' } & LoadMessage)
  /** Answered once, by a child that does nothing else. */
  | ({ type: 'estimate' } & EstimateMessage)
  /** `format` null: text. */
  | {
      type: 'generate'
      answerId: number
      conversation: Conversation
      options: GenerateOptions
      format: AnswerFormat | null
    }
  | { type: 'abort'; answerId: number }
  /** Answered with `counted`, whatever else is under way. */
  | { type: 'count'; countId: number; text: string }
  /** Answered with `pong` at once, whatever else is under way. */
  | { type: 'ping' }
  /** End every answer, give everything back, exit. */
  | { type: 'quit' }

/** One buffer as the engine's log names it. */
export interface EngineBuffer {
  /** The part of the engine that allocated it: "llama_kv_cache". */
  component: string
  /** "CPU", "CPU_Mapped", "CUDA0", "Metal" ... */
  device: string
  kind: 'model' | 'KV' | 'RS' | 'compute' | 'output'
  bytes: number
}

export interface EngineAnswer {
  promptTokens: number
  outputTokens: number
  firstTokenMs: number | null
  tokensPerSecond: number | null
  doneReason: 'stop' | 'length'
}

export type EngineFailure = 'aborted' | 'context_exceeded' | 'out_of_memory' | 'no_engine' | 'bad_format' | 'failed'

export type FromEngine =
  /** Alive, and nothing heavy loaded yet. */
  | { type: 'hello' }
  | { type: 'pong' }
  /** `tokens` null: it could not. */
  | { type: 'counted'; countId: number; tokens: number | null }
  | { type: 'device'; device: string }
  | { type: 'progress'; fraction: number }
  | { type: 'buffers'; buffers: EngineBuffer[] }
  | { type: 'loaded'; contextLength: number }
  | { type: 'loadFailed'; reason: EngineFailure; message: string; log: string }
  | { type: 'estimated'; estimate: EngineEstimate }
  | { type: 'estimateFailed'; reason: EngineFailure; message: string; log: string }
  | { type: 'text'; answerId: number; text: string }
  | { type: 'answered'; answerId: number; answer: EngineAnswer }
  | { type: 'failed'; answerId: number; reason: EngineFailure; message: string }
