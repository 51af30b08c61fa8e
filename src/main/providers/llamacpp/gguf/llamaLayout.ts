/** What a GGUF file of architecture llama holds for a given shape: its metadata and its tensors. Pure. */
import { ggmlTypeNumbers } from './ggmlTypes.ts'
import type { GgufMetadataEntry, GgufTensor } from './ggufEncode.ts'
import type { WeightType } from './randomWeights.ts'
import { makeVocabulary } from './sampleVocabulary.ts'

export interface LlamaShape {
  embedding: number
  layers: number
  heads: number
  kvHeads: number
  feedForward: number
  vocabulary: number
  contextLength: number
  weights: WeightType
  /** Elements of one head; left out, the embedding is shared out among the heads. */
  headLength?: number
  /** Without output weights of its own: the token embeddings serve twice. */
  isTied?: boolean
}

/** llama.cpp's number of general.file_type. */
const fileTypes = { f16: 1, q8_0: 7, q4_0: 2 } as const

export function llamaMetadata(shape: LlamaShape, name: string): GgufMetadataEntry[] {
  const vocabulary = makeVocabulary(shape.vocabulary)
  const u32 = (key: string, value: number): GgufMetadataEntry => ({ key, value: { type: 'u32', value } })
  return [
    { key: 'general.architecture', value: { type: 'string', value: 'llama' } },
    { key: 'general.name', value: { type: 'string', value: name } },
    u32('general.file_type', fileTypes[shape.weights]),
    u32('llama.context_length', shape.contextLength),
    u32('llama.embedding_length', shape.embedding),
    u32('llama.block_count', shape.layers),
    u32('llama.feed_forward_length', shape.feedForward),
    u32('llama.attention.head_count', shape.heads),
    u32('llama.attention.head_count_kv', shape.kvHeads),
    { key: 'llama.attention.layer_norm_rms_epsilon', value: { type: 'f32', value: 1e-5 } },
    ...(shape.headLength === undefined
      ? []
      : [u32('llama.attention.key_length', shape.headLength), u32('llama.attention.value_length', shape.headLength)]),
    u32('llama.rope.dimension_count', headLengthOf(shape)),
    { key: 'llama.rope.freq_base', value: { type: 'f32', value: 10_000 } },
    u32('llama.vocab_size', shape.vocabulary),
    { key: 'tokenizer.ggml.model', value: { type: 'string', value: 'llama' } },
    { key: 'tokenizer.ggml.tokens', value: { type: 'strings', value: vocabulary.tokens } },
    { key: 'tokenizer.ggml.scores', value: { type: 'f32s', value: vocabulary.scores } },
    { key: 'tokenizer.ggml.token_type', value: { type: 'i32s', value: vocabulary.types } },
    u32('tokenizer.ggml.bos_token_id', 1),
    u32('tokenizer.ggml.eos_token_id', 2),
    u32('tokenizer.ggml.unknown_token_id', 0),
    { key: 'tokenizer.ggml.add_bos_token', value: { type: 'bool', value: true } },
    { key: 'tokenizer.ggml.add_space_prefix', value: { type: 'bool', value: false } }
  ]
}

function headLengthOf({ headLength, embedding, heads }: LlamaShape): number {
  return headLength ?? embedding / heads
}

export function llamaTensors(shape: LlamaShape): GgufTensor[] {
  const { embedding, feedForward, vocabulary } = shape
  const kv = headLengthOf(shape) * shape.kvHeads
  const queries = headLengthOf(shape) * shape.heads
  const weights = ggmlTypeNumbers[shape.weights]
  const matrix = (name: string, columns: number, rows: number): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [columns, rows],
    type: weights
  })
  const norm = (name: string): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [embedding],
    type: ggmlTypeNumbers.f32
  })
  const blocks = Array.from({ length: shape.layers }, (_, index) => {
    const block = `blk.${index}`
    return [
      norm(`${block}.attn_norm`),
      matrix(`${block}.attn_q`, embedding, queries),
      matrix(`${block}.attn_k`, embedding, kv),
      matrix(`${block}.attn_v`, embedding, kv),
      matrix(`${block}.attn_output`, queries, embedding),
      norm(`${block}.ffn_norm`),
      matrix(`${block}.ffn_gate`, embedding, feedForward),
      matrix(`${block}.ffn_down`, feedForward, embedding),
      matrix(`${block}.ffn_up`, embedding, feedForward)
    ]
  })
  return [
    matrix('token_embd', embedding, vocabulary),
    norm('output_norm'),
    ...(shape.isTied ? [] : [matrix('output', embedding, vocabulary)]),
    ...blocks.flat()
  ]
}
