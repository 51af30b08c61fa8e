/** A model in memory, or let in and on the way there, as fits, evictions and the pressure policy see it. */
import type { ModelId } from '../../shared/model.ts'

export interface Resident {
  id: ModelId
  /** modelKey(id). */
  key: string
  /** The engine it runs on: another name on the same one takes no memory of its own, and goes when it goes. */
  engine: string
  /** On this machine: what it holds is part of this machine's memory. */
  isLocal: boolean
  /** Its host computes on graphics cards where there are any. */
  usesCards: boolean
  /** As last measured or told; null when unknown. */
  heldBytes: number | null
  /** The part of it on cards; null when unknown. */
  gpuBytes: number | null
  /** What it was predicted to hold; counts while it loads, and where nobody tells what it holds. */
  needBytes: number | null
  /** In force, or asked for (tokens); null when that was left to the host. */
  contextLength: number | null
  isPinned: boolean
  /** By the schedule or a run, now. */
  isKept: boolean
  /** Answering, loading, unloading, or somebody waits for it. */
  isBusy: boolean
  isLoading: boolean
  /** Being unloaded: whoever needs its room waits for it. */
  isLeaving: boolean
  /** null: never used since it was loaded, as far as is known. */
  lastUsedAt: number | null
  /** What its last load took here. */
  reloadMs: number | null
}
