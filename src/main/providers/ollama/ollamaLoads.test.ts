/** Loads, keep-alives and unloads against a fake server of both generations, seen from the server's side too. */
import { afterEach, describe, expect, it } from 'vitest'
import type { FakeOllamaOptions } from '../../../../e2e/fakeOllama.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createOllamaProvider } from './ollamaProvider.ts'
import {
  elsewhere,
  patient,
  until,
  ask,
  generations,
  signal,
  startProviderRig,
  type ProviderRig
} from './providerRig.ts'

let rig: ProviderRig
afterEach(() => rig.close())

describe.each(generations)('on an Ollama %s', (generation) => {
  const start = async (options: FakeOllamaOptions = {}): Promise<void> => {
    rig = await startProviderRig({ generation, ...options })
  }

  it('loads with a keep-alive number at the top level, and tells what it holds', async () => {
    await start({ models: { plain: { heldBytes: 1_000, vramBytes: 400 } } })
    await rig.provider.health(signal)
    const loaded = await rig.provider.load('plain', { keepAliveSeconds: -1, contextLength: 2048 }, signal)
    expect(rig.bodies('/api/generate')).toEqual([
      { model: 'plain', prompt: '', stream: false, keep_alive: -1, options: { num_ctx: 2048 } }
    ])
    expect(loaded).toEqual({
      name: 'plain',
      heldBytes: generation === '0.30' ? 1_000 : 1_600,
      gpuBytes: 400,
      countedBytes: null,
      heldQuality: generation === '0.30' ? 'reported' : 'estimated',
      heldSource: 'Ollama',
      contextLength: 2048,
      unloadsAt: null,
      isStopping: false,
      pid: null,
      weightsPath: null,
      allocated: null
    })
  })

  it('leaves the context length to the server when none is asked for', async () => {
    await start()
    const loaded = await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)
    expect(rig.bodies('/api/generate')[0]).not.toHaveProperty('options')
    expect(loaded.contextLength).toBe(4096)
    expect(loaded.unloadsAt).toBeGreaterThan(Date.now() + 50_000)
  })

  it('a load that should go after its first use still stays until then', async () => {
    await start()
    await rig.provider.load('plain', { keepAliveSeconds: 0 }, signal)
    expect(await rig.provider.listLoaded(signal)).toHaveLength(1)
    await rig.provider.generate('plain', ask({ keepAliveSeconds: 0 }), signal)
    await until(async () => (await rig.provider.listLoaded(signal)).length === 0)
  })

  it('an embedding model is loaded and kept by the only door it has', async () => {
    await start({ models: { embedder: { capabilities: ['embedding'] } } })
    await rig.provider.load('embedder', { keepAliveSeconds: 60 }, signal)
    await rig.provider.setKeepAlive?.('embedder', -1, signal)
    expect(await rig.provider.listLoaded(signal)).toMatchObject([{ name: 'embedder:latest', unloadsAt: null }])
    await rig.provider.unload('embedder', 1_000, signal)
    expect(await rig.provider.listLoaded(signal)).toEqual([])
  })

  it('a cancelled load is destroyed on the server, before its first byte', async () => {
    await start({ models: { slow: { hangs: 'load' } } })
    const controller = new AbortController()
    const load = rig.provider.load('slow', { keepAliveSeconds: 60 }, controller.signal)
    await until(() => rig.fake.requests.length === 1)
    controller.abort()
    await expect(load).rejects.toMatchObject({ code: 'aborted', message: 'Cancelled.' })
    await until(() => rig.fake.events.includes('load failed slow:latest'))
  })

  it('a signal that was aborted before sends nothing', async () => {
    await start()
    await expect(rig.provider.load('plain', { keepAliveSeconds: 60 }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted'
    })
    await expect(rig.provider.generate('plain', ask(), AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
    expect(rig.fake.requests).toEqual([])
  })

  it('an unload is over when the model is seen to be gone', async () => {
    await start({ unloadMs: 80 })
    await rig.provider.load('plain', { keepAliveSeconds: -1 }, signal)
    await rig.provider.unload('plain', 2_000, signal)
    expect(rig.fake.events).toEqual(['loaded plain:latest 4096', 'unloaded plain:latest'])
  })

  it('an unload of a model that is not loaded, or only under another name, is done at once', async () => {
    await start({ models: { plain: { weights: 'w' }, other: { weights: 'w' } } })
    await rig.provider.unload('plain', 1_000, signal)
    await rig.provider.load('other', { keepAliveSeconds: 60 }, signal)
    await rig.provider.unload('plain', 1_000, signal)
    expect(await rig.provider.listLoaded(signal)).toEqual([])
  })

  it('a busy model is named busy at the limit, shown as stopping, and gone after its answer', async () => {
    await start({ models: { plain: { tokenMs: 40 } } })
    const other = createOllamaProvider({
      url: rig.fake.url,
      timeouts: () => patient,
      clock: systemClock,
      logger: silentLogger,
      ...elsewhere
    })
    const answer = other.generate('plain', ask(), signal)
    await until(async () => (await rig.provider.listLoaded(signal)).length === 1)
    await expect(rig.provider.unload('plain', 60, signal)).rejects.toMatchObject({
      code: 'model_busy',
      hint: expect.any(String)
    })
    expect(await rig.provider.listLoaded(signal)).toMatchObject([{ isStopping: true, unloadsAt: null }])
    await rig.provider.unload('plain', 2_000, signal)
    expect((await answer).doneReason).toBe('stop')
    await other.dispose()
  })

  it('an unload that waits can be cancelled', async () => {
    await start({ models: { plain: { hangs: 'stream' } } })
    void rig.provider.generate('plain', ask(), signal).catch(() => {})
    await until(async () => (await rig.provider.listLoaded(signal)).length === 1)
    const controller = new AbortController()
    const unload = rig.provider.unload('plain', 60_000, controller.signal)
    await until(() => rig.bodies('/api/generate').length === 2)
    controller.abort()
    await expect(unload).rejects.toMatchObject({ code: 'aborted' })
  })

  it('an unload waits for a keep-alive that is on its way, which would load the model anew after it', async () => {
    await start()
    await rig.provider.load('plain', { keepAliveSeconds: -1 }, signal)
    rig.fake.fault('/api/generate', { kind: 'delay', ms: 100, times: 1 })
    const told = rig.provider.setKeepAlive?.('plain', 300, signal)
    await until(() => rig.fake.requests.filter(({ path }) => path === '/api/generate').length === 2)
    await Promise.all([told, rig.provider.unload('plain', 5_000, signal)])
    expect(rig.fake.loads()).toBe(1)
    expect(await rig.provider.listLoaded(signal)).toEqual([])
  })

  it('a keep-alive that has not left yet is not told to a model that is being unloaded', async () => {
    await start()
    await rig.provider.load('plain', { keepAliveSeconds: -1 }, signal)
    rig.fake.fault('/api/ps', { kind: 'delay', ms: 100, times: 1 })
    await Promise.all([rig.provider.setKeepAlive?.('plain', 300, signal), rig.provider.unload('plain', 5_000, signal)])
    expect(rig.bodies('/api/generate').map((body) => body['keep_alive'])).toEqual([-1, 0])
  })

  it('a new keep-alive neither reloads the model nor loads one that is not there', async () => {
    await start({ models: { plain: { contextLength: 2048 }, other: {} } })
    await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)
    await rig.provider.load('other', { keepAliveSeconds: 60, contextLength: 1000 }, signal)
    await rig.provider.setKeepAlive?.('plain', 3600, signal)
    await rig.provider.setKeepAlive?.('other', -1, signal)
    await rig.provider.unload('plain', 1_000, signal)
    await rig.provider.setKeepAlive?.('plain', 3600, signal)
    expect(rig.fake.events.filter((event) => event.startsWith('loaded'))).toHaveLength(2)
    expect(await rig.provider.listLoaded(signal)).toMatchObject([
      { name: 'other:latest', unloadsAt: null, contextLength: 1000 }
    ])
  })

  it.each([
    ['out_of_memory', 'model requires more system memory (31.1 GiB) than is available (13.8 GiB)'],
    ['missing_tensor', "llama runner process has terminated: error loading model: missing tensor 'output.weight'"],
    [
      'unknown_architecture',
      "llama-server process has terminated: exit status 1: error loading model: unknown model architecture: 'foo'"
    ],
    ['bad_model_file', 'unable to load model: /models/blobs/sha256-1'],
    ['out_of_memory', 'llama runner process has terminated: signal: killed'],
    ['engine_crashed', 'llama runner process has terminated: exit status 2']
  ])('a load that fails is %s', async (code, loadError) => {
    await start({ models: { plain: { loadError } } })
    await expect(rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)).rejects.toMatchObject({
      code,
      hint: expect.any(String)
    })
    expect(await rig.provider.listLoaded(signal)).toEqual([])
  })
})

describe('a full queue', () => {
  it('is busy, not broken', async () => {
    rig = await startProviderRig({ generation: '0.30', maxQueue: 0 })
    await expect(rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)).rejects.toMatchObject({
      code: 'server_busy'
    })
  })
})

it('ends with all its connections', async () => {
  rig = await startProviderRig({ models: { slow: { hangs: 'load' } } })
  const load = rig.provider.load('slow', { keepAliveSeconds: 60 }, signal)
  await until(() => rig.fake.requests.length === 1)
  await Promise.all([rig.provider.dispose(), expect(load).rejects.toMatchObject({ code: 'server_down' })])
  await until(() => rig.fake.events.includes('load failed slow:latest'))
})
