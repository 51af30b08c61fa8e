/** Files of other architectures than llama for tests: a few layers with the tensors the engine asks for, and weights of nothing but zeros. */
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ggmlTypeNumbers } from './ggmlTypes.ts'
import type { GgufMetadataEntry, GgufTensor, GgufValue } from './ggufEncode.ts'
import { planGguf } from './ggufWriter.ts'
import { llamaMetadata } from './llamaLayout.ts'

/** Named after what is special about them. */
export const architectureKinds = [
  'normedHeads',
  'window',
  'windowWithExperts',
  'scores',
  'latent',
  'recurrent',
  'hybrid'
] as const
export type ArchitectureKind = (typeof architectureKinds)[number]

type Key = number | readonly number[]
/** Without `.weight`; 16-bit ones have two dimensions or more, the others are 32-bit. */
type Tensors = Record<string, readonly number[]>

interface Layout {
  architecture: string
  layers: number
  keys: Record<string, Key>
  block: (index: number) => Tensors
  isTied?: boolean
}

const [embedding, heads, keyHeads, headLength, feedForward, vocabulary] = [256, 4, 2, 64, 704, 512]
const ofOwnLength = { 'attention.key_length': headLength, 'attention.value_length': headLength }
const attention: Tensors = {
  attn_norm: [embedding],
  attn_q: [embedding, heads * headLength],
  attn_k: [embedding, keyHeads * headLength],
  attn_v: [embedding, keyHeads * headLength],
  attn_output: [heads * headLength, embedding]
}
const dense: Tensors = {
  ffn_norm: [embedding],
  ffn_gate: [embedding, feedForward],
  ffn_up: [embedding, feedForward],
  ffn_down: [feedForward, embedding]
}
const normedHeads: Tensors = { attn_q_norm: [headLength], attn_k_norm: [headLength] }
const normedAfter: Tensors = { post_attention_norm: [embedding], post_ffw_norm: [embedding] }
const [experts, expertWidth] = [8, 256]
const mixture: Tensors = {
  ffn_gate_inp: [embedding, experts],
  ffn_gate_exps: [embedding, expertWidth, experts],
  ffn_up_exps: [embedding, expertWidth, experts],
  ffn_down_exps: [expertWidth, embedding, experts]
}
const [rank, rope, plainPart, valuePart] = [128, 32, 64, 64]
const latentAttention: Tensors = {
  attn_norm: [embedding],
  attn_q: [embedding, heads * (plainPart + rope)],
  attn_kv_a_mqa: [embedding, rank + rope],
  attn_kv_a_norm: [rank],
  attn_k_b: [plainPart, rank, heads],
  attn_v_b: [rank, valuePart, heads],
  attn_output: [heads * valuePart, embedding]
}
const [inner, state, kernel, stateHeads] = [512, 16, 4, 8]
const ssm = { 'ssm.conv_kernel': kernel, 'ssm.inner_size': inner, 'ssm.state_size': state }
const mamba: Tensors = {
  attn_norm: [embedding],
  ssm_in: [embedding, 2 * inner],
  ssm_conv1d: [kernel, inner],
  'ssm_conv1d.bias': [inner],
  ssm_x: [inner, 16 + 2 * state],
  ssm_dt: [16, inner],
  'ssm_dt.bias': [inner],
  'ssm_a.': [state, inner],
  'ssm_d.': [inner],
  ssm_out: [inner, embedding]
}
const mamba2: Tensors = {
  attn_norm: [embedding],
  ssm_in: [embedding, 2 * inner + 2 * state + stateHeads],
  ssm_conv1d: [kernel, inner + 2 * state],
  'ssm_conv1d.bias': [inner + 2 * state],
  'ssm_dt.bias': [stateHeads],
  'ssm_a.': [1, stateHeads],
  'ssm_d.': [1, stateHeads],
  ssm_norm: [inner, 1],
  ssm_out: [inner, embedding]
}
const biased: Tensors = {
  'attn_q.bias': [heads * headLength],
  'attn_k.bias': [keyHeads * headLength],
  'attn_v.bias': [keyHeads * headLength],
  'attn_output.bias': [embedding],
  attn_sinks: [heads],
  'ffn_gate_inp.bias': [experts],
  'ffn_gate_exps.bias': [expertWidth, experts],
  'ffn_up_exps.bias': [expertWidth, experts],
  'ffn_down_exps.bias': [embedding, experts]
}

const layouts: Record<ArchitectureKind, Layout> = {
  normedHeads: {
    architecture: 'qwen3',
    layers: 6,
    keys: ofOwnLength,
    block: () => ({ ...attention, ...dense, ...normedHeads })
  },
  window: {
    architecture: 'gemma3',
    layers: 6,
    keys: { ...ofOwnLength, 'attention.sliding_window': 512 },
    block: () => ({ ...attention, ...dense, ...normedHeads, ...normedAfter }),
    isTied: true
  },
  windowWithExperts: {
    architecture: 'gpt-oss',
    layers: 6,
    keys: {
      ...ofOwnLength,
      'attention.sliding_window': 128,
      expert_count: experts,
      expert_used_count: 4,
      expert_feed_forward_length: expertWidth
    },
    block: () => ({ ...attention, ...mixture, ...biased, post_attention_norm: [embedding] })
  },
  scores: {
    architecture: 'gemma2',
    layers: 6,
    keys: { ...ofOwnLength, 'attention.sliding_window': 512 },
    block: () => ({ ...attention, ...dense, ...normedAfter }),
    isTied: true
  },
  latent: {
    architecture: 'deepseek2',
    // Fewer, and the engine asks for a compressed query.
    layers: 27,
    keys: {
      'attention.head_count_kv': 1,
      'attention.key_length': rank + rope,
      'attention.value_length': rank,
      'attention.key_length_mla': plainPart + rope,
      'attention.value_length_mla': valuePart,
      'attention.kv_lora_rank': rank,
      'rope.dimension_count': rope,
      leading_dense_block_count: 27,
      expert_count: 0,
      expert_used_count: 0,
      expert_shared_count: 0,
      expert_feed_forward_length: 64,
      expert_weights_scale: 1
    },
    block: () => ({ ...latentAttention, ...dense })
  },
  recurrent: {
    architecture: 'mamba',
    layers: 6,
    keys: { ...ssm, 'ssm.time_step_rank': 16, 'attention.head_count': 0, feed_forward_length: 0 },
    block: () => mamba
  },
  hybrid: {
    architecture: 'granitehybrid',
    layers: 6,
    keys: {
      ...ssm,
      'ssm.time_step_rank': stateHeads,
      'ssm.group_count': 1,
      'attention.head_count_kv': [0, 0, keyHeads, 0, 0, keyHeads],
      residual_scale: 1,
      embedding_scale: 1,
      logit_scale: 1,
      'attention.scale': 1
    },
    block: (index) => ({ ...(index % 3 === 2 ? attention : mamba2), ...dense })
  }
}

/** Answers its path. Loads in a moment, and takes no space on the disk to speak of. */
export async function writeArchitecture(directory: string, kind: ArchitectureKind): Promise<string> {
  const path = join(directory, `${kind}.gguf`)
  const { architecture, layers, keys, block, isTied = false } = layouts[kind]
  const shape = {
    embedding,
    layers,
    heads,
    kvHeads: keyHeads,
    feedForward,
    vocabulary,
    contextLength: 65_536,
    weights: 'f16'
  } as const
  const prefix = `${architecture}.`
  const metadata = llamaMetadata(shape, kind)
    .map(({ key, value }): GgufMetadataEntry =>
      key === 'general.architecture'
        ? { key, value: { type: 'string', value: architecture } }
        : { key: key.replace(/^llama\./, prefix), value }
    )
    .filter(({ key }) => !(key.slice(prefix.length) in keys && key.startsWith(prefix)))
  const own = Object.entries(keys).map(([key, value]) => ({ key: prefix + key, value: valueOf(key, value) }))
  const tensors = [
    ...tensorsOf('', { token_embd: [embedding, vocabulary], output_norm: [embedding] }),
    ...(isTied ? [] : tensorsOf('', { output: [embedding, vocabulary] })),
    ...Array.from({ length: layers }, (_, index) => tensorsOf(`blk.${index}.`, block(index))).flat()
  ]
  const { head, totalBytes } = planGguf([...metadata, ...own], tensors, 'f16')
  await writeFile(path, head)
  await truncate(path, totalBytes)
  return path
}

function valueOf(key: string, value: Key): GgufValue {
  if (typeof value !== 'number') return { type: 'i32s', value }
  return { type: key.endsWith('scale') ? 'f32' : 'u32', value }
}

function tensorsOf(prefix: string, tensors: Tensors): GgufTensor[] {
  return Object.entries(tensors).map(([name, dimensions]) => {
    const isPlain = /\.bias$|\.$/.test(name)
    const isFloat = isPlain || dimensions.length === 1 || /ssm_conv1d|ssm_norm|ffn_gate_inp/.test(name)
    return {
      name: prefix + (isPlain ? name.replace(/\.$/, '') : `${name}.weight`),
      dimensions,
      type: isFloat ? ggmlTypeNumbers.f32 : ggmlTypeNumbers.f16
    }
  })
}
