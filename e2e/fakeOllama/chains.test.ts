/** What chains need of the fake, as the real server was seen to do it: prompts cut without a word, JSON, one model in memory at a time. */
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeAsk, type FakeOllama, type FakeOllamaOptions } from '../fakeOllama.ts'
import { rawRequest } from './rawRequest.ts'

let fake: FakeOllama
afterEach(() => fake.close())

const start = async (options: FakeOllamaOptions): Promise<void> => {
  fake = await startFakeOllama(options)
}
const post = async (path: string, body: object) => {
  const { status, text } = await rawRequest(fake.url, `POST ${path}`, { model: 'plain', stream: false, ...body })
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}
const ask = (body: object = {}) => post('/api/generate', { prompt: 'hi', ...body })
const chat = (messages: object[], options: object = {}) => post('/api/chat', { messages, options })
const words = (count: number, from = 1): string => Array.from({ length: count }, (_, at) => `w${from + at}`).join(' ')

describe('a prompt', () => {
  it('comes back from a model that echoes, with its name', async () => {
    await start({ models: { plain: { answer: 'echo' } } })
    expect((await ask({ prompt: 'Sum this up.' })).body).toMatchObject({
      response: '[plain:latest] Sum this up.',
      prompt_eval_count: 4
    })
  })

  it('that does not fit loses its middle, and counts as the whole context; twice asked, the same', async () => {
    await start({ models: { plain: { answer: 'echo' } } })
    const options = { num_ctx: 8 }
    const full = { response: `[plain:latest] ${words(7)}`, prompt_eval_count: 8 }
    expect((await ask({ prompt: words(7), options })).body).toMatchObject(full)
    const cut = { response: '[plain:latest] w1 w2 w3 w17 w18 w19 w20', prompt_eval_count: 8 }
    expect((await ask({ prompt: words(20), options })).body).toMatchObject(cut)
    expect((await ask({ prompt: words(20), options })).body).toMatchObject(cut)
  })

  it('of a conversation loses its oldest turns whole, and may count far less than the context', async () => {
    await start({ models: { plain: { answer: ({ prompt }) => prompt } } })
    const turns = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: words(6) },
      { role: 'assistant', content: words(6, 7) },
      { role: 'user', content: 'And now?' }
    ]
    const left = { message: { content: 'Be brief. And now?' }, prompt_eval_count: 5 }
    expect((await chat(turns, { num_ctx: 10 })).body).toMatchObject(left)
    expect((await chat(turns, { num_ctx: 64 })).body).toMatchObject({ prompt_eval_count: 17 })
  })

  it('is told to a script with all that came with it', async () => {
    const asked: FakeAsk[] = []
    const answer = (one: FakeAsk): string => {
      asked.push(one)
      return 'heard'
    }
    await start({ models: { plain: { answer } } })
    await ask({ prompt: 'Judge it.', system: 'Be brief.', options: { seed: 1 }, format: 'json' })
    expect(asked[0]).toEqual({
      model: 'plain:latest',
      prompt: 'Judge it.',
      system: 'Be brief.',
      options: { seed: 1 },
      format: 'json'
    })
  })

  it('ends in the middle of its answer at num_predict', async () => {
    await start({ models: { plain: { answer: 'echo' } } })
    expect((await ask({ prompt: 'a b c', options: { num_predict: 2 } })).body).toMatchObject({
      response: '[plain:latest] a',
      done_reason: 'length',
      eval_count: 2
    })
  })
})

describe('a format', () => {
  it('is kept to, with the words of the model where there is room for them', async () => {
    await start({ models: { plain: { answer: 'echo' } } })
    const format = {
      type: 'object',
      properties: { verdict: { enum: ['good', 'bad'] }, why: { type: 'string' }, score: { type: 'integer' } }
    }
    const json = async (given: unknown): Promise<unknown> =>
      JSON.parse(String((await ask({ format: given })).body['response']))
    expect(await json(format)).toEqual({ verdict: 'good', why: '[plain:latest] hi', score: 1 })
    expect(await json('json')).toEqual({ text: '[plain:latest] hi' })
    fake.script('plain', { answer: () => '{"verdict":"bad"}' })
    expect(await json(format)).toEqual({ verdict: 'bad' })
  })

  it.each([
    ['text', 'invalid format: "\\"text\\""; expected "json" or a valid JSON Schema object'],
    [[1], 'invalid format: "[1]"; expected "json" or a valid JSON Schema object'],
    [{ type: 'nonsense' }, 'invalid JSON schema in format'],
    [{ not: { type: 'string' } }, 'invalid JSON schema in format']
  ])('that is none is an error of the server: %j', async (format, error) => {
    await start({ models: { plain: {} } })
    expect(await ask({ format })).toEqual({ status: 500, body: { error } })
  })

  it.each([[''], [null]])('that is empty is none: %j', async (format) => {
    await start({ models: { plain: {} } })
    expect((await ask({ format })).body['response']).toBe('Hello there, I am not real.')
  })
})

describe('memory', () => {
  const models = { small: { heldBytes: 22 }, large: { heldBytes: 70 } }

  it.each(['0.11', '0.30'] as const)(
    'that holds one of them swaps at every other question (%s)',
    async (generation) => {
      await start({ generation, memoryBytes: 80, models })
      for (const model of ['small', 'large', 'small', 'large']) expect((await ask({ model })).status).toBe(200)
      expect(fake.events.map((event) => event.replace(':latest', ''))).toEqual([
        'loaded small 4096',
        'unloaded small',
        'loaded large 4096',
        'unloaded large',
        'loaded small 4096',
        'unloaded small',
        'loaded large 4096'
      ])
      expect([fake.loads('small'), fake.loads('large'), fake.loads()]).toEqual([2, 2, 4])
    }
  )

  it('that holds both loads each once; the new generation leaves a fifth of what is free alone', async () => {
    for (const [generation, memoryBytes, loads] of [
      ['0.11', 92, 2],
      ['0.30', 92, 3],
      ['0.30', 110, 2]
    ] as const) {
      await start({ generation, memoryBytes, models })
      for (const model of ['small', 'large', 'small']) await ask({ model })
      expect([generation, memoryBytes, fake.loads()]).toEqual([generation, memoryBytes, loads])
      await fake.close()
    }
  })

  it('is tried with one alone, however large', async () => {
    await start({ memoryBytes: 10, models })
    expect((await ask({ model: 'large' })).status).toBe(200)
  })
})
