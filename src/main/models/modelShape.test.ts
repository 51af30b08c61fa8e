/** Shapes read from metadata: the right layers keep the right elements, and nonsense gives no number. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ModelMetadata, NeedFacts } from '../providers/provider.ts'
import { readModelShape, type ModelShape } from './modelShape.ts'
import { factsOf, metadataOf } from './testNeedFacts.ts'

function shapeOf(architecture: string, keys: Parameters<typeof metadataOf>[1]): ModelShape | null {
  return readModelShape(factsOf({ metadata: metadataOf(architecture, keys) }))
}

const plain = { block_count: 4, embedding_length: 512, 'attention.head_count': 8, vocab_size: 1_000 }
const cacheOf = (shape: ModelShape | null): [number, number][] | undefined =>
  shape?.layers.map(({ keyElements, valueElements }) => [keyElements, valueElements])

describe('attention', () => {
  test('without a count of key heads, every head has its own keys', () => {
    expect(cacheOf(shapeOf('llama', plain))).toEqual(Array(4).fill([512, 512]))
  })

  test('key heads that serve several, and heads that do not share out the embedding', () => {
    const keys = { ...plain, 'attention.head_count_kv': 2, 'attention.key_length': 128, 'attention.value_length': 96 }
    expect(cacheOf(shapeOf('qwen3', keys))).toEqual(Array(4).fill([256, 192]))
  })

  test('a count per layer: layers without key heads keep nothing', () => {
    const shape = shapeOf('deci', { ...plain, 'attention.head_count_kv': [8, 0, 4, 0] })
    expect(cacheOf(shape)).toEqual([
      [512, 512],
      [0, 0],
      [256, 256],
      [0, 0]
    ])
  })

  test('fewer values than layers are no answer for the rest', () => {
    expect(shapeOf('deci', { ...plain, 'attention.head_count_kv': [8, 0, 4] })).toBeNull()
  })

  test('latent attention keeps one compressed row, and no values', () => {
    const keys = {
      ...plain,
      'attention.head_count_kv': 1,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.kv_lora_rank': 512,
      'rope.dimension_count': 64,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128
    }
    expect(cacheOf(shapeOf('deepseek2', keys))).toEqual(Array(4).fill([576, 0]))
  })

  test('a latent rank alone is not enough: such files are run with full keys and values', () => {
    const keys = { ...plain, 'attention.kv_lora_rank': 256, 'rope.dimension_count': 32, 'attention.key_length': 96 }
    expect(cacheOf(shapeOf('minicpm3', keys))).toEqual(Array(4).fill([768, 512]))
  })

  test('the last layers may use the cache of earlier ones', () => {
    const shape = shapeOf('gemma3n', { ...plain, 'attention.shared_kv_layers': 1, 'attention.sliding_window': 256 })
    expect(shape?.layers.map((layer) => layer.keyElements)).toEqual([512, 512, 512, 0])
  })

  test('layers that guess ahead are not of the context', () => {
    expect(shapeOf('glm4moe', { ...plain, nextn_predict_layers: 1 })?.layers).toHaveLength(3)
  })
})

describe('a sliding window', () => {
  const sliding = (architecture: string, keys: Parameters<typeof metadataOf>[1] = {}): string | undefined =>
    shapeOf(architecture, { ...plain, block_count: 12, 'attention.sliding_window': 512, ...keys })
      ?.layers.map(({ isSliding }) => (isSliding ? 's' : 'F'))
      .join('')

  test.each([
    ['gemma2', 'sFsFsFsFsFsF'],
    ['gemma3', 'sssssFsssssF'],
    ['gpt-oss', 'sFsFsFsFsFsF'],
    ['cohere2', 'sssFsssFsssF'],
    ['smallthinker', 'FsssFsssFsss'],
    // These name a window, and the engine does not use it.
    ['llama', 'FFFFFFFFFFFF'],
    ['phi3', 'FFFFFFFFFFFF'],
    ['exaone4', 'FFFFFFFFFFFF']
  ])('of %s', (architecture, pattern) => {
    expect(sliding(architecture)).toBe(pattern)
  })

  test('goes by the file’s own pattern, a period or a truth per layer', () => {
    expect(sliding('gemma3', { 'attention.sliding_window_pattern': 3 })).toBe('ssFssFssFssF')
    const flags = Array.from({ length: 12 }, (_, index) => index < 5)
    expect(sliding('gemma4', { 'attention.sliding_window_pattern': flags })).toBe('sssssFFFFFFF')
    expect(sliding('gemma4', { 'attention.sliding_window_pattern': flags.map(Number) })).toBe('sssssFFFFFFF')
  })

  test('with a pattern too short for the layers says nothing', () => {
    expect(sliding('gemma4', { 'attention.sliding_window_pattern': [true, false] })).toBeUndefined()
  })

  test('may have heads of its own length', () => {
    const keys = { 'attention.key_length_swa': 32, 'attention.value_length_swa': 16, 'attention.sliding_window': 512 }
    expect(cacheOf(shapeOf('gemma2', { ...plain, ...keys }))?.slice(0, 2)).toEqual([
      [256, 128],
      [512, 512]
    ])
  })

  test('of zero tokens is none', () => {
    expect(sliding('gemma3', { 'attention.sliding_window': 0 })).toBe('FFFFFFFFFFFF')
  })
})

describe('recurrent layers', () => {
  const ssm = { 'ssm.conv_kernel': 4, 'ssm.inner_size': 1_024, 'ssm.state_size': 16, 'ssm.group_count': 2 }
  const ssmElements = 3 * (1_024 + 2 * 2 * 16) + 16 * 1_024

  test('of a model without attention: state, and no cache', () => {
    const shape = shapeOf('mamba2', { block_count: 2, embedding_length: 512, vocab_size: 1_000, ...ssm })
    expect(shape?.layers).toEqual(
      Array(2).fill({ keyElements: 0, valueElements: 0, isSliding: false, stateElements: ssmElements })
    )
    expect(shape).toMatchObject({ heads: null, keyLength: null })
  })

  test('every fourth layer of a hybrid attends', () => {
    const shape = shapeOf('qwen3next', { ...plain, ...ssm, full_attention_interval: 4 })
    expect(shape?.layers.map((layer) => [layer.keyElements, layer.stateElements])).toEqual([
      [0, ssmElements],
      [0, ssmElements],
      [0, ssmElements],
      [512, 0]
    ])
  })

  test('the file may name its recurrent layers instead', () => {
    const keys = { ...plain, ...ssm, 'attention.recurrent_layers': [true, false, false, true] }
    expect(shapeOf('qwen35', keys)?.layers.map((layer) => layer.stateElements > 0)).toEqual([true, false, false, true])
    expect(shapeOf('qwen35', { ...keys, 'attention.recurrent_layers': [1] })).toBeNull()
  })

  test('are those without key heads, and may be both', () => {
    const mixed = shapeOf('granitehybrid', { ...plain, ...ssm, 'attention.head_count_kv': [0, 2, 0, 2] })
    expect(mixed?.layers.map((layer) => layer.stateElements > 0)).toEqual([true, false, true, false])
    const both = shapeOf('falcon-h1', { ...plain, ...ssm, 'attention.head_count_kv': 2 })
    expect(both?.layers[0]).toMatchObject({ keyElements: 128, stateElements: ssmElements })
  })

  test('of unknown size are not taken for none', () => {
    expect(shapeOf('mamba', { block_count: 2, embedding_length: 512 })).toBeNull()
  })

  test('short convolutions and weighted key values', () => {
    const lfm = { ...plain, 'shortconv.l_cache': 3, 'attention.head_count_kv': [0, 2, 0, 2] }
    expect(shapeOf('lfm2', lfm)?.layers[0]?.stateElements).toBe(512 * 2)
    const rwkv = { block_count: 1, embedding_length: 512, 'wkv.head_size': 64, token_shift_count: 2 }
    expect(shapeOf('rwkv6', rwkv)?.layers[0]?.stateElements).toBe(2 * 512 + 512 * 64)
  })
})

describe('what is missing or senseless', () => {
  test.each(['block_count', 'embedding_length', 'attention.head_count'])('%s', (key) => {
    for (const value of [undefined, 0, -1, 1.5, Number.NaN, Infinity, 2 ** 60, 'many', true])
      expect(shapeOf('llama', { ...plain, [key]: value })).toBeNull()
  })

  test('encoders keep nothing', () => {
    expect(shapeOf('bert', plain)?.keepsCache).toBe(false)
  })

  test('the vocabulary is what the tensor has, else what the file says, else unknown', () => {
    const metadata = metadataOf('llama', plain)
    const tensors: NeedFacts['tensors'] = {
      bytesByType: new Map(),
      isTied: false,
      tokenEmbedding: { rows: 1_024, bytes: 1, isRepacked: false }
    }
    expect(readModelShape(factsOf({ metadata, tensors }))?.vocabulary).toBe(1_024)
    expect(readModelShape(factsOf({ metadata }))?.vocabulary).toBe(1_000)
    expect(shapeOf('llama', { ...plain, vocab_size: undefined })?.vocabulary).toBeNull()
  })

  test('no metadata of any kind throws, or gives a number that is none', () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 4, 512, -1, Number.NaN, Infinity, 2 ** 53))
    const value = fc.oneof(number, fc.string(), fc.boolean(), fc.array(number), fc.array(fc.boolean()))
    const key = fc.constantFrom(
      ...'block_count embedding_length feed_forward_length vocab_size nextn_predict_layers full_attention_interval'.split(
        ' '
      ),
      ...'head_count head_count_kv key_length value_length kv_lora_rank sliding_window sliding_window_pattern key_length_mla shared_kv_layers'
        .split(' ')
        .map((name) => `attention.${name}`),
      ...['ssm.conv_kernel', 'ssm.inner_size', 'ssm.state_size', 'ssm.group_count', 'wkv.head_size', 'expert_count']
    )
    const architecture = fc.constantFrom(
      'llama',
      'gemma3',
      'mamba',
      'qwen3next',
      'nemotron_h',
      'deepseek2',
      'jamba',
      'new'
    )
    const keys = fc.dictionary(key, value)
    fc.assert(
      fc.property(architecture, fc.record({ base: fc.boolean(), keys }), (name, { base, keys: others }) => {
        const metadata: ModelMetadata = metadataOf(name, base ? { ...plain, ...others } : others)
        const shape = readModelShape(factsOf({ metadata }))
        if (shape) expect(numbersIn(shape).every((one) => Number.isSafeInteger(one) && one >= 0)).toBe(true)
      }),
      { numRuns: 2_000 }
    )
  })
})

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}
