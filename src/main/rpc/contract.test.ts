// The same promises over every way to the core: a transport that adds, drops or re-words something is caught here.
import { afterEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { requests, type Answer, type CoreEvent } from '../../shared/contract.ts'
import { maxQuestionLetters } from '../../shared/requestLimit.ts'
import { startServerFixture } from '../server/serverFixture.ts'
import { createFakeCore, type FakeCore } from './fakeCore.ts'

interface Way {
  core: FakeCore
  request(route: string, input?: unknown): Promise<Answer>
  subscribe(listener: (event: CoreEvent) => void): Promise<() => void>
  dispose(): void | Promise<void>
}

const ways: Record<string, () => Promise<Way>> = {
  async 'in process'() {
    const core = createFakeCore()
    return {
      core,
      request: (route, input) => core.dispatch(route, input, { client: 'script' }),
      subscribe: async (listener) => core.subscribe(listener),
      dispose: () => {}
    }
  },
  async 'requests over HTTP'() {
    const server = await startServerFixture()
    return {
      core: server.core,
      async request(route, input) {
        const response = await fetch(`${server.origin}/rpc/${route}`, {
          method: 'POST',
          headers: { ...server.bearer, 'content-type': 'application/json' },
          ...(input === undefined ? {} : { body: JSON.stringify(input) })
        })
        return (await response.json()) as Answer
      },
      subscribe: async (listener) => readEvents(await server.openSocket(), listener),
      dispose: server.dispose
    }
  },
  async 'everything over one WebSocket'() {
    const server = await startServerFixture()
    const socket = await server.openSocket()
    const waiting = new Map<number, (answer: Answer) => void>()
    socket.on('message', (data) => {
      const { id, answer } = JSON.parse(String(data)) as { id?: number; answer: Answer }
      if (id !== undefined) waiting.get(id)?.(answer)
    })
    return {
      core: server.core,
      request: (route, input) =>
        new Promise((resolve) => {
          const id = waiting.size
          waiting.set(id, resolve)
          socket.send(JSON.stringify({ id, route, input }))
        }),
      subscribe: async (listener) => readEvents(socket, listener),
      dispose: server.dispose
    }
  }
}

function readEvents(socket: WebSocket, listener: (event: CoreEvent) => void): () => void {
  const read = (data: unknown): void => {
    const message = JSON.parse(String(data)) as CoreEvent | { id: number }
    if ('type' in message) listener(message)
  }
  socket.on('message', read)
  return () => socket.off('message', read)
}

const modelId = { hostId: 'embedded', name: 'sample' }
const event: CoreEvent = {
  type: 'operation.progress',
  revision: 8,
  payload: {
    operationId: 'op-12345678',
    progress: { kind: 'tokens', text: 'zero \u0000, snow ☃, half \ud83d' } as never
  }
}

describe.each(Object.entries(ways))('%s', (_, open) => {
  let way: Way
  let core: FakeCore
  afterEach(() => way.dispose())
  async function start(): Promise<void> {
    way = await open()
    core = way.core
  }

  test('a handler gets the parsed input and its answer comes back with the revision', async () => {
    await start()
    expect(await way.request('hosts.list', { unknownKey: 1 })).toEqual({ ok: true, data: { hosts: [] }, revision: 7 })
    expect(core.calls).toEqual([{ route: 'hosts.list', input: {}, context: { client: 'script' } }])
  })

  test('no input means an empty one', async () => {
    await start()
    expect(await way.request('app.info')).toMatchObject({ ok: true, data: { version: '1.2.3' } })
  })

  test.each(['hosts.nothing', '__proto__', 'toString', 'constructor', 'hosts.list/', ' ', 'a'.repeat(90)])(
    'the route %j does not exist',
    async (route) => {
      await start()
      expect(await way.request(route, {})).toMatchObject({ ok: false, error: { code: 'route_not_found' } })
      expect(core.calls).toEqual([])
    }
  )

  test.each([
    ['models.load', {}],
    ['models.load', { id: 'sample' }],
    ['models.load', { id: { ...modelId, name: 5 } }],
    ['models.load', [modelId]],
    ['models.load', 'null'],
    ['models.generate', { id: modelId, prompt: 'x', messages: [{ role: 'tool', content: 'x' }] }],
    ['models.generate', { id: modelId, prompt: 'x', messages: Array(1_001).fill({ role: 'user', content: 'x' }) }],
    ['memory.history', { rangeMs: -1 }]
  ])('%s refuses %j before a handler sees it', async (route, input) => {
    await start()
    expect(await way.request(route, input)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    expect(core.calls).toEqual([])
  })

  test('the longest question passes, though JSON writes each of its letters with six', async () => {
    await start()
    // A control letter, and half of a pair: JSON has no shorter way to write them.
    const input = { id: modelId, prompt: '\u0001'.repeat(maxQuestionLetters - 2_000), system: '\uD800'.repeat(1_000) }
    const messages = Array.from({ length: 1_000 }, () => ({ role: 'user' as const, content: '\u001F' }))
    await way.request('models.generate', { ...input, messages })
    expect(core.calls.map(({ route }) => route)).toEqual(['models.generate'])
    expect(core.calls[0]?.input).toEqual({ ...input, messages })
  })

  test.each([
    ['prompt', { prompt: 'x'.repeat(maxQuestionLetters + 1) }],
    ['prompt, system and earlier turns', { prompt: 'x'.repeat(maxQuestionLetters), system: 'x' }]
  ])('one letter more in %s is refused with a sentence that names the limit', async (_, question) => {
    await start()
    expect(await way.request('models.generate', { id: modelId, ...question })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', message: expect.stringContaining('at most 4,000,000 letters') }
    })
    expect(core.calls).toEqual([])
  })

  test('an error made for people arrives whole', async () => {
    await start()
    expect(await way.request('models.load', { id: modelId })).toEqual({
      ok: false,
      error: { code: 'out_of_memory', message: 'There is not enough memory.', hint: 'Unload something.' }
    })
  })

  test('an unexpected error is an answer too', async () => {
    await start()
    expect(await way.request('models.remove', { id: modelId })).toMatchObject({
      ok: false,
      error: { code: 'internal' }
    })
  })

  test('events arrive whole and in order, and stop when the subscription ends', async () => {
    await start()
    const seen: CoreEvent[] = []
    const unsubscribe = await way.subscribe((next) => seen.push(next))
    for (let revision = 8; revision < 28; revision++) core.emit({ ...event, revision })
    await expect.poll(() => seen.length).toBe(20)
    expect(seen.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, index) => index + 8))
    expect(seen[0]).toEqual(event)
    unsubscribe()
    core.emit({ ...event, revision: 28 })
    await way.request('hosts.list', {})
    expect(seen).toHaveLength(20)
  })

  test('every route is known under its own name', async () => {
    await start()
    for (const route of Object.keys(requests)) {
      const answer = await way.request(route, 'not an object')
      expect(answer, route).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    }
    expect(core.calls).toEqual([])
  })
})
