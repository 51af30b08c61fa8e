/**
 * What a model needs by formula: from its shape, or roughly from the size of its file alone. Pure. The terms are llama.cpp's own; each
 * says where it is from. Bytes as the engine would allocate them, whatever the device.
 */
import type { CacheType, Need, NeedPart, NeedPartKind } from '../../shared/need.ts'
import type { NeedFacts } from '../providers/provider.ts'
import { computeBytes, defaultBatchTokens } from './computeBuffer.ts'
import type { ModelShape } from './modelShape.ts'

export interface ContextOptions {
  /** Tokens, of one request. */
  contextLength: number
  cacheType: CacheType
  /** Requests side by side, each with a context of its own. */
  parallel: number
}

/** What differs between engines, and is not the model's. */
export interface EngineTraits {
  /** Of the process that runs one model, outside every buffer. */
  overheadBytes: number
  /** Tokens fed at once; a sliding window is kept by that much longer. */
  batchTokens?: number
}

/** Bytes per element, of ggml's blocks: q8_0 holds 32 elements in 34 bytes. */
const bytesPerElement: Record<CacheType, number> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32
}

const mebibyte = 2 ** 20
/** llama.cpp rounds every context, and every window's cache, up to this many tokens. */
const cellPadding = 256
const stateElementBytes = 4
const maxContextLength = 2 ** 31

export function paddedContextLength(contextLength: number): number {
  return Math.ceil(contextLength / cellPadding) * cellPadding
}

/** Cells x (key + value elements) x bytes, summed over the layers that keep a cache (`llama_kv_cache`, `llama_kv_cache_iswa`). */
export function contextCacheBytes(
  shape: ModelShape,
  options: ContextOptions,
  batchTokens = defaultBatchTokens
): number {
  const cells = paddedContextLength(options.contextLength)
  const slidingCells = windowCells(shape, options.contextLength, batchTokens)
  const elements = shape.layers.reduce(
    (sum, { keyElements, valueElements, isSliding }) =>
      sum + (keyElements + valueElements) * (isSliding ? slidingCells : cells),
    0
  )
  return Math.ceil(elements * bytesPerElement[options.cacheType] * options.parallel)
}

/** A window's cache is longer than the window by what is fed at once; 0 where no layer slides. */
function windowCells({ slidingWindow }: ModelShape, contextLength: number, batchTokens: number): number {
  const cells = paddedContextLength(contextLength)
  return slidingWindow === null ? 0 : paddedContextLength(Math.min(cells, slidingWindow + batchTokens))
}

/** Of recurrent layers, in 32-bit floats, once per request side by side (`llama_memory_recurrent`). */
export function stateBytes(shape: ModelShape, parallel: number): number {
  return shape.layers.reduce((sum, { stateElements }) => sum + stateElements, 0) * stateElementBytes * parallel
}

/** One row of 32-bit logits per request side by side (`llama_context::output_reserve`). */
export function outputBytes(shape: ModelShape, parallel: number): number {
  return (shape.vocabulary ?? 0) * 4 * parallel
}

/** Null where the weights' size or a term of the formula is unknown, or the context length makes no sense. */
export function formulaNeed(
  facts: NeedFacts,
  shape: ModelShape,
  contextLength: number,
  { overheadBytes, batchTokens = defaultBatchTokens }: EngineTraits
): Need | null {
  const weights = tensorBytes(facts) ?? facts.weightsBytes
  if (weights === null || !isContextLength(contextLength) || shape.vocabulary === null) return null
  const { cacheType, parallel } = facts
  const compute = computeBytes(shape, {
    cells: paddedContextLength(contextLength),
    slidingCells: windowCells(shape, contextLength, batchTokens),
    parallel,
    batchTokens
  })
  if (compute === null) return null
  const cache = shape.keepsCache ? contextCacheBytes(shape, { contextLength, cacheType, parallel }, batchTokens) : 0
  const working = cache + compute
  const need = {
    weights,
    projector: facts.projectorBytes,
    context: cache,
    state: stateBytes(shape, parallel),
    compute,
    output: outputBytes(shape, parallel),
    overhead: overheadBytes
  }
  const bytes = sum(need)
  const margin = shape.isFamiliar ? 0.02 * weights + 0.1 * working + 8 * mebibyte : 0.1 * bytes + 300 * mebibyte
  return toNeed(need, margin, 'formula', contextLength)
}

/** Where nothing but the size on disk is known: a tenth more, and a cache as models of that size usually have. */
export function fileSizeNeed(facts: NeedFacts, contextLength: number, { overheadBytes }: EngineTraits): Need | null {
  const { weightsBytes, projectorBytes } = facts
  if (weightsBytes === null || !isContextLength(contextLength)) return null
  const perToken = weightsBytes * usualCacheShare * (bytesPerElement[facts.cacheType] / bytesPerElement.f16)
  const working = paddedContextLength(contextLength) * facts.parallel * perToken
  const weights = weightsBytes * 1.1 + working + 64 * mebibyte
  const margin = 0.15 * weightsBytes + working + 256 * mebibyte
  return toNeed({ weights, projector: projectorBytes, overhead: overheadBytes }, margin, 'file_size', contextLength)
}

/**
 * Cache of one token at 16 bits, as a part of the weights: 8B models of 4.7 GB keep 128 KiB a token, 3B of 2 GB 112 KiB, 70B of 40 GB
 * 320 KiB. The margin is as wide as the term.
 */
const usualCacheShare = 2.5e-5

/** Embeddings that serve as output weights too are held twice by a processor that wants output weights in an order of its own. */
function tensorBytes({ tensors }: NeedFacts): number | null {
  if (!tensors) return null
  const { bytesByType, isTied, tokenEmbedding } = tensors
  const bytes = [...bytesByType.values()].reduce((total, one) => total + one, 0)
  return bytes > 0 ? bytes + (isTied && tokenEmbedding?.isRepacked ? tokenEmbedding.bytes : 0) : null
}

function isContextLength(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < maxContextLength
}

type Terms = Partial<Record<NeedPartKind, number>>

function sum(terms: Terms): number {
  return Object.values(terms).reduce((total, bytes) => total + bytes, 0)
}

/** `margin`: the plus-minus in bytes. Null where a term is no bytes. */
export function toNeed(terms: Terms, margin: number, source: Need['source'], contextLength: number): Need | null {
  const parts = (Object.entries(terms) as [NeedPartKind, number][])
    .map(([kind, bytes]): NeedPart => ({ kind, bytes: Math.round(bytes) }))
    .filter(({ bytes }) => bytes !== 0)
    .sort((a, b) => b.bytes - a.bytes)
  const bytes = parts.reduce((total, part) => total + part.bytes, 0)
  const isSound = parts.every((part) => part.bytes > 0) && Number.isSafeInteger(bytes)
  return isSound ? { bytes, plusMinusBytes: Math.round(margin), source, contextLength, parts } : null
}
