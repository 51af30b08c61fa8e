/**
 * Loads that Ollama does within an answer. Would catch: one that is taken for a late first token and destroyed, as servers before 0.30 list a
 * model from the beginning of its load; and a model that is there, but slow, waited for as if it were loading.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { ask, generations, signal, startProviderRig, until, type ProviderRig } from './providerRig.ts'
import type { FakeModelSpec } from '../../../../e2e/fakeOllama.ts'

let rig: ProviderRig
afterEach(() => rig.close())

const start = async (generation: (typeof generations)[number], plain: FakeModelSpec): Promise<void> => {
  rig = await startProviderRig({ generation, models: { plain } })
  await rig.provider.health(signal)
}

const isLoading = (): Promise<boolean> | undefined => rig.provider.isLoading?.('plain', signal)
const askedFor = (): number => rig.fake.requests.filter(({ path }) => path === '/api/generate').length
const listed = async (): Promise<boolean> => (await rig.provider.listLoaded(signal)).length > 0

/** An answer that is given up once it was looked at. */
async function during<Result>(look: () => Promise<Result>, change = {}): Promise<Result> {
  const ending = new AbortController()
  const before = askedFor()
  const answer = rig.provider.generate('plain', ask(change), ending.signal).catch(() => {})
  await until(() => askedFor() > before)
  try {
    return await look()
  } finally {
    ending.abort()
    await answer
  }
}

describe.each(generations)('a load within an answer of Ollama %s', (generation) => {
  it('is seen as one, with whatever keep-alive', async () => {
    await start(generation, { hangs: 'load' })
    for (const keepAliveSeconds of [60, 0, -1])
      expect(await during(async () => [await isLoading(), await listed()], { keepAliveSeconds })).toEqual([
        true,
        generation === '0.11'
      ])
  })

  it('for other options than it was loaded with is seen as one, too', async () => {
    await start(generation, {})
    await rig.provider.load('plain', { keepAliveSeconds: 60, contextLength: 1_024 }, signal)
    rig.fake.script('plain', { hangs: 'load' })
    const look = async () => {
      await until(
        async () => !(await rig.provider.listLoaded(signal)).some(({ contextLength }) => contextLength === 1_024)
      )
      return isLoading()
    }
    expect(await during(look, { contextLength: 2_048 })).toBe(true)
  })

  it('is none where the model was in memory before, however late its first token', async () => {
    await start(generation, { hangs: 'prompt' })
    for (const keepAliveSeconds of [60, -1]) {
      await rig.provider.load('plain', { keepAliveSeconds }, signal)
      expect(await during(async () => isLoading(), { keepAliveSeconds })).toBe(false)
    }
  })
})

it('a model that Ollama 0.30 lists is loaded, also before its first answer has ended', async () => {
  await start('0.30', { hangs: 'prompt' })
  const look = async () => {
    await until(listed)
    return isLoading()
  }
  expect(await during(look)).toBe(false)
})

it('a list that is held up, as the MLX engine does throughout a load, is a load; a server that answers nothing is none', async () => {
  await start('0.30', { hangs: 'prompt' })
  rig.fake.fault('/api/ps', { kind: 'hang' })
  expect(await isLoading()).toBe(true)
  rig.fake.fault('/api/version', { kind: 'error', status: 500, text: 'no' })
  await expect(isLoading()).rejects.toThrow()
})

it('a server that does not tell is no reason to wait', async () => {
  await start('0.11', { hangs: 'prompt' })
  rig.fake.fault('/api/ps', { kind: 'error', status: 500, text: 'no' })
  await expect(isLoading()).rejects.toThrow()
})
