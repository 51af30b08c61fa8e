/** The facts that predictions of Ollama's models start from: of its own files where they lie here, else of its word. */
import { mkdir, mkdtemp, rm, stat, symlink, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeTinyModel } from '../llamacpp/gguf/testFiles.ts'
import { createOllamaNeeds } from './ollamaNeeds.ts'
import type { ServerTraits } from './contextDefaults.ts'
import type { ShownModel, TaggedModel } from './ollamaAnswers.ts'
import { parseShow } from './ollamaAnswers.ts'
import { generations, signal, startProviderRig, until, type ProviderRig } from './providerRig.ts'

describe.each(generations)('of an Ollama %s elsewhere', (generation) => {
  let rig: ProviderRig
  afterEach(() => rig.close())

  it('what it tells is enough for a formula, and none of it is read from this machine', async () => {
    const environment = { OLLAMA_CONTEXT_LENGTH: '16384', OLLAMA_NUM_PARALLEL: '4', OLLAMA_KV_CACHE_TYPE: 'q8_0' }
    const models = { plain: { sizeBytes: 77, parameters: { num_ctx: 1024 } }, other: { contextLength: 3_000 } }
    rig = await startProviderRig({ generation, models }, { environment, gpuMemoryBytes: () => 2 ** 40 })
    await rig.provider.list(signal)
    const facts = await rig.provider.describeNeed('plain', signal)
    expect(facts).toMatchObject({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      path: null,
      weightsBytes: 77,
      projectorBytes: 0,
      tensors: { isTied: true, tokenEmbedding: null, bytesByType: new Map([[1, 56 * 512 * 512 * 2]]) },
      defaultContextLength: 1_024,
      maxContextLength: 8_192,
      parallel: 1,
      cacheType: 'f16',
      usesFlashAttention: generation === '0.30',
      // What another machine's engine allocates, on a card perhaps, must teach nothing about this one's.
      engineVersion: `ollama ${generation === '0.30' ? '0.30.2' : '0.11.4'} at ${rig.fake.url}`
    })
    expect(facts.metadata?.get('llama.attention.head_count_kv')).toBe(4)
    expect((await rig.provider.describeNeed('other', signal)).defaultContextLength).toBe(3_000)
  })

  it('a description is asked for once, by whomever, and again for another digest only', async () => {
    rig = await startProviderRig({ generation })
    await rig.provider.list(signal)
    await Promise.all([1, 2, 3].map(() => rig.provider.describeNeed('plain', signal)))
    await rig.provider.describeNeed('plain', signal)
    expect(rig.bodies('/api/show')).toHaveLength(1)
    rig.fake.fault('/api/show', { kind: 'hang' })
    expect((await rig.provider.describeNeed('plain', signal)).maxContextLength).toBe(8_192)
  })

  it('whoever gives up waiting is let go, and the others are not', async () => {
    rig = await startProviderRig({ generation: '0.30' })
    await rig.provider.list(signal)
    rig.fake.fault('/api/show', { kind: 'delay', ms: 50 })
    const controller = new AbortController()
    const first = rig.provider.describeNeed('plain', controller.signal)
    const second = rig.provider.describeNeed('plain', signal)
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    expect(await second).toMatchObject({ maxContextLength: 8_192 })
  })

  it('the default is the one that was seen, once a load has shown it', async () => {
    rig = await startProviderRig({ generation, defaultContext: 6_000 })
    await rig.provider.list(signal)
    expect((await rig.provider.describeNeed('plain', signal)).defaultContextLength).toBe(4_096)
    await rig.provider.load('plain', { keepAliveSeconds: 60, contextLength: 2_048 }, signal)
    expect((await rig.provider.describeNeed('plain', signal)).defaultContextLength).toBe(4_096)
    await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)
    await until(async () => (await rig.provider.describeNeed('plain', signal)).defaultContextLength === 6_000)
  })

  it('a model that is not there, or a server, is an error', async () => {
    rig = await startProviderRig({ generation })
    await expect(rig.provider.describeNeed('nope', signal)).rejects.toMatchObject({ code: 'model_not_found' })
    await rig.fake.stop()
    await expect(rig.provider.describeNeed('plain', signal)).rejects.toMatchObject({ code: 'server_down' })
  })
})

describe('of an Ollama on this machine', () => {
  let directory: string
  let server: ServerTraits
  let shown: ShownModel
  const blob = (letter: string): string => join(directory, 'blobs', `sha256-${letter.repeat(64)}`)
  const show = (modelfile: string, more: object = {}): ShownModel =>
    parseShow({
      modelfile,
      ...more,
      model_info: { 'general.architecture': 'llama', 'llama.context_length': 77, 'llama.attention.head_count_kv': [] }
    })
  const tagged: TaggedModel = {
    name: 'a:latest',
    sizeBytes: 5,
    digest: 'manifest',
    parameters: null,
    quantization: null,
    architecture: 'llama',
    capabilities: null,
    maxContextLength: null
  }
  const describeNeed = (isLocal = true, listed = tagged) =>
    createOllamaNeeds({
      describe: async () => shown,
      tagged: () => listed,
      isLocal,
      url: 'http://127.0.0.1:11434',
      server: async () => server
    })('a', signal)

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stoker-blobs-'))
    await mkdir(join(directory, 'blobs'))
    server = { environment: {}, version: '0.30.2', gpuMemoryBytes: null, seenContextLength: null }
    await symlink(await writeTinyModel(directory, 'tiny'), blob('a'))
    shown = show(`FROM ${blob('a')}\n`)
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('the file itself is looked at: what the answer leaves out is there', async () => {
    const facts = await describeNeed()
    expect(facts).toMatchObject({
      fingerprint: 'a'.repeat(64),
      path: blob('a'),
      weightsBytes: (await stat(blob('a'))).size,
      maxContextLength: 2_048,
      defaultContextLength: 2_048,
      engineVersion: 'ollama 0.30.2'
    })
    expect(facts.metadata?.get('llama.attention.head_count_kv')).toBeGreaterThan(0)
    expect(facts.tensors?.tokenEmbedding?.rows).toBe(512)
  })

  it('an encoder of pictures is a file more, and other weights', async () => {
    await writeTinyModel(join(directory, 'blobs'), 'projector')
    await truncate(join(directory, 'blobs', 'projector.gguf'), 1_000)
    await symlink(join(directory, 'blobs', 'projector.gguf'), blob('b'))
    shown = show(`FROM ${blob('a')}\nFROM ${blob('b')}\n`)
    const facts = await describeNeed()
    expect(facts.projectorBytes).toBe(1_000)
    expect(facts.fingerprint).toBe(`${'a'.repeat(64)}+${'b'.repeat(64)}`)
  })

  it.each([
    ['a server elsewhere, which may name the same path', () => describeNeed(false)],
    [
      'a file that is not there',
      () => {
        shown = show(`FROM ${blob('c')}\n`)
        return describeNeed()
      }
    ],
    [
      'a folder in its place',
      async () => {
        await mkdir(blob('d'))
        shown = show(`FROM ${blob('d')}\n`)
        return describeNeed()
      }
    ],
    [
      'any other file the server would have us open',
      () => {
        shown = show(`FROM ${join(directory, 'tiny.gguf')}\n`)
        return describeNeed()
      }
    ]
  ])('of %s there is no path, and the word of the server stands', async (_, describeIt) => {
    expect(await describeIt()).toMatchObject({ path: null, weightsBytes: 5, maxContextLength: 77 })
  })

  it.each([
    ['that may not be read', true],
    ['elsewhere', false]
  ])('an encoder of pictures %s is what the list counts beside the tensors, never nothing', async (_, isLocal) => {
    const tensors = [{ name: 'token_embd.weight', type: 'F16', shape: [1_000, 2] }]
    shown = show(`FROM ${blob('c')}\nFROM ${blob('d')}\n`, { tensors })
    const files = { ...tagged, sizeBytes: 5_000 }
    expect(await describeNeed(isLocal, files)).toMatchObject({ weightsBytes: 4_000, projectorBytes: 1_000 })
    shown = show(`FROM ${blob('c')}\nFROM ${blob('d')}\n`)
    expect(await describeNeed(isLocal, files)).toMatchObject({ weightsBytes: 5_000, projectorBytes: 0 })
    shown = show(`FROM ${blob('c')}\n`, { tensors })
    expect(await describeNeed(isLocal, files)).toMatchObject({ weightsBytes: 5_000, projectorBytes: 0 })
  })

  it('of a server elsewhere no file here is an encoder either', async () => {
    shown = show(`FROM ${blob('a')}\nFROM ${blob('a')}\n`)
    expect((await describeNeed(false)).projectorBytes).toBe(0)
  })

  it('a file that is no GGUF is still a file, and the rest is the server’s word', async () => {
    await truncate(join(directory, 'tiny.gguf'), 100)
    expect(await describeNeed()).toMatchObject({ path: blob('a'), weightsBytes: 100, maxContextLength: 77 })
  })

  it('weights without a name of their own are known by the model’s', async () => {
    shown = show('FROM llama3\n')
    expect((await describeNeed()).fingerprint).toBe('manifest')
  })

  it('the environment that the server shares decides what the model does not', async () => {
    server.environment = { OLLAMA_NUM_PARALLEL: '2', OLLAMA_KV_CACHE_TYPE: 'q4_0', OLLAMA_CONTEXT_LENGTH: '512' }
    expect(await describeNeed()).toMatchObject({ parallel: 2, cacheType: 'q4_0', defaultContextLength: 512 })
  })
})
