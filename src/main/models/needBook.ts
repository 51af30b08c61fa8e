/** What every model would need in memory, from the best source there is at the moment; better ones are gathered in the background. */
import type { ModelId } from '../../shared/model.ts'
import type { Need } from '../../shared/need.ts'
import type { LoadedModel } from '../providers/provider.ts'

export interface NeedBook {
  /** By what is known now, without waiting. `contextLength` left out: the host's default. Null when nothing is known. */
  now(id: ModelId, contextLength?: number): Need | null
  /** Waits, but not long, for the engine's own estimate where there is none yet. Rejects only when aborted. */
  predict(id: ModelId, contextLength: number | undefined, signal: AbortSignal): Promise<Need | null>
  /** As `now`, but without what loads have measured: what stands beside the measured value. */
  unlearned(id: ModelId, contextLength: number): Need | null
  /** What a load without a wish gets, and what the model was trained for (tokens). */
  contextLengths(id: ModelId): { defaultLength: number | null; maxLength: number | null }
  /** A load ended: what it allocated is remembered for the same weights, context, cache type, parallel and engine version. */
  learn(id: ModelId, loaded: LoadedModel): void
  /** The models there are now; facts of newcomers are gathered, of those that went forgotten. */
  follow(ids: readonly ModelId[]): void
  /** Under memory pressure no engine is started for an estimate. */
  setPaused(isPaused: boolean): void
  dispose(): Promise<void>
}
