/** Lists, descriptions, downloads, copies and removals against a fake server of both generations. */
import { afterEach, describe, expect, it } from 'vitest'
import type { FakeOllamaOptions } from '../../../../e2e/fakeOllama.ts'
import type { TransferProgress } from '../provider.ts'
import { until, generations, signal, startProviderRig, type ProviderRig } from './providerRig.ts'

let rig: ProviderRig
afterEach(() => rig.close())

describe.each(generations)('on an Ollama %s', (generation) => {
  const start = async (options: FakeOllamaOptions = {}): Promise<void> => {
    rig = await startProviderRig({ generation, ...options })
  }

  it('lists everything that can be known, and the rest a moment later', async () => {
    await start({
      models: {
        plain: {
          capabilities: ['completion', 'tools'],
          contextLength: 2048,
          sizeBytes: 77,
          parameterSize: '8.0B',
          quantization: 'Q4_0'
        }
      }
    })
    const [first] = await rig.provider.list(signal)
    expect(first).toMatchObject({
      name: 'plain:latest',
      sizeBytes: 77,
      parameters: '8.0B',
      quantization: 'Q4_0',
      architecture: 'llama',
      isSample: false,
      problem: null
    })
    if (generation === '0.11') expect(first).toMatchObject({ capabilities: null, maxContextLength: null })
    await until(async () => (await rig.provider.list(signal))[0]?.maxContextLength === 2048)
    const [later] = await rig.provider.list(signal)
    expect(later?.capabilities).toEqual(['completion', 'tools'])
    expect(rig.bodies('/api/show')).toHaveLength(generation === '0.11' ? 1 : 0)
  })

  it('describes a model', async () => {
    await start({ models: { plain: { system: 'Be brief.', license: 'MIT', parameters: { num_ctx: 1024 } } } })
    expect(await rig.provider.inspect('plain', signal)).toMatchObject({
      template: '{{ .Prompt }}',
      system: 'Be brief.',
      license: 'MIT',
      parametersText: 'num_ctx                        1024',
      path: expect.stringContaining('/blobs/sha256-'),
      metadata: expect.arrayContaining([{ key: 'llama.context_length', value: 8192 }]),
      memoryParts: null
    })
  })

  it('pulls with the bytes of all layers summed, pauses on cancel, and goes on', async () => {
    await start({ library: { 'new-model': { layers: [{ bytes: 1_000 }, { bytes: 24 }], steps: 4, stepMs: 5 } } })
    const controller = new AbortController()
    const first = rig.provider.pull?.(
      'new-model',
      ({ completedBytes }) => completedBytes === 500 && controller.abort(),
      controller.signal
    )
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    const progress: TransferProgress[] = []
    await rig.provider.pull?.('new-model', (step) => progress.push(step), signal)
    expect(progress[0]).toEqual({ status: 'pulling manifest', completedBytes: null, totalBytes: null })
    expect(progress[1]?.completedBytes).toBeGreaterThanOrEqual(500)
    expect(progress.at(-1)).toEqual({ status: 'success', completedBytes: 1_024, totalBytes: 1_024 })
    expect((await rig.provider.list(signal)).map((model) => model.name)).toContain('new-model:latest')
  })

  it('a pull that fails after its 200 is a failure', async () => {
    await start({
      library: {
        'new-model': { layers: [{ bytes: 1_000 }], failsAt: { bytes: 500, error: 'write: no space left on device' } }
      }
    })
    const pull = (name: string) => rig.provider.pull?.(name, () => {}, signal)
    await expect(pull('new-model')).rejects.toMatchObject({ code: 'storage_failed' })
    await expect(pull('unknown')).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it('copies, but never over another model', async () => {
    await start({ models: { plain: {}, kept: {} } })
    await rig.provider.copy?.('plain', 'second', signal)
    expect((await rig.provider.list(signal)).map((model) => model.name).sort()).toEqual([
      'kept:latest',
      'plain:latest',
      'second:latest'
    ])
    await expect(rig.provider.copy?.('plain', 'KEPT:latest', signal)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(rig.provider.copy?.('nope', 'third', signal)).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it('removes a loaded model from memory first, and leaves another name of the same weights alone', async () => {
    await start()
    await rig.provider.copy?.('plain', 'second', signal)
    await rig.provider.load('plain', { keepAliveSeconds: -1 }, signal)
    await rig.provider.remove?.('second', signal)
    expect(rig.fake.events).toEqual(['loaded plain:latest 4096'])
    await rig.provider.remove?.('plain', signal)
    expect(rig.fake.events).toContain('unloaded plain:latest')
    expect(await rig.provider.list(signal)).toEqual([])
    await expect(rig.provider.remove?.('plain', signal)).rejects.toMatchObject({ code: 'model_not_found' })
  })
})
