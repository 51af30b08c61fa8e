/** The scratch memory of one pass through a model, as llama.cpp reserves it with flash attention. Pure. */
import type { ModelShape } from './modelShape.ts'

export interface PassOptions {
  /** Padded, of one request. */
  contextLength: number
  parallel: number
  batchTokens: number
}

/** What node-llama-cpp, llama-server and Ollama feed at once. */
export const defaultBatchTokens = 512

/** Null where the shape does not tell the widths that count. */
export function computeBytes(shape: ModelShape, { contextLength, parallel, batchTokens }: PassOptions): number | null {
  const { embedding, vocabulary, feedForward } = shape
  if (vocabulary === null) return null
  const tokens = Math.min(batchTokens, contextLength * parallel)
  const mask = contextLength * parallel * tokens * 2
  const logits = tokens * 4 * (vocabulary + 2 * embedding)
  const layer = tokens * 4 * (4 * embedding + 3 * (feedForward ?? 4 * embedding)) + mask
  return Math.max(logits, layer)
}
