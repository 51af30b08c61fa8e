/**
 * The shape of a model as the real server tells it: keys of its header, every tensor with its type, and what an engine holds of it.
 * Types are mixed as in the Q4_K_M files of the public library.
 */

export interface FakeShape {
  layers: number
  embedding: number
  feedForward: number
  heads: number
  keyValueHeads: number
  headLength: number
  vocabulary: number
  /** The output weights are the token embeddings. */
  isTied: boolean
  /** Queries, keys and values have biases. */
  hasBias: boolean
  ropeBase: number
}

export interface FakeTensor {
  name: string
  type: 'F32' | 'Q4_K' | 'Q6_K'
  shape: number[]
}

/** Of a block of 256 elements, and of a single one. */
const bytesPerElement = { F32: 4, Q4_K: 144 / 256, Q6_K: 210 / 256 }
const batchTokens = 512

export function shapeInfo(shape: FakeShape, family: string, contextLength: number) {
  return {
    [`${family}.attention.head_count`]: shape.heads,
    [`${family}.attention.head_count_kv`]: shape.keyValueHeads,
    [`${family}.attention.key_length`]: shape.headLength,
    [`${family}.attention.layer_norm_rms_epsilon`]: 1e-5,
    [`${family}.attention.value_length`]: shape.headLength,
    [`${family}.block_count`]: shape.layers,
    [`${family}.context_length`]: contextLength,
    [`${family}.embedding_length`]: shape.embedding,
    [`${family}.feed_forward_length`]: shape.feedForward,
    [`${family}.rope.dimension_count`]: shape.headLength,
    [`${family}.rope.freq_base`]: shape.ropeBase,
    'general.file_type': 15,
    'general.parameter_count': parameterCount(shape),
    'general.quantization_version': 2,
    'general.type': 'model',
    'tokenizer.ggml.model': 'gpt2'
  }
}

export function shapeTensors(shape: FakeShape): FakeTensor[] {
  const { embedding, vocabulary, isTied, layers } = shape
  return [
    { name: 'token_embd.weight', type: isTied ? 'Q6_K' : 'Q4_K', shape: [embedding, vocabulary] },
    ...Array.from({ length: layers }, (_, block) => blockTensors(shape, block)).flat(),
    { name: 'output_norm.weight', type: 'F32', shape: [embedding] },
    ...(isTied ? [] : [{ name: 'output.weight', type: 'Q6_K' as const, shape: [embedding, vocabulary] }])
  ]
}

function blockTensors(shape: FakeShape, block: number): FakeTensor[] {
  const { embedding, feedForward, heads, keyValueHeads, headLength, hasBias } = shape
  const [queries, keys] = [heads * headLength, keyValueHeads * headLength]
  const better = hasMoreBits(block, shape.layers) ? 'Q6_K' : 'Q4_K'
  const matrix = (part: string, type: FakeTensor['type'], from: number, to: number): FakeTensor => ({
    name: `blk.${block}.${part}.weight`,
    type,
    shape: [from, to]
  })
  const vector = (part: string, length: number): FakeTensor => ({
    name: `blk.${block}.${part}`,
    type: 'F32',
    shape: [length]
  })
  return [
    vector('attn_norm.weight', embedding),
    matrix('attn_q', 'Q4_K', embedding, queries),
    matrix('attn_k', 'Q4_K', embedding, keys),
    matrix('attn_v', better, embedding, keys),
    matrix('attn_output', 'Q4_K', queries, embedding),
    ...(hasBias ? [vector('attn_q.bias', queries), vector('attn_k.bias', keys), vector('attn_v.bias', keys)] : []),
    vector('ffn_norm.weight', embedding),
    matrix('ffn_gate', 'Q4_K', embedding, feedForward),
    matrix('ffn_up', 'Q4_K', embedding, feedForward),
    matrix('ffn_down', better, feedForward, embedding)
  ]
}

/** The first and the last eighth of the layers, and every third between them. */
function hasMoreBits(block: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8)
  return block < eighth || block >= Math.floor((7 * layers) / 8) || (block - eighth) % 3 === 2
}

function elementsOf({ shape }: FakeTensor): number {
  return shape.reduce((product, size) => product * size, 1)
}

function parameterCount(shape: FakeShape): number {
  return shapeTensors(shape).reduce((sum, tensor) => sum + elementsOf(tensor), 0)
}

export function weightsBytes(shape: FakeShape): number {
  return shapeTensors(shape).reduce((sum, tensor) => sum + elementsOf(tensor) * bytesPerElement[tensor.type], 0)
}

/** Weights, cache at 16 bits, logits of a batch and one row of output: the buffers of a real engine with flash attention. */
export function heldBytesOf(shape: FakeShape, contextLength: number): number {
  const cells = Math.ceil(contextLength / 256) * 256
  const cache = cells * shape.layers * shape.keyValueHeads * shape.headLength * 2 * 2
  const compute = batchTokens * 4 * (shape.vocabulary + 2 * shape.embedding) + cells * batchTokens * 2
  return Math.round(weightsBytes(shape) + cache + compute + shape.vocabulary * 4)
}
