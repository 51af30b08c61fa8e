/** The four models of the demonstration are as the real server tells the real ones. */
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeOllama } from '../fakeOllama.ts'
import { demoModels } from './demoModels.ts'
import { heldBytesOf, weightsBytes } from './modelShape.ts'
import { rawRequest } from './rawRequest.ts'

let fake: FakeOllama
afterEach(() => fake.close())

const ask = async (path: string, body: object = {}) => JSON.parse((await rawRequest(fake.url, path, body)).text)

describe('the demonstration', () => {
  // Sizes and counts of the public library's Q4_K_M files.
  it.each([
    ['llama3.2:3b', 2.02e9, 3_212_749_824, 'llama', 28, 8],
    ['qwen2.5:7b', 4.68e9, 7_615_616_512, 'qwen2', 28, 4],
    ['qwen2.5:14b', 8.99e9, 14_770_033_664, 'qwen2', 48, 8],
    ['llama3.3:70b', 42.5e9, 70_553_706_496, 'llama', 80, 8]
  ] as const)(
    '%s has the size and the shape of the real one',
    async (model, size, parameters, family, layers, heads) => {
      fake = await startFakeOllama({ generation: '0.30', models: demoModels })
      const { models } = await ask('GET /api/tags')
      const listed = models.find((one: { name: string }) => one.name === model)
      expect(Math.abs(listed.size - size) / size).toBeLessThan(0.003)
      const { model_info: info, tensors } = await ask('POST /api/show', { model })
      expect(info).toMatchObject({
        'general.architecture': family,
        'general.parameter_count': parameters,
        [`${family}.block_count`]: layers,
        [`${family}.attention.head_count_kv`]: heads,
        [`${family}.attention.key_length`]: 128
      })
      expect(tensors.length).toBeGreaterThan(layers * 9)
    }
  )

  it('a loaded model holds its weights, 448.00 MiB of context for 4,096 tokens of the 3b, and its scratch memory', async () => {
    fake = await startFakeOllama({ generation: '0.30', models: demoModels })
    await ask('POST /api/generate', { model: 'llama3.2:3b', prompt: '', options: { num_ctx: 4_096 } })
    const { models } = await ask('GET /api/ps')
    const { shape } = demoModels['llama3.2:3b']
    if (!shape) throw new Error('the demonstration has shapes')
    expect(models[0]).toMatchObject({ context_length: 4_096, size: heldBytesOf(shape, 4_096) })
    const shortContext = heldBytesOf(shape, 256) - (256 / 4_096) * 448 * 2 ** 20
    const masks = (4_096 - 256) * 512 * 2
    expect(models[0].size).toBeCloseTo(shortContext + 448 * 2 ** 20 + masks, 0)
    expect(shortContext).toBeGreaterThan(weightsBytes(shape))
  })
})
