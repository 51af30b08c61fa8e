/** The provider against a real Ollama, whatever its version: what the fake promises must hold there too. */
import { statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LoadedModel, Provider } from '../../provider.ts'
import { sameModelName } from '../modelNames.ts'
import { ask, signal, until } from '../providerRig.ts'
import { createProcessRig, enginesWith } from './processRig.ts'
import { createProvider, engines, findLoaded, logPath, models, putAway } from './suiteRig.ts'

let provider: Provider
beforeEach(() => {
  provider = createProvider()
})
afterEach(() => putAway(provider))

const find = (name: string): Promise<LoadedModel | undefined> => findLoaded(provider, name)
const load = (name: string, contextLength?: number) =>
  provider.load(name, { keepAliveSeconds: 120, ...(contextLength === undefined ? {} : { contextLength }) }, signal)
const restless = { temperature: 1, seed: 1 }

describe('a model', () => {
  it('is listed and described', async () => {
    expect((await provider.health(signal)).device).toBeNull()
    const name = `${models.tiny}:latest`
    await provider.list(signal)
    await until(
      async () => (await provider.list(signal)).find((model) => model.name === name)?.maxContextLength === 2048
    )
    const listed = (await provider.list(signal)).find((model) => model.name === name)
    expect(listed).toMatchObject({
      architecture: 'llama',
      quantization: 'F16',
      capabilities: expect.arrayContaining(['completion'])
    })
    expect(listed?.sizeBytes).toBeGreaterThan(900_000)
    const details = await provider.inspect(models.tiny, signal)
    expect(details.metadata).toContainEqual({ key: 'llama.context_length', value: 2048 })
    expect(details.path).toMatch(/sha256-[0-9a-f]{64}$/)
    expect(details.parametersText).toMatch(/num_thread +1/)
  })

  it('tells what a prediction starts from, as its file does', async () => {
    await provider.list(signal)
    const facts = await provider.describeNeed(models.tiny, signal)
    expect(facts).toMatchObject({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      projectorBytes: 0,
      maxContextLength: 2_048,
      defaultContextLength: 2_048,
      parallel: 1,
      engineVersion: expect.stringMatching(/^ollama/)
    })
    expect(facts.metadata?.get('general.architecture')).toBe('llama')
    expect(facts.metadata?.get('llama.block_count')).toBe(2)
    expect(facts.tensors).toMatchObject({ isTied: false, tokenEmbedding: { rows: 512, bytes: 512 * 128 * 2 } })
    const tensorBytes = [...(facts.tensors?.bytesByType.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0)
    expect(tensorBytes).toBeGreaterThan(800_000)
    expect(tensorBytes).toBeLessThan(facts.weightsBytes ?? 0)
    const elsewhere = createProvider(false)
    await elsewhere.list(signal)
    // The server's word and its file must agree: one stands in for the other.
    const told = await elsewhere.describeNeed(models.tiny, signal)
    expect(told).toMatchObject({ path: null, fingerprint: facts.fingerprint, tensors: facts.tensors })
    await elsewhere.dispose()
  })

  // Another user's server keeps its files where we may not look.
  it.skipIf(logPath === null)(
    'of a server of our own, the weights are a file here, and named when loaded',
    async () => {
      await provider.list(signal)
      const { path, fingerprint, weightsBytes } = await provider.describeNeed(models.small, signal)
      expect(path).toMatch(new RegExp(`sha256-${fingerprint}$`))
      expect(statSync(path ?? '').size).toBe(weightsBytes)
      expect((await load(models.small)).weightsPath).toBe(path)
      expect((await find(models.small))?.weightsPath).toBe(path)
      if (process.platform === 'linux') expect(enginesWith(path ?? '-')).toHaveLength(1)
    }
  )

  it('loads, answers, and is seen to be gone after an unload', async () => {
    const loaded = await load(models.small)
    expect(loaded.heldBytes).toBeGreaterThan(50_000_000)
    expect(loaded.contextLength).toBeGreaterThan(0)
    expect(Math.abs((loaded.unloadsAt ?? 0) - Date.now() - 120_000)).toBeLessThan(30_000)
    const pieces: string[] = []
    const answer = await provider.generate(
      models.small,
      ask({
        options: { ...restless, maxTokens: 8 },
        contextLength: loaded.contextLength,
        onText: (text) => pieces.push(text)
      }),
      signal
    )
    expect(pieces.length).toBeGreaterThan(1)
    expect(answer).toMatchObject({ text: pieces.join(''), outputTokens: 8, doneReason: 'length' })
    expect(answer.tokensPerSecond).toBeGreaterThan(0)
    expect(answer.promptTokens).toBeGreaterThan(0)
    await provider.unload(models.small, 30_000, signal)
    expect(await find(models.small)).toBeUndefined()
    // Once more is no error.
    await provider.unload(models.small, 30_000, signal)
  })

  it('keeps the newest keep-alive, for ever too, without another load', async () => {
    await load(models.tiny)
    const before = engines()
    await provider.setKeepAlive?.(models.tiny, -1, signal)
    expect((await find(models.tiny))?.unloadsAt).toBeNull()
    await provider.setKeepAlive?.(models.tiny, 3_600, signal)
    expect(Math.abs(((await find(models.tiny))?.unloadsAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(30_000)
    expect(engines()).toBe(before)
    await provider.unload(models.tiny, 30_000, signal)
    await provider.setKeepAlive?.(models.tiny, 3_600, signal)
    expect(await find(models.tiny)).toBeUndefined()
    expect(engines()).toBe(before)
  })

  it('goes by itself when its keep-alive has run out', async () => {
    await provider.load(models.tiny, { keepAliveSeconds: 1 }, signal)
    await until(async () => (await find(models.tiny)) === undefined)
  })

  it('stays after a load that says "after the first use", and goes after that', async () => {
    await provider.load(models.tiny, { keepAliveSeconds: 0 }, signal)
    expect(await find(models.tiny)).toBeDefined()
    await provider.generate(models.tiny, ask({ options: { ...restless, maxTokens: 2 }, keepAliveSeconds: 0 }), signal)
    await until(async () => (await find(models.tiny)) === undefined)
  })

  it('takes another context length by another load, and keeps it through answers and keep-alives', async () => {
    expect((await load(models.tiny, 1_024)).contextLength).toBe(1_024)
    const before = engines()
    await provider.setKeepAlive?.(models.tiny, 600, signal)
    await provider.generate(models.tiny, ask({ options: { ...restless, maxTokens: 2 }, contextLength: 1_024 }), signal)
    expect((await find(models.tiny))?.contextLength).toBe(1_024)
    expect(engines()).toBe(before)
    expect((await load(models.tiny, 512)).contextLength).toBe(512)
    const plain = await load(models.tiny)
    expect(plain.contextLength).toBeGreaterThan(1_024)
    const atDefault = engines()
    if (before !== null && atDefault !== null) expect(atDefault - before).toBe(2)
    // The default told by its number is not another one.
    await provider.generate(
      models.tiny,
      ask({ options: { ...restless, maxTokens: 2 }, contextLength: plain.contextLength }),
      signal
    )
    await provider.setKeepAlive?.(models.tiny, 600, signal)
    expect(engines()).toBe(atDefault)
  })
})

it('a load within an answer is seen as one, and a model that was in memory before the answer is not taken for loading', async () => {
  await provider.health(signal)
  const answer = provider.generate(models.medium, ask({ options: { ...restless, maxTokens: 2 } }), signal)
  expect(await provider.isLoading?.(models.medium, signal)).toBe(true)
  await answer
  await until(async () => (await provider.isLoading?.(models.medium, signal)) === false)
  const looks: Promise<boolean | undefined>[] = []
  const onText = (): void => void looks.push(Promise.resolve(provider.isLoading?.(models.medium, signal)))
  await provider.generate(models.medium, ask({ onText, options: { ...restless, maxTokens: 30 } }), signal)
  expect(await looks[0]).toBe(false)
})

describe('a conversation', () => {
  const turn = (role: 'user' | 'assistant', content: string) => ({ role, content })

  it('is read whole, answered in pieces, and loads nothing anew', async () => {
    const { contextLength } = await load(models.small, 1_024)
    const before = engines()
    const pieces: string[] = []
    const talk = ask({ options: { ...restless, maxTokens: 8 }, contextLength })
    const messages = [turn('user', 'one two three four five six seven'), turn('assistant', 'eight nine ten')]
    const short = await provider.generate(models.small, { ...talk, messages: [] }, signal)
    const long = await provider.generate(
      models.small,
      { ...talk, system: 'Be brief.', messages, onText: (text) => pieces.push(text) },
      signal
    )
    expect(pieces.length).toBeGreaterThan(1)
    expect(long).toMatchObject({ text: pieces.join(''), outputTokens: 8, doneReason: 'length' })
    expect(long.tokensPerSecond).toBeGreaterThan(0)
    expect((await find(models.small))?.contextLength).toBe(1_024)
    expect(engines()).toBe(before)
    expect(short.promptTokens).toBeGreaterThan(0)
    expect(long.promptTokens).toBeGreaterThan(short.promptTokens ?? Infinity)
  })

  it('is cut off in the middle, and gone with its keep-alive', async () => {
    const controller = new AbortController()
    const answer = provider.generate(
      models.small,
      ask({ messages: [], options: { ...restless, maxTokens: 2_000 }, onText: () => controller.abort() }),
      controller.signal
    )
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    const last = ask({ messages: [], options: { ...restless, maxTokens: 2 }, keepAliveSeconds: 0 })
    await provider.generate(models.small, last, signal)
    await until(async () => (await find(models.small)) === undefined)
  })
})

describe('cancelling', () => {
  it('destroys a load before its first byte', async () => {
    const controller = new AbortController()
    const loading = provider.load(models.medium, { keepAliveSeconds: 120 }, controller.signal)
    setTimeout(() => controller.abort(), 60)
    await expect(loading).rejects.toMatchObject({ code: 'aborted' })
    await until(async () => (await find(models.medium)) === undefined)
    // And for good: it does not come up a moment later.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(await find(models.medium)).toBeUndefined()
  })

  it('ends an answer in the middle, so that the model is free at once', async () => {
    const controller = new AbortController()
    const answer = provider.generate(
      models.small,
      ask({ options: { ...restless, maxTokens: 2_000 }, onText: () => controller.abort() }),
      controller.signal
    )
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await provider.unload(models.small, 20_000, signal)
  })
})

describe('an unload of a busy model', () => {
  it('is busy at its limit, stopping in between, and done when the answer ends', async () => {
    await load(models.small)
    const other = createProvider()
    const controller = new AbortController()
    let pieces = 0
    const answer = other.generate(
      models.small,
      ask({ options: { ...restless, maxTokens: 2_000 }, onText: () => pieces++ }),
      controller.signal
    )
    answer.catch(() => {})
    await until(() => pieces > 0)
    await expect(provider.unload(models.small, 300, signal)).rejects.toMatchObject({ code: 'model_busy' })
    expect(await find(models.small)).toMatchObject({ isStopping: true, unloadsAt: null })
    const seen = pieces
    await until(() => pieces > seen)
    controller.abort()
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await provider.unload(models.small, 20_000, signal)
    await other.dispose()
  })
})

describe('the library', () => {
  it('copies, refuses to overwrite, and removes', async () => {
    const second = `${models.tiny}-second`
    await provider.copy?.(models.tiny, second, signal)
    await expect(provider.copy?.(models.small, second, signal)).rejects.toMatchObject({ code: 'invalid_input' })
    await load(second)
    await provider.remove?.(second, signal)
    expect(await find(second)).toBeUndefined()
    expect((await provider.list(signal)).filter((model) => sameModelName(model.name, second))).toEqual([])
    await expect(provider.remove?.(second, signal)).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it('two names of the same weights share one engine, and an unload by either name is seen through', async () => {
    const second = `${models.tiny}-second`
    await provider.copy?.(models.tiny, second, signal)
    await provider.list(signal)
    await load(models.tiny)
    const before = engines()
    const shared = await provider.load(second, { keepAliveSeconds: 120 }, signal)
    expect(engines()).toBe(before)
    expect(shared).toMatchObject({ name: second, heldBytes: 0, heldSource: `shares memory with ${models.tiny}:latest` })
    expect((await find(models.tiny))?.heldBytes).toBeGreaterThan(0)
    expect(await find(second)).toMatchObject({ heldBytes: 0 })
    await provider.unload(second, 20_000, signal)
    expect(await find(models.tiny)).toBeUndefined()
    expect(await find(second)).toBeUndefined()
    await provider.remove?.(second, signal)
  })
})

// Only a server of our own is surely on this machine, and its processes ours to look at.
describe.skipIf(logPath === null || process.platform !== 'linux')('the process of a model', () => {
  it('is found by its weights, tells what is held, and is seen to be gone after an unload', async () => {
    const rig = createProcessRig()
    await provider.list(signal)
    await load(models.tiny)
    await load(models.small)
    await until(async () => typeof (await find(models.small))?.weightsPath === 'string')
    const loaded = await find(models.small)
    if (loaded === undefined) throw new Error('not loaded')
    const id = { hostId: 'real', name: models.small }
    const claim = rig.claim(id, loaded)
    const [held] = await rig.processes.attribute([claim])
    expect(held).toMatchObject({ quality: 'measured', source: 'process memory' })
    expect(rig.commandLine(held?.pid ?? 0)).toContain(loaded.weightsPath)
    expect(held?.heldBytes).toBeGreaterThan(50_000_000)
    expect(Math.abs((held?.heldBytes ?? 0) - rig.residentBytes(held?.pid ?? 0))).toBeLessThan(5_000_000)

    const judge = await rig.watchReturn(id)
    await provider.unload(models.small, 30_000, signal)
    const seen = await judge(signal)
    expect(seen).toMatchObject({ verified: true, evidence: 'its process is gone' })
    expect(Math.abs((seen.bytesReturned ?? 0) - (held?.heldBytes ?? 0))).toBeLessThan(5_000_000)
    // The process of the other model is there, and not taken for it.
    expect(await find(models.tiny)).toBeDefined()
    expect(await rig.processes.attribute([claim])).toMatchObject([{ pid: null, heldBytes: loaded.heldBytes }])
  })
})

describe.skipIf(logPath === null || process.platform !== 'linux')('an engine that is killed', () => {
  const killEngine = async (weightsPath: string): Promise<void> => {
    await until(() => enginesWith(weightsPath).length > 0)
    for (const pid of enginesWith(weightsPath)) process.kill(pid, 'SIGKILL')
  }

  it('in the middle of an answer is an engine that crashed; in a load, most likely memory that ran out', async () => {
    await provider.list(signal)
    const { path } = await provider.describeNeed(models.medium, signal)
    const loading = load(models.medium).catch((error: unknown) => error)
    await killEngine(path ?? '-')
    expect(await loading).toMatchObject({ code: 'out_of_memory' })
    const onText = (): void => void killEngine(path ?? '-')
    const answer = provider.generate(models.medium, ask({ onText, options: { ...restless, maxTokens: 500 } }), signal)
    await expect(answer).rejects.toMatchObject({ code: 'engine_crashed' })
  })
})

it('healed in the middle of a load, nothing is lost', async () => {
  const loading = load(models.medium)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await provider.heal?.(signal)).toBe('Fresh connections from now on.')
  expect(await loading).toMatchObject({ name: models.medium })
})

describe('errors', () => {
  const missing = `${models.tiny}-that-is-not-there`

  it('a model that is not there', async () => {
    const calls = [
      () => load(missing),
      () => provider.generate(missing, ask(), signal),
      () => provider.generate(missing, ask({ messages: [] }), signal),
      () => provider.inspect(missing, signal),
      () => provider.copy?.(missing, `${missing}-2`, signal)
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it.skipIf(models.missingTensor === null)('a missing tensor is named', async () => {
    const name = models.missingTensor ?? ''
    const message = 'The model is incomplete: its tensor blk.1.ffn_down.weight is missing.'
    await expect(load(name)).rejects.toMatchObject({ code: 'missing_tensor', message })
    expect(await find(name)).toBeUndefined()
  })

  // An old server does not say what is wrong with the file.
  it.skipIf(models.unknownArchitecture === null)('an unknown architecture is named, or the file at least', async () => {
    const code: unknown = expect.stringMatching(/^(unknown_architecture|bad_model_file)$/)
    const hint: unknown = expect.stringContaining('update Ollama')
    await expect(load(models.unknownArchitecture ?? '')).rejects.toMatchObject({ code, hint })
  })
})
