/**
 * What of a model's metadata decides how much memory its contexts take: layers, heads, windows, recurrent state. Pure. The rules are
 * llama.cpp's (`load_hparams`, `llama_hparams`); what is missing or makes no sense is null, never a guess.
 */
import type { ModelMetadata, NeedFacts } from '../providers/provider.ts'
import { recurrence } from './recurrentLayers.ts'
import { slidingWindow } from './slidingWindow.ts'

export interface LayerShape {
  /** Elements that one token adds to the cache; both 0 in a layer without one of its own. */
  keyElements: number
  valueElements: number
  /** Looks back no further than the model's window. */
  isSliding: boolean
  /** Elements of recurrent state per sequence, whatever the context length. */
  stateElements: number
}

export interface ModelShape {
  architecture: string
  layers: readonly LayerShape[]
  embedding: number
  /** Of the widest layer, or of one expert; null when unknown. */
  feedForward: number | null
  /** Of the layer that has the most; null in a model without attention. */
  heads: number | null
  keyValueHeads: number | null
  /** Elements of one head; null in a model without attention. */
  keyLength: number | null
  valueLength: number | null
  vocabulary: number | null
  /** Tokens; null when every layer looks back to the start. */
  slidingWindow: number | null
  /** 0 when the model has none. */
  experts: number
  expertsUsed: number
  /** Encoders read all at once and keep nothing. */
  keepsCache: boolean
  /** Built as the formula expects; of others it is a rougher guess. */
  isFamiliar: boolean
}

/** The keys of one architecture, read so that only sensible numbers come out. */
export interface ShapeKeys {
  architecture: string
  /** A whole number from 0; null when it is missing or none. */
  count(key: string): number | null
  /** The same in every layer or one value each; null when the key is missing or some layer's value makes no sense. */
  perLayer(key: string, layers: number): readonly number[] | null
  raw(key: string): ReturnType<ModelMetadata['get']>
}

const maxLayers = 2_048
const maxCount = 2 ** 31
/** No layer of this world keeps more per token, or has a larger state. */
const maxElements = 2 ** 32
/** Their context has no cache: `llama_model::create_memory` answers none for them. */
const cacheless = new Set(
  (
    'bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding t5encoder ' +
    'wavtokenizer-dec dream llada llada-moe rnd1'
  ).split(' ')
)
/** Transformers of the plain kind: the formula was measured against the engine with some of them, and the others have the same graph. */
const familiar = new Set(
  (
    'llama mistral3 mistral4 qwen2 qwen3 gemma gemma2 gemma3 phi2 phi3 falcon starcoder2 stablelm internlm2 olmo olmo2 command-r cohere2 ' +
    'smollm3 granite exaone exaone4 minicpm glm4 qwen2moe qwen3moe gpt-oss'
  ).split(' ')
)

/** Null when the metadata do not tell it, or tell nonsense. */
export function readModelShape({ metadata, tensors }: NeedFacts): ModelShape | null {
  const keys = metadata && shapeKeys(metadata)
  if (!keys) return null
  const allLayers = keys.count('block_count')
  const embedding = keys.count('embedding_length')
  if (!allLayers || allLayers > maxLayers || !embedding) return null
  const layerCount = allLayers - predictedLayers(keys, allLayers)
  const attention = readAttention(keys, layerCount, embedding)
  const recurrent = recurrence(keys, layerCount, embedding, attention?.keyValueHeads ?? null)
  const window = slidingWindow(keys, layerCount)
  if (recurrent === null || window === null || (attention === null && !recurrent.every(({ isOnly }) => isOnly)))
    return null
  const layers = Array.from({ length: layerCount }, (_, index): LayerShape => {
    const isSliding = window.isSliding[index] ?? false
    const state = recurrent[index]
    const cache = state?.isOnly ? noCache : cacheOf(attention, index, isSliding)
    return { ...cache, isSliding, stateElements: state?.elements ?? 0 }
  })
  if (
    layers.some(
      ({ keyElements, valueElements, stateElements }) => keyElements + valueElements + stateElements > maxElements
    )
  )
    return null
  return {
    architecture: keys.architecture,
    layers,
    embedding,
    feedForward: keys.count('expert_feed_forward_length') || most(keys.perLayer('feed_forward_length', layerCount)),
    heads: most(attention?.heads ?? null),
    keyValueHeads: most(attention?.keyValueHeads ?? null),
    keyLength: attention?.keyLength ?? null,
    valueLength: attention?.valueLength ?? null,
    vocabulary: vocabularyOf(keys, tensors),
    slidingWindow: window.isSliding.some(Boolean) ? window.tokens : null,
    experts: keys.count('expert_count') ?? 0,
    expertsUsed: keys.count('expert_used_count') ?? 0,
    keepsCache: !cacheless.has(keys.architecture),
    isFamiliar: familiar.has(keys.architecture)
  }
}

/** The tensor counts: a file's own word for it may leave out what was added for padding. */
function vocabularyOf(keys: ShapeKeys, tensors: NeedFacts['tensors']): number | null {
  const rows = tensors?.tokenEmbedding?.rows ?? keys.count('vocab_size')
  return isCount(rows) && rows > 0 ? rows : null
}

function shapeKeys(metadata: ModelMetadata): ShapeKeys | null {
  const architecture = metadata.get('general.architecture')
  if (typeof architecture !== 'string' || architecture === '') return null
  const raw: ShapeKeys['raw'] = (key) => metadata.get(`${architecture}.${key}`)
  return {
    architecture,
    raw,
    count(key) {
      const value = raw(key)
      return isCount(value) ? value : null
    },
    perLayer(key, layers) {
      const value = raw(key)
      if (isCount(value)) return Array.from({ length: layers }, () => value)
      if (!Array.isArray(value)) return null
      const values: readonly unknown[] = value.slice(0, layers)
      return values.length === layers && values.every(isCount) ? values : null
    }
  }
}

/** Layers that guess the tokens after the next one have weights, but no place in an ordinary context. */
function predictedLayers(keys: ShapeKeys, layers: number): number {
  const count = keys.count('nextn_predict_layers') ?? 0
  return count < layers ? count : 0
}

interface Attention {
  heads: readonly number[]
  keyValueHeads: readonly number[]
  keyLength: number
  valueLength: number
  slidingKeyLength: number
  slidingValueLength: number
  /** Multi-head latent attention: one compressed row per token stands for keys and values; null in other models. */
  latentElements: number | null
  /** Layers from this one on use the cache of an earlier one. */
  ownCacheLayers: number
}

function readAttention(keys: ShapeKeys, layers: number, embedding: number): Attention | null {
  const heads = keys.perLayer('attention.head_count', layers)
  // Some layers of some models have none, but one without any has no attention to speak of.
  const mostHeads = most(heads)
  if (!heads || !mostHeads) return null
  const hasKeyValueHeads = keys.raw('attention.head_count_kv') !== undefined
  const keyValueHeads = hasKeyValueHeads ? keys.perLayer('attention.head_count_kv', layers) : heads
  if (!keyValueHeads) return null
  const perHead = Math.floor(embedding / (heads[0] || mostHeads))
  const keyLength = keys.count('attention.key_length') ?? perHead
  const valueLength = keys.count('attention.value_length') ?? perHead
  const shared = keys.count('attention.shared_kv_layers') ?? 0
  return {
    heads,
    keyValueHeads,
    keyLength,
    valueLength,
    slidingKeyLength: keys.count('attention.key_length_swa') ?? keyLength,
    slidingValueLength: keys.count('attention.value_length_swa') ?? valueLength,
    latentElements: latentElements(keys),
    ownCacheLayers: shared < layers ? layers - shared : layers
  }
}

/** Older files of such models lack the `_mla` keys, and are run with full keys and values. */
function latentElements(keys: ShapeKeys): number | null {
  const rank = keys.count('attention.kv_lora_rank')
  const rope = keys.count('rope.dimension_count')
  const isLatent = Boolean(keys.count('attention.key_length_mla') && keys.count('attention.value_length_mla'))
  return isLatent && rank && rope !== null ? rank + rope : null
}

const noCache = { keyElements: 0, valueElements: 0 }

function cacheOf(attention: Attention | null, index: number, isSliding: boolean): typeof noCache {
  const heads = attention?.keyValueHeads[index] ?? 0
  if (!attention || heads === 0 || index >= attention.ownCacheLayers) return noCache
  if (attention.latentElements !== null) return { keyElements: attention.latentElements, valueElements: 0 }
  return {
    keyElements: heads * (isSliding ? attention.slidingKeyLength : attention.keyLength),
    valueElements: heads * (isSliding ? attention.slidingValueLength : attention.valueLength)
  }
}

function most(values: readonly number[] | null): number | null {
  const highest = values?.reduce((a, b) => Math.max(a, b), 0) ?? 0
  return highest > 0 ? highest : null
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < maxCount
}
