/** The fake's scheduler against what the real one was seen, or is written, to do: loads, reloads, eviction, the queue. */
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeOllama, type FakeOllamaOptions } from '../fakeOllama.ts'
import { psSummary } from './recording.ts'
import { rawRequest, type RawAnswer } from './rawRequest.ts'

let fake: FakeOllama
afterEach(() => fake.close())

const start = async (options: FakeOllamaOptions): Promise<void> => {
  fake = await startFakeOllama(options)
}
const generate = (body: object): Promise<RawAnswer> => rawRequest(fake.url, 'POST /api/generate', body)
const ps = async (): Promise<string[]> =>
  psSummary(JSON.parse((await rawRequest(fake.url, 'GET /api/ps')).text), Date.now())
const loaded = async (): Promise<string[]> => (await ps()).map((line) => line.split(' ')[0] ?? '').sort()
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2))
}
const doneReason = (answer: RawAnswer): unknown => JSON.parse(answer.text).done_reason
const both = ['0.11', '0.30'] as const

describe('a load', () => {
  it.each([
    ['0.11', ['slow:latest']],
    ['0.30', []]
  ] as const)('is listed while it runs by the old generation only (%s)', async (generation, expected) => {
    await start({ generation, models: { slow: { hangs: 'load' } } })
    const load = generate({ model: 'slow' })
    await until(() => fake.requests.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await loaded()).toEqual(expected)
    fake.script('slow', { hangs: null })
    await load
    expect(await loaded()).toEqual(['slow:latest'])
  })

  it.each(both)('dies with its connection (%s)', async (generation) => {
    await start({ generation, models: { slow: { hangs: 'load' } } })
    const controller = new AbortController()
    const load = fetch(`${fake.url}/api/generate`, {
      method: 'POST',
      body: '{"model":"slow"}',
      signal: controller.signal
    })
    await until(() => fake.requests.length === 1)
    controller.abort()
    await expect(load).rejects.toThrow()
    await until(() => fake.events.includes('load failed slow:latest'))
    expect(await loaded()).toEqual([])
    expect(fake.requests[0]?.status).toBe(499)
  })

  it.each(both)('is shared by everyone who asks for the same weights (%s)', async (generation) => {
    await start({ generation, models: { one: { weights: 'w' }, two: { weights: 'w' } } })
    await Promise.all([generate({ model: 'one' }), generate({ model: 'two' }), generate({ model: 'one' })])
    expect(fake.events).toEqual(['loaded one:latest 4096'])
    expect(await loaded()).toEqual(['one:latest'])
  })

  it('of the new generation holds up other loads, and lets requests to loaded models pass', async () => {
    await start({ generation: '0.30', models: { ready: {}, slow: { hangs: 'load' }, later: {} } })
    await generate({ model: 'ready' })
    const order: string[] = []
    const asked = ['slow', 'later', 'ready'].map((model) => generate({ model }).then(() => order.push(model)))
    await asked[2]
    fake.script('slow', { hangs: null })
    await Promise.all(asked)
    expect(order).toEqual(['ready', 'slow', 'later'])
  })
})

describe('an unload', () => {
  it.each(both)('answers at once and waits for the running answer (%s)', async (generation) => {
    await start({ generation, models: { plain: { tokenMs: 60 } } })
    const answer = generate({ model: 'plain', prompt: 'hi' })
    await until(async () => (await loaded()).length === 1)
    expect(doneReason(await generate({ model: 'plain', keep_alive: 0 }))).toBe('unload')
    expect(await ps()).toEqual(['plain:latest past'])
    expect((await answer).text).toContain('"done":true')
    await until(async () => (await ps()).length === 0)
  })

  it('is taken back by a request with a keep_alive of its own, and not by one without', async () => {
    await start({ models: { plain: { tokenMs: 10 } } })
    const answer = generate({ model: 'plain', prompt: 'hi' })
    await until(async () => (await loaded()).length === 1)
    await generate({ model: 'plain', keep_alive: 0 })
    await generate({ model: 'plain', keep_alive: 60 })
    await answer
    expect(await ps()).toEqual(['plain:latest in 60 s'])
  })
})

it.each([
  ['0.11', []],
  ['0.30', ['slow:latest']]
] as const)('an unload in the middle of a load works on the old generation only (%s)', async (generation, left) => {
  await start({ generation, models: { slow: { hangs: 'load' } } })
  const load = generate({ model: 'slow' })
  await until(() => fake.requests.length === 1)
  const unload = generate({ model: 'slow', keep_alive: 0 })
  await until(() => fake.requests.length === 2)
  fake.script('slow', { hangs: null })
  await Promise.all([unload, load])
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(await loaded()).toEqual(left)
})

describe('num_ctx', () => {
  it.each(both)('reloads up, down, and when it is left out again (%s)', async (generation) => {
    await start({ generation, models: { plain: { contextLength: 8192 } } })
    for (const num_ctx of [1024, 2048, 512, undefined]) await generate({ model: 'plain', options: { num_ctx } })
    expect(fake.events.filter((event) => event.startsWith('loaded'))).toEqual(
      [1024, 2048, 512, 4096].map((context) => `loaded plain:latest ${context}`)
    )
  })

  it.each(both)('does not reload when it names the context in force (%s)', async (generation) => {
    await start({ generation, models: { plain: { contextLength: 2048 } } })
    await generate({ model: 'plain' })
    const context = JSON.parse((await rawRequest(fake.url, 'GET /api/ps')).text).models[0].context_length
    expect(context).toBe(generation === '0.11' ? 4096 : 2048)
    await generate({ model: 'plain', options: { num_ctx: context } })
    await generate({ model: 'plain', options: { temperature: 0 } })
    expect(fake.events).toHaveLength(1)
  })
})

describe('at the limit of loaded models', () => {
  it.each(both)('the idle one with the shortest keep_alive goes (%s)', async (generation) => {
    await start({ generation, maxLoadedModels: 2, models: { forever: {}, minutes: {}, next: {} } })
    await generate({ model: 'forever', keep_alive: -1 })
    await generate({ model: 'minutes', keep_alive: 300 })
    await generate({ model: 'next' })
    expect(await loaded()).toEqual(['forever:latest', 'next:latest'])
  })

  it('an idle one goes before a busy one, even if it was to stay for ever', async () => {
    await start({
      generation: '0.30',
      maxLoadedModels: 2,
      models: { forever: {}, busy: { hangs: 'stream' }, next: {} }
    })
    await generate({ model: 'forever', keep_alive: -1 })
    void generate({ model: 'busy', prompt: 'hi', keep_alive: 1 }).catch(() => {})
    await until(async () => (await loaded()).length === 2)
    await generate({ model: 'next' })
    expect(await loaded()).toEqual(['busy:latest', 'next:latest'])
  })
})

it('two loads at once evict the idle model, also one that was to stay for ever', async () => {
  await start({ maxLoadedModels: 2, models: { forever: {}, one: { loadMs: 30 }, two: { loadMs: 30 } } })
  await generate({ model: 'forever', keep_alive: -1 })
  await Promise.all(['one', 'two'].map((model) => generate({ model })))
  expect(await loaded()).toEqual(['one:latest', 'two:latest'])
})

it('a full queue answers 503, with its two spaces', async () => {
  await start({ generation: '0.30', maxQueue: 1, models: { slow: { hangs: 'load' }, a: {}, b: {} } })
  const first = generate({ model: 'slow' })
  await until(() => fake.requests.length === 1)
  const second = generate({ model: 'a' })
  await until(() => fake.requests.length === 2)
  expect(await generate({ model: 'b' })).toMatchObject({
    status: 503,
    text: '{"error":"server busy, please try again.  maximum pending requests exceeded"}'
  })
  fake.script('slow', { hangs: null })
  expect([(await first).status, (await second).status]).toEqual([200, 200])
})

it('a model goes when its keep_alive has run out', async () => {
  await start({ generation: '0.30', models: { plain: {} } })
  await generate({ model: 'plain', keep_alive: '20ms' })
  expect(await loaded()).toEqual(['plain:latest'])
  await until(async () => (await loaded()).length === 0)
})

it('a new process on the same port has the same models and nothing loaded', async () => {
  await start({ models: { plain: {} } })
  await generate({ model: 'plain', keep_alive: -1 })
  await fake.stop()
  await expect(generate({ model: 'plain' })).rejects.toThrow(/ECONNREFUSED/)
  await fake.restart()
  expect(await loaded()).toEqual([])
  expect((await generate({ model: 'plain' })).status).toBe(200)
})
