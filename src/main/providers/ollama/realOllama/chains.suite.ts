/** What chains rest on, asked of a real Ollama: what a prompt that is too long counts, answers as JSON, keep-alives told in a run. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatMessage, GenerateResult } from '../../../../shared/model.ts'
import type { OutputFormat } from '../../../../shared/chain.ts'
import type { GenerateRequest, Provider } from '../../provider.ts'
import { ask, signal } from '../providerRig.ts'
import { createProvider, engines, findLoaded, models, putAway } from './suiteRig.ts'

let provider: Provider
beforeEach(() => {
  provider = createProvider()
})
afterEach(() => putAway(provider))

const contextLength = 256
const generate = (change: Partial<GenerateRequest>): Promise<GenerateResult> =>
  provider.generate(
    models.tiny,
    ask({ options: { temperature: 1, seed: 1, maxTokens: 4 }, contextLength, ...change }),
    signal
  )
const counted = async (change: Partial<GenerateRequest>): Promise<number> =>
  (await generate(change)).promptTokens ?? NaN
/** To the tiny model's vocabulary every letter of it is a token. */
const letters = (count: number): string => 'abcdefghij'.repeat(Math.ceil(count / 10)).slice(0, count)
const turn = (role: ChatMessage['role'], count: number): ChatMessage => ({ role, content: letters(count) })

describe('a prompt alone', () => {
  it('counts all its tokens and the one that begins it, from the cache too: asked twice, the same', async () => {
    const prompt = letters(50)
    expect([await counted({ prompt }), await counted({ prompt })]).toEqual([51, 51])
    expect(await counted({ prompt: `${prompt}xyz` })).toBe(54)
  })

  it('that does not fit is cut without a word, and counts no more than the context; on 0.11.4 exactly as much, like one that just fits', async () => {
    const full = await counted({ prompt: letters(255) })
    const cut = await counted({ prompt: letters(900) })
    expect(full).toBe(contextLength)
    expect(cut).toBeLessThanOrEqual(contextLength)
    expect(cut).toBeGreaterThan(contextLength / 4)
    expect(await counted({ prompt: letters(900) })).toBe(cut)
  })
})

describe('a conversation', () => {
  it('that fits counts every turn of it, twice the same', async () => {
    const talk = { prompt: letters(40), messages: [turn('user', 60), turn('assistant', 50)] }
    const tokens = await counted(talk)
    expect(tokens).toBeGreaterThan(150)
    expect(await counted(talk)).toBe(tokens)
  })

  it('that does not fit loses whole turns from its beginning: it counts far less than the context, and only less than was sent tells', async () => {
    const talk = { prompt: letters(40), messages: [turn('user', 400), turn('assistant', 400)] }
    const tokens = await counted(talk)
    expect(tokens).toBeGreaterThan(40)
    expect(tokens).toBeLessThan(contextLength / 2)
    expect(await counted(talk)).toBe(tokens)
  })

  it('whose newest turn alone does not fit is cut as a prompt is', async () => {
    const tokens = await counted({ prompt: letters(900), messages: [] })
    expect(tokens).toBeLessThanOrEqual(contextLength)
    expect(tokens).toBeGreaterThan(contextLength / 4)
  })
})

describe('a format', () => {
  const options = { temperature: 1, seed: 3, maxTokens: 200 }
  const json = (schema: Record<string, unknown> | null): OutputFormat => ({ format: 'json', schema })
  const verdict = json({
    type: 'object',
    properties: { verdict: { enum: ['good', 'bad'] }, isUrgent: { type: 'boolean' }, size: { type: 'integer' } },
    required: ['verdict', 'isUrgent', 'size']
  })
  const kept = {
    verdict: expect.stringMatching(/^(good|bad)$/) as unknown,
    isUrgent: expect.any(Boolean) as unknown,
    size: expect.any(Number) as unknown
  }

  it('is kept to by a model that speaks gibberish, asked alone and in a conversation', async () => {
    const wish = { options, contextLength: 1_024, format: verdict }
    expect(JSON.parse((await generate(wish)).text)).toEqual(kept)
    expect(JSON.parse((await generate({ ...wish, messages: [] })).text)).toEqual(kept)
  })

  it('of any JSON begins as an object, and is only its beginning where the limit of tokens comes first', async () => {
    const { text, doneReason } = await generate({ options, contextLength: 1_024, format: json(null) })
    expect(text.trimStart()).toMatch(/^\{/)
    if (doneReason === 'length') expect(() => JSON.parse(text)).toThrow()
    else expect(JSON.parse(text)).toBeTypeOf('object')
  })

  it('that the server cannot keep to is an error, and the next answer comes', async () => {
    const refused = generate({ options, format: json({ not: { type: 'string' } }) })
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^(invalid_input|server_failed)$/),
      message: expect.stringMatching(/^Ollama /)
    })
    expect((await generate({})).outputTokens).toBe(4)
  })
})

it('a run tells “for ever” with its load and its answers, and the model’s own time at the end: one engine all the while', async () => {
  await provider.load(models.tiny, { keepAliveSeconds: -1, contextLength }, signal)
  const before = engines()
  await generate({ keepAliveSeconds: -1 })
  await generate({ keepAliveSeconds: -1, messages: [] })
  expect((await findLoaded(provider, models.tiny))?.unloadsAt).toBeNull()
  await provider.setKeepAlive?.(models.tiny, 300, signal)
  const leavesInMs = ((await findLoaded(provider, models.tiny))?.unloadsAt ?? 0) - Date.now()
  expect(Math.abs(leavesInMs - 300_000)).toBeLessThan(30_000)
  expect(engines()).toBe(before)
})
