/** A setting must not keep a model from loading: where the engine would refuse a quantised cache, it gets the plain one. */
import { expect, test } from 'vitest'
import type { ModelMetadata } from '../provider.ts'
import { usableCacheType } from './cacheType.ts'

const model = (architecture: string, keys: Record<string, number | number[]>): ModelMetadata =>
  new Map<string, string | number | number[]>([
    ['general.architecture', architecture],
    ...Object.entries(keys).map(([key, value]): [string, number | number[]] => [`${architecture}.${key}`, value])
  ])
const shared = { embedding_length: 512, 'attention.head_count': 8 }

test.each<[string, ModelMetadata, string]>([
  ['heads of 64', model('llama', shared), 'q8_0'],
  ['heads of 80, which no block divides', model('phi2', { embedding_length: 2560, 'attention.head_count': 32 }), 'f16'],
  [
    'heads of their own length',
    model('qwen3', { ...shared, 'attention.key_length': 128, 'attention.value_length': 128 }),
    'q8_0'
  ],
  [
    'keys and values of unlike length',
    model('deepseek2', { ...shared, 'attention.key_length': 576, 'attention.value_length': 512 }),
    'f16'
  ],
  ['a count of heads per layer', model('deci', { embedding_length: 512, 'attention.head_count': [8, 8] }), 'q8_0'],
  ['no flash attention', model('gemma2', shared), 'f16'],
  ['nothing known', new Map(), 'f16']
])('%s', (_what, metadata, expected) => {
  expect(usableCacheType(metadata, 'q8_0')).toBe(expected)
  expect(usableCacheType(metadata, 'f16')).toBe('f16')
})
