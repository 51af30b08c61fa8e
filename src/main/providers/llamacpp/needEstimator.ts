/** The engine's own estimate of what a model file would take, in a child process that is thrown away: a hostile file can abort it. */
import type { CacheType } from '../../../shared/need.ts'

export interface EstimateRequest {
  path: string
  /** Ascending (tokens). */
  contextLengths: readonly number[]
  cacheType: CacheType
  parallel: number
}

/** Nothing of it was allocated. */
export interface EngineEstimate {
  weightsBytes: number
  /** Cache, state, compute and output together, at each context length. */
  contexts: readonly { contextLength: number; bytes: number }[]
}

export interface NeedEstimator {
  /** One child at a time. Rejects with a StokerError where the engine cannot say, and with `aborted`. */
  estimate(request: EstimateRequest, signal: AbortSignal): Promise<EngineEstimate>
  /** Ends the child, and rejects what waits. */
  dispose(): Promise<void>
}
