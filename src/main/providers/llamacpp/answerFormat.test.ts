/** Answers as JSON and counted tokens on the real engine: would catch a grammar that is not in force, one that never ends, and counts that wait for an answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutputFormat } from '../../../shared/chain.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import { writeTinyModel } from './gguf/testFiles.ts'
import { ask, createTestEngine, neverAborted, type TestEngine } from './testEngine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await createTestEngine()
  await writeTinyModel(engine.directory, 'tiny')
  await engine.provider.load('tiny', { keepAliveSeconds: 600 }, neverAborted)
})
afterAll(() => engine.dispose())

const answer = (format: OutputFormat, maxTokens = 400, seed = 1): Promise<GenerateResult> =>
  engine.provider.generate('tiny', { ...ask('Judge this.', { maxTokens, seed }), format }, neverAborted)
const bySchema = (schema: Record<string, unknown> | null): OutputFormat => ({ format: 'json', schema })

describe('an answer of a model that speaks gibberish', () => {
  test('has the shape of the schema, whatever the seed', async () => {
    const schema = {
      type: 'object',
      properties: {
        verdict: { enum: ['good', 'bad'] },
        isUrgent: { type: 'boolean' },
        size: { anyOf: [{ const: 1 }, { const: 2.5 }, { type: 'null' }] },
        tags: { type: 'array', items: { $ref: '#/definitions/tag' }, minItems: 1, maxItems: 2 },
        word: { type: 'string', maxLength: 5 }
      },
      definitions: { tag: { enum: ['a', 'b'] } },
      required: ['verdict']
    }
    for (const seed of [1, 2, 3]) {
      const { text, doneReason } = await answer(bySchema(schema), 400, seed)
      expect(JSON.parse(text)).toEqual({
        verdict: expect.stringMatching(/^(good|bad)$/),
        isUrgent: expect.any(Boolean),
        size: expect.toSatisfy((size) => size === 1 || size === 2.5 || size === null),
        tags: expect.toSatisfy((tags: string[]) => tags.length <= 2 && tags.every((tag) => 'ab'.includes(tag))),
        word: expect.any(String)
      })
      expect(doneReason).toBe('stop')
      expect(text).toBe(text.trimEnd())
    }
  })

  test('is a whole number where that is the schema, and one that JSON can hold in any case', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      expect((await answer(bySchema({ type: 'integer' }), 60, seed)).text).toMatch(/^-?\d{1,16}$/)
      const { text } = await answer(bySchema({ type: 'number' }), 60, seed)
      expect(JSON.parse(text)).toSatisfy(Number.isFinite)
    }
  })

  test('that reaches its limit of tokens says so, and is only the beginning of JSON', async () => {
    const { text, outputTokens, doneReason } = await answer(
      bySchema({ type: 'object', properties: { essay: { type: 'string', minLength: 200 } } }),
      40
    )
    expect({ doneReason, outputTokens }).toEqual({ doneReason: 'length', outputTokens: 40 })
    expect(text).toMatch(/^\{\s*"essay":\s*"/)
    expect(() => JSON.parse(text)).toThrow()
  })

  test('begins as an object where any JSON will do', async () => {
    const { text } = await answer(bySchema(null), 40)
    expect(text).toMatch(/^\{/)
  })

  test('is not bound by the format of the answer before', async () => {
    const plain = await answer({ format: 'text' }, 16)
    await answer(bySchema({ enum: ['x'] }), 16)
    expect((await answer({ format: 'text' }, 16)).text).toBe(plain.text)
    expect((await answer(bySchema({ enum: ['x'] }), 16)).text).toBe('"x"')
  })
})

test('a schema that the engine cannot keep to is refused with its place, and the next answer comes', async () => {
  const schema = { type: 'object', properties: { who: { allOf: [{ type: 'string' }] } } }
  await expect(answer(bySchema(schema))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('$.properties.who, uses "allOf"')
  })
  expect((await answer(bySchema({ type: 'boolean' }), 16)).text).toMatch(/^(true|false)$/)
})

describe('tokens', () => {
  test('are counted as the model cuts the text', async () => {
    const text = 'one two three'
    const counted = await engine.provider.countTokens?.('tiny', text, neverAborted)
    // Its vocabulary begins every prompt with one token of its own.
    expect((await engine.provider.generate('tiny', ask(text), neverAborted)).promptTokens).toBe((counted ?? 0) + 1)
    expect(await engine.provider.countTokens?.('tiny', '', neverAborted)).toBe(0)
  })

  test('are counted while it answers, long before that has ended', async () => {
    const order: string[] = []
    const began = Promise.withResolvers<void>()
    const abort = new AbortController()
    const answering = engine.provider
      .generate('tiny', { ...ask('Hello', { maxTokens: 2_000 }), onText: () => began.resolve() }, abort.signal)
      .catch(() => order.push('answered'))
    await began.promise
    expect(await engine.provider.countTokens?.('tiny', 'x'.repeat(100_000), neverAborted)).toBeGreaterThan(1_000)
    order.push('counted')
    abort.abort()
    await answering
    expect(order).toEqual(['counted', 'answered'])
  })

  test('are not counted of a model that is not there, nor once nobody wants to know', async () => {
    await expect(engine.provider.countTokens?.('other', 'x', neverAborted)).rejects.toMatchObject({
      code: 'model_not_found'
    })
    await expect(engine.provider.countTokens?.('tiny', 'x', AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted'
    })
  })

  test('that are being counted when the engine dies are an error, not a number', async () => {
    await writeTinyModel(engine.directory, 'doomed')
    await engine.provider.load('doomed', { keepAliveSeconds: 600 }, neverAborted)
    const counting = engine.provider.countTokens?.('doomed', 'x'.repeat(4_000_000), neverAborted)
    process.kill(engine.children.at(-1)?.pid ?? 0, 'SIGKILL')
    await expect(counting).rejects.toMatchObject({ code: 'engine_crashed' })
  })
})
