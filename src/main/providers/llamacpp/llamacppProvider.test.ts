/** The provider on the real engine, with models of a megabyte: what a person sees of loading, answering and unloading. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeTinyModel } from './gguf/testFiles.ts'
import type { GenerateOptions } from '../../../shared/model.ts'
import type { FileModel } from '../../../shared/modelsFile.ts'
import { ask, createTestEngine, isAlive, neverAborted, type TestEngine } from './testEngine.ts'

const keep = { keepAliveSeconds: 600 }
const longPrompt = 'one two three '.repeat(60)

describe('a model from load to unload', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await createTestEngine()
    await writeTinyModel(engine.directory, 'tiny')
    await writeTinyModel(engine.directory, 'chatty', {
      chatTemplate:
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    })
  })
  afterAll(() => engine.dispose())

  test('a load tells progress and what is held, and clamps the context to what the model was trained for', async () => {
    const fractions: number[] = []
    const loaded = await engine.provider.load(
      'tiny',
      { ...keep, contextLength: 1_000_000, onProgress: (fraction) => fractions.push(fraction) },
      neverAborted
    )
    expect(loaded).toMatchObject({ name: 'tiny', contextLength: 2048, gpuBytes: 0, unloadsAt: null, isStopping: false })
    expect(loaded.heldBytes).toBeGreaterThan(5_000_000)
    expect(loaded.countedBytes).toBeLessThan(loaded.heldBytes ?? 0)
    expect(fractions.at(-1)).toBe(1)
    expect(await engine.provider.health(neverAborted)).toEqual({
      version: 'llama.cpp (node-llama-cpp 3.21.1)',
      device: 'CPU'
    })
  })

  test('details name the buffers of the engine while it is loaded', async () => {
    const { memoryParts, path } = await engine.provider.inspect('tiny', neverAborted)
    expect(path).toBe(`${engine.directory}/tiny.gguf`)
    expect(memoryParts?.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Weights', 'Context cache', 'Compute'])
    )
  })

  test('an answer streams the text it ends with, counts its tokens, and is the same for the same seed', async () => {
    const pieces: string[] = []
    const first = await engine.provider.generate(
      'tiny',
      { ...ask(longPrompt, { maxTokens: 40 }), onText: (text) => pieces.push(text) },
      neverAborted
    )
    const second = await engine.provider.generate('tiny', ask(longPrompt, { maxTokens: 40 }), neverAborted)
    expect(pieces.join('')).toBe(first.text)
    expect(first).toMatchObject({ outputTokens: 40, doneReason: 'length' })
    expect(first.promptTokens).toBe(longPrompt.length + 1)
    expect(first.firstTokenMs).toBeGreaterThan(0)
    expect(first.tokensPerSecond).toBeGreaterThan(0)
    expect(second.text).toBe(first.text)
  })

  test('a stop text ends the answer and is not part of it', async () => {
    const whole = await engine.provider.generate('tiny', ask('Hello', { maxTokens: 60 }), neverAborted)
    const stop = whole.text.slice(20, 24)
    const cut = await engine.provider.generate('tiny', ask('Hello', { maxTokens: 60, stop: [stop] }), neverAborted)
    expect(cut).toMatchObject({ text: whole.text.slice(0, whole.text.indexOf(stop)), doneReason: 'stop' })
  })

  test('a prompt longer than the context is refused, never cut', async () => {
    await expect(engine.provider.generate('tiny', ask('x'.repeat(2048)), neverAborted)).rejects.toMatchObject({
      code: 'context_exceeded'
    })
  })

  test('answers asked for at once come one after the other, none lost', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((prompt) => engine.provider.generate('tiny', ask(prompt), neverAborted))
    )
    expect(answers.map(({ outputTokens }) => outputTokens)).toEqual([16, 16, 16, 16])
  })

  test('a cancelled answer rejects at once, and the next one works', async () => {
    const abort = new AbortController()
    const answer = engine.provider.generate(
      'tiny',
      { ...ask('Hello', { maxTokens: 2_000 }), onText: () => abort.abort() },
      abort.signal
    )
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await expect(engine.provider.generate('tiny', ask('Hello'), neverAborted)).resolves.toMatchObject({
      outputTokens: 16
    })
  })

  test('an unload waits for the running answer, then every process is gone', async () => {
    const order: string[] = []
    const answer = engine.provider.generate('tiny', ask('Hello', { maxTokens: 1_500 }), neverAborted)
    void answer.then(() => order.push('answered'))
    const unload = engine.provider.unload('tiny', 20_000, neverAborted).then(() => order.push('unloaded'))
    await expect.poll(async () => (await engine.provider.listLoaded(neverAborted))[0]?.isStopping).toBe(true)
    await expect(engine.provider.generate('tiny', ask('Late'), neverAborted)).rejects.toMatchObject({
      code: 'model_busy'
    })
    await unload
    expect(order).toEqual(['answered', 'unloaded'])
    expect(engine.children.filter(({ pid }) => isAlive(pid))).toEqual([])
    expect(await engine.provider.listLoaded(neverAborted)).toEqual([])
  })

  test('a chat template is applied where the model has one', async () => {
    await engine.provider.load('chatty', keep, neverAborted)
    const { promptTokens } = await engine.provider.generate(
      'chatty',
      { ...ask('Hello'), system: 'Be brief.' },
      neverAborted
    )
    expect(promptTokens).toBeGreaterThan('Be brief.Hello'.length + 30)
  })

  test('a conversation goes through the template whole; without a template it is the plain text of its turns', async () => {
    const messages = [
      { role: 'user' as const, content: 'Hello' },
      { role: 'assistant' as const, content: 'Hi!' }
    ]
    const talk = { ...ask('Go on'), system: 'Be brief.', messages }
    const written =
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi!<|im_end|>\n<|im_start|>user\nGo on<|im_end|>\n<|im_start|>assistant\n'
    const plain = 'Be brief.\n\nHello\n\nHi!\n\nGo on'
    await engine.provider.load('tiny', keep, neverAborted)
    for (const [name, text] of [
      ['chatty', written],
      ['tiny', plain]
    ] as const) {
      const { promptTokens, outputTokens } = await engine.provider.generate(name, talk, neverAborted)
      expect({ name, promptTokens, outputTokens }).toEqual({ name, promptTokens: text.length + 1, outputTokens: 16 })
    }
    const asOne = await engine.provider.generate('tiny', ask(plain), neverAborted)
    expect((await engine.provider.generate('tiny', talk, neverAborted)).text).toBe(asOne.text)
    await engine.provider.unload('tiny', 20_000, neverAborted)
  })

  test('a loaded model is not removed, and is reloaded for another context length only', async () => {
    await expect(engine.provider.remove?.('chatty', neverAborted)).rejects.toMatchObject({ code: 'model_busy' })
    const started = engine.children.length
    await engine.provider.load('chatty', keep, neverAborted)
    expect(engine.children).toHaveLength(started)
    const reloaded = await engine.provider.load('chatty', { ...keep, contextLength: 512 }, neverAborted)
    expect(reloaded.contextLength).toBe(512)
    expect(engine.children.filter(({ pid }) => isAlive(pid))).toHaveLength(1)
  })

  test('dispose leaves no process behind', async () => {
    await engine.provider.dispose()
    expect(engine.children.filter(({ pid }) => isAlive(pid))).toEqual([])
  })
})

describe('an entry of models.yaml', () => {
  let engine: TestEngine
  let entries: FileModel[] = []
  beforeAll(async () => {
    engine = await createTestEngine({ fileModels: () => entries })
    const path = await writeTinyModel(engine.directory, 'tiny')
    entries = [
      { name: 'coder', path, loader: 'llama.cpp', contextLength: 512, options: { maxTokens: 3, temperature: 0 } },
      { name: 'gone', path: `${path}.gone`, loader: 'llama.cpp', contextLength: null, options: {} }
    ]
  })
  afterAll(() => engine.dispose())

  test('is a model by its name; one without a file says so, with no size', async () => {
    expect(await engine.provider.list(neverAborted)).toMatchObject([
      { name: 'coder', problem: null },
      { name: 'gone', sizeBytes: null, problem: { code: 'bad_model_file' } }
    ])
    await expect(engine.provider.load('gone', keep, neverAborted)).rejects.toMatchObject({ code: 'bad_model_file' })
  })

  test('loads with its context where none is asked for, and with the one that is', async () => {
    const load = async (contextLength?: number) =>
      (await engine.provider.load('coder', contextLength ? { ...keep, contextLength } : keep, neverAborted))
        .contextLength
    expect((await engine.provider.describeNeed('coder', neverAborted)).defaultContextLength).toBe(512)
    expect(await load()).toBe(512)
    expect(await load(1_024)).toBe(1_024)
    expect(await load()).toBe(1_024)
  })

  test("answers with its options, under the request's own", async () => {
    const tokens = async (options: GenerateOptions) =>
      (await engine.provider.generate('coder', { ...ask('Hello'), options }, neverAborted)).outputTokens
    expect(await tokens({})).toBe(3)
    expect(await tokens({ maxTokens: 5 })).toBe(5)
    const text = async (options: GenerateOptions) =>
      (await engine.provider.generate('coder', { ...ask('Hello'), options }, neverAborted)).text
    // At temperature 0 the seed changes nothing.
    expect(await text({ seed: 1, maxTokens: 8 })).toBe(await text({ seed: 2, maxTokens: 8 }))
  })
})
