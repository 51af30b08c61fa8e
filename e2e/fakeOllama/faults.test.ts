/** Faults that come and go, other programs, several answers at once: a story that waits for one of them must meet it, and only it. */
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeOllama, type FakeOllamaOptions } from '../fakeOllama.ts'
import { startDeafServer } from './deafServer.ts'
import { rawRequest } from './rawRequest.ts'

let fake: FakeOllama
afterEach(() => fake.close())

const start = async (options: FakeOllamaOptions = {}): Promise<void> => {
  fake = await startFakeOllama({ models: { plain: {} }, ...options })
}
const version = () => rawRequest(fake.url, 'GET /api/version')
const statuses = async (count: number): Promise<number[]> => {
  const seen: number[] = []
  for (let i = 0; i < count; i++) seen.push((await version()).status)
  return seen
}
const ask = () => rawRequest(fake.url, 'POST /api/generate', { model: 'plain', prompt: 'hi', stream: false })

describe('a fault', () => {
  it('meets every n-th request', async () => {
    await start({ faults: { '/api/version': { kind: 'busy', every: 3 } } })
    expect(await statuses(7)).toEqual([200, 200, 503, 200, 200, 503, 200])
  })

  it('is over after so many', async () => {
    await start({ faults: { '*': { kind: 'error', status: 500, text: 'no', times: 2 } } })
    expect(await statuses(4)).toEqual([500, 500, 200, 200])
    fake.fault('*', { kind: 'busy' })
    expect(await statuses(1)).toEqual([503])
    fake.fault('*', null)
    expect(await statuses(1)).toEqual([200])
  })

  it('says when to come again', async () => {
    await start({ faults: { '/api/version': { kind: 'busy', retryAfter: '7' } } })
    const response = await fetch(`${fake.url}/api/version`)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toEqual({
      error: 'server busy, please try again.  maximum pending requests exceeded'
    })
  })

  it('tears the connection, or closes it in order', async () => {
    await start({ faults: { '/api/version': { kind: 'reset' }, '/api/tags': { kind: 'close' } } })
    await expect(version()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(rawRequest(fake.url, 'GET /api/tags')).rejects.toThrow('socket hang up')
  })
})

it('away for a while, it refuses connections, and comes back without its models', async () => {
  await start()
  await fake.anotherProgram.load('plain')
  const away = fake.beAway(50)
  await expect(version()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNREFUSED|ECONNRESET/) })
  await away
  expect(JSON.parse((await rawRequest(fake.url, 'GET /api/ps')).text)).toEqual({ models: [] })
})

it('another program loads, keeps and unloads, and is none of our requests', async () => {
  await start()
  const { anotherProgram } = fake
  const expiry = async (): Promise<number | undefined> => {
    const { models } = JSON.parse((await rawRequest(fake.url, 'GET /api/ps')).text) as {
      models: { expires_at: string }[]
    }
    return models[0] && Date.parse(models[0].expires_at) - Date.now()
  }
  // The server notes the end of a request a moment after its answer.
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
  await anotherProgram.load('plain', { keepAlive: 60, contextLength: 512 })
  await settled()
  expect(await expiry()).toBeLessThan(61_000)
  await anotherProgram.setKeepAlive('plain', -1, 512)
  await settled()
  expect(await expiry()).toBeGreaterThan(86_400_000)
  await anotherProgram.ask('plain', { contextLength: 1024 })
  await anotherProgram.unload('plain')
  await settled()
  expect(await expiry()).toBeUndefined()
  expect(fake.events).toEqual([
    'loaded plain:latest 512',
    'unloaded plain:latest',
    'loaded plain:latest 1024',
    'unloaded plain:latest'
  ])
  expect(fake.requests.every(({ path }) => path === '/api/ps')).toBe(true)
  await expect(anotherProgram.load('nope')).rejects.toThrow('404')
})

it.each([
  [1, 3],
  [3, 1]
])('with %i places for answers three take %i turns', async (parallel, turns) => {
  await start({ parallel, models: { plain: { promptMs: 120 } } })
  await ask()
  const startedAt = performance.now()
  await Promise.all([ask(), ask(), ask()])
  const passedMs = performance.now() - startedAt
  expect(passedMs).toBeGreaterThanOrEqual(turns * 115)
  if (turns === 1) expect(passedMs).toBeLessThan(330)
})

it('a model answers at the speed it is told to', async () => {
  await start({ models: { plain: { tokensPerSecond: 50 } } })
  const answer = JSON.parse((await ask()).text) as { eval_count: number; eval_duration: number }
  expect((answer.eval_count / answer.eval_duration) * 1e9).toBeLessThan(60)
})

it('a deaf address takes no connection, and refuses none', async () => {
  await start()
  const deaf = await startDeafServer()
  try {
    const outcome = await fetch(deaf.url, { signal: AbortSignal.timeout(200) }).catch((error: unknown) => error)
    expect(outcome).toMatchObject({ name: 'TimeoutError' })
  } finally {
    await deaf.close()
  }
})
