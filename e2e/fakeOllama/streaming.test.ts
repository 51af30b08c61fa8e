/** The fake's streams: pieces, errors before and after the first byte, thinking, downloads. */
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeOllama, type FakeOllamaOptions } from '../fakeOllama.ts'
import { rawRequest } from './rawRequest.ts'

let fake: FakeOllama
afterEach(() => fake.close())

const start = async (options: FakeOllamaOptions): Promise<void> => {
  fake = await startFakeOllama(options)
}
const ask = (body: object = {}) => rawRequest(fake.url, 'POST /api/generate', { model: 'plain', prompt: 'hi', ...body })
const chat = (body: object = {}) =>
  rawRequest(fake.url, 'POST /api/chat', { model: 'plain', messages: [{ role: 'user', content: '' }], ...body })
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('an error', () => {
  const error = 'model runner has unexpectedly stopped'
  const failing = (tokens: number) => ({ plain: { failsAfter: { tokens, error } } })

  it('before the first token has a status of its own on the new generation, and comes after a 200 on the old', async () => {
    await start({ generation: '0.30', models: failing(0) })
    const early = { status: 500, type: 'application/json', transfer: 'chunked', text: JSON.stringify({ error }) }
    expect(await ask()).toEqual(early)
    await fake.close()
    await start({ generation: '0.11', models: failing(0) })
    expect(await ask()).toMatchObject({ status: 200, text: `${JSON.stringify({ error })}\n` })
  })

  it('after it is the last line on both, by chat too', async () => {
    for (const generation of ['0.11', '0.30'] as const) {
      await start({ generation, models: failing(2) })
      for (const { status, text } of [await ask(), await chat()]) {
        const lines = linesOf(text).map((line) => line['error'] ?? 'token')
        expect([status, ...lines]).toEqual([200, 'token', 'token', error])
      }
      await fake.close()
    }
  })
})

it.each(['prompt', 'stream'] as const)('an answer held at its %s ends whole once it is let go', async (hangs) => {
  await start({ models: { plain: { hangs, tokens: ['a', ' b'] } } })
  const answer = ask()
  await expect.poll(() => fake.events).toHaveLength(1)
  fake.script('plain', { hangs: null })
  expect(linesOf((await answer).text).map((line) => line['response'])).toEqual(['a', ' b', ''])
})

it('lines can be cut anywhere, also inside a character', async () => {
  await start({ splitBytes: 3, models: { plain: { tokens: ['größe', '漢字'] } } })
  const pieces: Buffer[] = []
  const response = await fetch(`${fake.url}/api/generate`, { method: 'POST', body: '{"model":"plain","prompt":"hi"}' })
  for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece))
  expect(pieces.length).toBeGreaterThan(10)
  expect(linesOf(Buffer.concat(pieces).toString('utf8')).map((line) => line['response'])).toEqual(['größe', '漢字', ''])
})

it('a thinking model thinks unless told not to, from the new generation on', async () => {
  await start({
    generation: '0.30',
    models: { plain: { capabilities: ['completion', 'thinking'], thinkingTokens: ['hm'] } }
  })
  expect(linesOf((await ask()).text)[0]).toMatchObject({ thinking: 'hm', response: '' })
  expect(linesOf((await ask({ think: false })).text)[0]).toMatchObject({ response: 'Hello' })
  expect(linesOf((await chat()).text)[0]).toMatchObject({ message: { role: 'assistant', thinking: 'hm', content: '' } })
  expect(linesOf((await chat({ think: false })).text)[0]).toMatchObject({ message: { content: 'Hello' } })
})

it('an embedding model loads by embed only', async () => {
  await start({ models: { plain: { capabilities: ['embedding'] } } })
  expect(await ask()).toMatchObject({ status: 400, text: '{"error":"\\"plain\\" does not support generate"}' })
  expect(await rawRequest(fake.url, 'POST /api/embed', { model: 'plain', input: [] })).toMatchObject({
    status: 200,
    text: '{"model":"plain","embeddings":[]}'
  })
})

describe('a download', () => {
  const library = { 'new-model': { layers: [{ bytes: 1000 }, { bytes: 10 }], steps: 4, stepMs: 5 } }
  const pull = (model = 'new-model') => rawRequest(fake.url, 'POST /api/pull', { model })

  it('tells its layers and ends in a model', async () => {
    await start({ library })
    const lines = linesOf((await pull()).text)
    expect(lines[0]).toEqual({ status: 'pulling manifest' })
    expect(lines.at(-1)).toEqual({ status: 'success' })
    expect(lines.filter(({ total }) => total === 1000).map(({ completed }) => completed)).toEqual([
      undefined,
      250,
      500,
      750,
      1000
    ])
    expect((await rawRequest(fake.url, 'GET /api/tags')).text).toContain('new-model:latest')
  })

  it('goes on where a cancelled one stopped', async () => {
    await start({ library })
    const controller = new AbortController()
    const response = await fetch(`${fake.url}/api/pull`, {
      method: 'POST',
      body: '{"model":"new-model"}',
      signal: controller.signal
    })
    for await (const piece of response.body ?? []) if (Buffer.from(piece).includes('"completed":500')) break
    controller.abort()
    const first = linesOf((await pull()).text).find(({ total }) => total === 1000)
    expect(first?.['completed']).toBeGreaterThanOrEqual(500)
  })

  it('fails after its 200', async () => {
    await start({
      library: { 'new-model': { ...library['new-model'], failsAt: { bytes: 500, error: 'max retries exceeded' } } }
    })
    const { status, text } = await pull()
    expect([status, linesOf(text).at(-1)]).toEqual([200, { error: 'max retries exceeded' }])
    expect(linesOf((await pull('unknown')).text).at(-1)).toEqual({ error: 'pull model manifest: file does not exist' })
  })
})

it.each([
  [
    '0.11',
    "model 'nope' not found",
    'model "nope" not found, try pulling it first',
    'registry.ollama.ai/library/plain:latest does not support thinking',
    404
  ],
  ['0.30', "model 'nope:latest' not found", "model 'nope' not found", '"plain" does not support thinking', 200]
] as const)('%s has its own words', async (generation, missing, missingInChat, thinking, status) => {
  await start({ generation, models: { plain: {} } })
  expect(await rawRequest(fake.url, 'POST /api/show', { model: 'nope' })).toMatchObject({
    text: JSON.stringify({ error: missing })
  })
  expect(await chat({ model: 'nope' })).toMatchObject({ status: 404, text: JSON.stringify({ error: missingInChat }) })
  expect(await ask({ think: true })).toMatchObject({ status: 400, text: JSON.stringify({ error: thinking }) })
  expect(await rawRequest(fake.url, 'GET /api/status')).toMatchObject({ status })
})

it('new tags say what a model can do, old ones do not', async () => {
  await start({ generation: '0.30', models: { plain: {} } })
  const tags = async () => JSON.parse((await rawRequest(fake.url, 'GET /api/tags')).text).models[0]
  expect(await tags()).toMatchObject({ capabilities: ['completion'], details: { context_length: 8192 } })
  await fake.close()
  await start({ generation: '0.11', models: { plain: {} } })
  expect(await tags()).not.toHaveProperty('capabilities')
})
