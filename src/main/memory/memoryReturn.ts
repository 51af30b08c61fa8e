/** Whether the memory of a model that was unloaded came back, by looking at its process and at the machine. */
import type { ModelId } from '../../shared/model.ts'

export interface MemoryReturn {
  /** Bytes seen to be free again; null when nothing could be seen. */
  bytesReturned: number | null
  verified: boolean
  /** What was looked at, in words: "its process is gone", "the card has 6.1 GB more free". */
  evidence: string | null
}

/** Called before a model is unloaded; the answer, called after it, waits a moment for the memory and tells what came back. */
export type WatchReturn = (id: ModelId) => Promise<(signal: AbortSignal) => Promise<MemoryReturn>>
