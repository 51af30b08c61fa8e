/** A default that is wrong by eight is a prediction that is wrong by gigabytes. */
import { describe, expect, it } from 'vitest'
import {
  cacheTypeInForce,
  defaultContextLength,
  parallelRequests,
  usesFlashAttention,
  type ServerTraits
} from './contextDefaults.ts'

const server = (change: Partial<ServerTraits> = {}): ServerTraits => ({
  environment: {},
  version: '0.30.2',
  gpuMemoryBytes: null,
  seenContextLength: null,
  ...change
})
const gibibyte = 2 ** 30

describe('the context length without a wish', () => {
  const model = { contextParameter: null, maxContextLength: 1_000_000 }
  it.each([
    ['4096 without a GPU', {}, 4_096],
    ['4096 on a 16 GB Mac', { gpuMemoryBytes: 11.84 * gibibyte }, 4_096],
    ['32768 on a 32 GB Mac', { gpuMemoryBytes: 24.96 * gibibyte }, 32_768],
    ['32768 on a card of 24 GB, which has a little less', { gpuMemoryBytes: 24_564 * 2 ** 20 }, 32_768],
    ['262144 on two of them', { gpuMemoryBytes: 2 * 24_564 * 2 ** 20 }, 262_144],
    ['262144 on a 64 GB Mac', { gpuMemoryBytes: 51.84 * gibibyte }, 262_144],
    ['4096 on any, of an older server', { gpuMemoryBytes: 51.84 * gibibyte, version: '0.15.4' }, 4_096],
    [
      'by memory also where a server does not know its version',
      { gpuMemoryBytes: 30 * gibibyte, version: null },
      32_768
    ],
    [
      'what the environment says',
      { environment: { OLLAMA_CONTEXT_LENGTH: ' 8192 ' }, gpuMemoryBytes: 99 * gibibyte },
      8_192
    ],
    ['not what the environment says badly', { environment: { OLLAMA_CONTEXT_LENGTH: '8k' } }, 4_096],
    ['not 0, which means the server’s own', { environment: { OLLAMA_CONTEXT_LENGTH: '0' } }, 4_096],
    [
      'what was seen, before all else',
      { environment: { OLLAMA_CONTEXT_LENGTH: '8192' }, seenContextLength: 16_384 },
      16_384
    ]
  ])('%s', (_, change, expected) => {
    expect(defaultContextLength(model, server(change))).toBe(expected)
  })

  it('the Modelfile decides before the server, and the model’s own end before both', () => {
    const seen = server({ seenContextLength: 16_384 })
    expect(defaultContextLength({ contextParameter: 1_024, maxContextLength: null }, seen)).toBe(1_024)
    expect(defaultContextLength({ contextParameter: 9_999, maxContextLength: 2_048 }, seen)).toBe(2_048)
    expect(defaultContextLength({ contextParameter: null, maxContextLength: 512 }, server())).toBe(512)
  })
})

describe('requests side by side', () => {
  const environment = { OLLAMA_NUM_PARALLEL: '4' }
  it('are one, or what the environment says', () => {
    const llama = { architecture: 'llama', capabilities: null }
    expect(parallelRequests(llama, server())).toBe(1)
    expect(parallelRequests(llama, server({ environment }))).toBe(4)
    expect(parallelRequests(llama, server({ environment: { OLLAMA_NUM_PARALLEL: '-1' } }))).toBe(1)
  })
  it.each([
    ['an embedder', { architecture: 'bert', capabilities: ['embedding'] }],
    ['a kind that the server runs alone', { architecture: 'qwen35moe', capabilities: null }]
  ])('are one for %s', (_, model) => {
    expect(parallelRequests(model, server({ environment }))).toBe(1)
  })
})

it.each([
  ['a new server', {}, true],
  ['a new one that was told not to', { environment: { OLLAMA_FLASH_ATTENTION: 'false' } }, false],
  ['an old server', { version: '0.11.4' }, false],
  ['an old one that was told to', { version: '0.11.4', environment: { OLLAMA_FLASH_ATTENTION: '1' } }, true],
  ['one that does not know its version', { version: null }, true]
])('flash attention of %s', (_, change, expected) => {
  expect(usesFlashAttention(server(change))).toBe(expected)
})

it('the cache is of 16 bits, or of a type that is known', () => {
  expect(cacheTypeInForce(server())).toBe('f16')
  expect(cacheTypeInForce(server({ environment: { OLLAMA_KV_CACHE_TYPE: 'Q8_0' } }))).toBe('q8_0')
  expect(cacheTypeInForce(server({ environment: { OLLAMA_KV_CACHE_TYPE: 'tiny' } }))).toBe('f16')
  // Without flash attention the server falls back, and says so in its log only.
  const old = server({ version: '0.11.4', environment: { OLLAMA_KV_CACHE_TYPE: 'q8_0' } })
  expect(cacheTypeInForce(old)).toBe('f16')
})
