/**
 * The scratch memory of one pass through a model, as llama.cpp reserves it with flash attention: the widest moment of its graph. The
 * widths were measured on 376 shapes of architecture llama with the engine's own reservation (none allocated): with heads that share
 * out the embedding and a feed-forward wider than it they are exact, elsewhere within a few widths of the embedding. Pure.
 */
import type { ModelShape } from './modelShape.ts'

export interface PassOptions {
  /** Cells of one request: padded. */
  cells: number
  /** Cells of the layers with a window; 0 when there are none. */
  slidingCells: number
  parallel: number
  batchTokens: number
}

/** What node-llama-cpp, llama-server and Ollama feed at once. */
export const defaultBatchTokens = 512

const floatBytes = 4
/** Token, position, two places in the cache (64 bits each) and one output, per token. */
const inputFloats = 7

/** Null where the shape does not tell the widths that count. */
export function computeBytes(shape: ModelShape, options: PassOptions): number | null {
  if (shape.vocabulary === null) return null
  const { cells, slidingCells } = options
  const tokens = Math.min(options.batchTokens, cells * options.parallel)
  // At the end of the graph the mask is gone; every token of the batch has its row of logits.
  const logits = shape.vocabulary + 2 * shape.embedding + 1
  const attends = shape.layers.some(({ keyElements }) => keyElements > 0)
  // One number of each cell for each token: of 16 bits for flash attention, else of 32, and the scores of every head beside them.
  const isFlash = hasFlashAttention(shape)
  const mask = attends ? (cells + slidingCells) * (isFlash ? 0.5 : 1) : 0
  const scores = attends && !isFlash ? (shape.heads ?? 0) * cells : 0
  const layer = Math.max(attentionFloats(shape) + scores, feedForwardFloats(shape)) + inputFloats + mask
  return Math.ceil(tokens * floatBytes * Math.max(logits, layer))
}

/** As node-llama-cpp has it. */
function hasFlashAttention({ architecture, keyLength, valueLength, layers }: ModelShape): boolean {
  const isLatent = layers.some(({ keyElements, valueElements }) => keyElements > 0 && valueElements === 0)
  return architecture !== 'gemma2' && architecture !== 'grok' && keyLength === valueLength && !isLatent
}

function attentionFloats({ embedding, heads, keyValueHeads, keyLength, valueLength }: ModelShape): number {
  if (heads === null || keyLength === null || valueLength === null) return 5 * embedding
  const queries = heads * keyLength
  const keyValues = (keyValueHeads ?? heads) * Math.max(keyLength, valueLength)
  return 1.5 * embedding + 2 * queries + 2.5 * keyValues
}

/** The input, what it was before, gate and up; what is put together of both takes a place of its own when it is too wide for a free one. */
function feedForwardFloats({ embedding, feedForward, heads, keyLength, experts, expertsUsed }: ModelShape): number {
  const queries = heads === null || keyLength === null ? embedding : heads * keyLength
  const width = feedForward ?? 4 * embedding
  const usesExperts = experts > 0 && expertsUsed > 0
  if (usesExperts) return expertFloats(embedding, width, expertsUsed)
  const isWide = width > 2 * Math.min(queries, 1.5 * embedding)
  return (queries > embedding ? 5 : 4) * embedding + (isWide ? 3 : 2) * width
}

/** Every token is a row for each expert it visits; narrow experts need more for their results than for their work. */
function expertFloats(embedding: number, width: number, used: number): number {
  const work = used * width
  const results = width < embedding / 2 ? 1.5 * used * embedding + (work > 1.5 * embedding ? 3 * work : 0) : 0
  return Math.max(4 * embedding + 3 * work, results)
}
