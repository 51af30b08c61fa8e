/** Which layers of a model keep a recurrent state, and how large: llama.cpp's `recurrent_layer_arr`, `n_embd_r` and `n_embd_s`. Pure. */
import type { ShapeKeys } from './modelShape.ts'

export interface LayerRecurrence {
  /** Elements of state per sequence; 0 in a layer of attention. */
  elements: number
  /** Has no attention beside it. */
  isOnly: boolean
}

const allRecurrent = new Set('mamba mamba2 rwkv6 rwkv6qwen2 rwkv7 arwkv7'.split(' '))
const byInterval = new Set('qwen3next qwen35 qwen35moe'.split(' '))
const byHeads = new Set('jamba granitehybrid lfm2 lfm2moe plamo2 kimi-linear nemotron_h nemotron_h_moe'.split(' '))
const bothInEveryLayer = new Set(['falcon-h1'])

const plain: LayerRecurrence = { elements: 0, isOnly: false }

/** Null when the model has such layers and its file does not tell their size, or which they are. */
export function recurrence(
  keys: ShapeKeys,
  layers: number,
  embedding: number,
  keyValueHeads: readonly number[] | null
): readonly LayerRecurrence[] | null {
  const isRecurrent = recurrentLayers(keys, layers, keyValueHeads)
  if (isRecurrent === null) return null
  if (!isRecurrent.some(Boolean)) return isRecurrent.map(() => plain)
  const elements = stateElements(keys, embedding)
  if (elements === null) return null
  const isOnly = !bothInEveryLayer.has(keys.architecture)
  return isRecurrent.map((is) => (is ? { elements, isOnly } : plain))
}

function recurrentLayers(keys: ShapeKeys, layers: number, keyValueHeads: readonly number[] | null): boolean[] | null {
  const { architecture } = keys
  const every = (test: (index: number) => boolean): boolean[] =>
    Array.from({ length: layers }, (_, index) => test(index))
  if (allRecurrent.has(architecture) || bothInEveryLayer.has(architecture)) return every(() => true)
  const named = keys.raw('attention.recurrent_layers')
  if (byInterval.has(architecture) && Array.isArray(named)) {
    const flags: readonly unknown[] = named
    return flags.length < layers ? null : every((index) => flags[index] === true || flags[index] === 1)
  }
  if (byInterval.has(architecture)) {
    const interval = keys.count('full_attention_interval') ?? 4
    return interval === 0 ? null : every((index) => (index + 1) % interval !== 0)
  }
  if (!byHeads.has(architecture)) return every(() => false)
  if (!keyValueHeads) return null
  if (!architecture.startsWith('nemotron_h')) return every((index) => keyValueHeads[index] === 0)
  // Here a layer may also be neither: a feed-forward one.
  const feedForward = keys.perLayer('feed_forward_length', layers)
  return feedForward && every((index) => keyValueHeads[index] === 0 && feedForward[index] === 0)
}

function stateElements(keys: ShapeKeys, embedding: number): number | null {
  const headSize = keys.count('wkv.head_size')
  if (headSize) return (keys.count('token_shift_count') ?? 2) * embedding + embedding * headSize
  const shortConvolution = keys.count('shortconv.l_cache')
  if (shortConvolution) return embedding * (shortConvolution - 1)
  const kernel = keys.count('ssm.conv_kernel')
  const kdaHeadLength = keys.count('kda.head_dim')
  if (kdaHeadLength) {
    const heads = keys.count('attention.head_count')
    if (!heads) return null
    return 3 * (kernel ? kernel - 1 : 3) * heads * kdaHeadLength + kdaHeadLength * kdaHeadLength * heads
  }
  const inner = keys.count('ssm.inner_size')
  const state = keys.count('ssm.state_size')
  if (!kernel || !inner || !state) return null
  return (kernel - 1) * (inner + 2 * (keys.count('ssm.group_count') ?? 0) * state) + state * inner
}
