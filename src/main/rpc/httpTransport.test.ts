// Requests as bytes: whatever a client sends as a body, the answer is an Answer, and no handler sees anything unparsed.
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { Pool } from 'undici'
import { requests, type Answer } from '../../shared/contract.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { requestLimitBytes } from '../../shared/requestLimit.ts'
import { startServerFixture, type ServerFixture } from '../server/serverFixture.ts'

let server: ServerFixture
beforeAll(async () => {
  server = await startServerFixture()
})
afterAll(() => server.dispose())
beforeEach(() => void server.core.calls.splice(0))

describe('bodies', () => {
  test.each(['{', '', 'undefined', '{"a":1}x', '\u0000'])('%j is not JSON or has no input', async (body) => {
    const { status } = await server.post('models.load', body)
    expect(status).toBe(400)
    expect(server.core.calls).toEqual([])
  })
  test('broken UTF-8 is refused, not repaired', async () => {
    expect((await server.post('hosts.list', Buffer.from([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400)
  })
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', ''])(
    'the type %j is what a form of another page could send',
    async (type) => {
      const answer = await server.post('hosts.list', '{}', { 'content-type': type })
      expect(answer.status).toBe(415)
      expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
      expect(server.core.calls).toEqual([])
    }
  )
  test('what is longer than the longest question is refused by its length, before it is read, and told the limit', async () => {
    const answer = await server.post('models.generate', Buffer.alloc(requestLimitBytes + 1, 0x20))
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toEqual({
      ok: false,
      error: {
        code: 'invalid_input',
        message: 'A request may have at most 25 MB, which a question of 4,000,000 letters always fits into.',
        hint: 'Send less in one request.'
      }
    })
    expect(server.core.calls).toEqual([])
  })
  test('whose body is refused is told that the connection ends: what a client sent on it next would be lost', async () => {
    const refusedOf = async (headers: Record<string, string>, body: Buffer): Promise<string> => {
      const length = { 'content-length': String(body.length) }
      return receive((socket) => {
        socket.write(head({ ...length, ...headers }))
        socket.write(body)
      })
    }
    const long = await refusedOf({}, Buffer.alloc(requestLimitBytes + 1, 0x20))
    expect(long).toMatch(/^HTTP\/1.1 413 [^]*\r\nconnection: close\r\n[^]*Send less in one request/i)
    const form = await refusedOf({ 'content-type': 'text/plain' }, Buffer.from('hello'))
    expect(form).toMatch(/^HTTP\/1.1 415 [^]*\r\nconnection: close\r\n/i)
  })
  test('a body without a length is cut off, not gathered', async () => {
    const { received, sentBytes } = await streamWithoutEnd()
    expect(received).toContain(' 413 ')
    expect(sentBytes).toBeLessThan(64 * 1_048_576)
    expect(server.core.calls).toEqual([])
  }, 10_000)
  test('a client that asks first is told before it sends', async () => {
    const headers = { expect: '100-continue', 'content-length': String(requestLimitBytes + 1) }
    const large = await sendHeadersOnly(headers)
    expect(large).toMatch(/^HTTP\/1.1 413 /)
    expect(await sendHeadersOnly({ ...headers, 'content-length': '2' })).toMatch(/^HTTP\/1.1 100 /)
  })

  const head = (headers: Record<string, string>): string =>
    [
      'POST /rpc/hosts.list HTTP/1.1',
      ...Object.entries({
        host: server.host,
        ...server.bearer,
        'content-type': 'application/json',
        ...headers
      }).map(([name, value]) => `${name}: ${value}`),
      '',
      ''
    ].join('\r\n')

  function streamWithoutEnd(): Promise<{ received: string; sentBytes: number }> {
    return new Promise((resolve) => {
      let received = ''
      const socket = connect(Number(server.port), '127.0.0.1')
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')])
      const pump = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('data', (part) => (received += String(part)))
      socket.on('drain', pump)
      socket.on('error', () => {})
      socket.on('close', () => resolve({ received, sentBytes: socket.bytesWritten }))
      socket.write(head({ 'transfer-encoding': 'chunked' }))
      pump()
    })
  }
  /** All that comes until the server closes. */
  function receive(send: (socket: Socket) => void): Promise<string> {
    return new Promise((resolve) => {
      let received = ''
      const socket = connect(Number(server.port), '127.0.0.1')
      socket.on('data', (part) => (received += String(part)))
      socket.on('error', () => {})
      socket.on('close', () => resolve(received))
      send(socket)
    })
  }
  function sendHeadersOnly(headers: Record<string, string>): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(server.port), '127.0.0.1')
      socket.once('data', (part) => {
        socket.destroy()
        resolve(String(part))
      })
      socket.write(head(headers))
    })
  }
})

describe('status', () => {
  const id = { hostId: 'h', name: 'm' }
  test.each([
    ['hosts.list', {}, 200],
    ['hosts.nothing', {}, 404],
    ['models.load', {}, 400],
    ['models.load', { id }, 200],
    ['models.remove', { id }, 500]
  ])('%s %j answers %i', async (route, input, status) => {
    expect((await server.post(route, JSON.stringify(input))).status).toBe(status)
  })
  test('a client that goes away cancels nothing', async () => {
    const abort = new AbortController()
    const asked = fetch(`${server.origin}/rpc/models.unload`, {
      method: 'POST',
      headers: { ...server.bearer, 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
      signal: abort.signal
    })
    await expect.poll(() => server.core.calls.length).toBe(1)
    abort.abort()
    await expect(asked).rejects.toThrow('aborted')
    server.core.finishUnloads()
    expect((await server.post('hosts.list', '{}')).status).toBe(200)
  })
})

describe('fuzz', () => {
  test('10,000 malformed messages reach no handler unparsed, and the server lives', async () => {
    const routes = [...Object.keys(requests), '', 'x', '__proto__', 'constructor.name', '..', '%00', 'models.load?x=1']
    const message = fc.record({
      route: fc.oneof(fc.constantFrom(...routes), fc.webPath()),
      body: fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 200 })),
      type: fc.oneof(
        { weight: 19, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constant('text/plain') }
      )
    })
    const pool = new Pool(server.origin, { connections: 8 })
    const statuses = new Map<number, number>()
    for (const batch of chunk(fc.sample(message, { numRuns: 10_000, seed: 1 }), 200)) {
      const answers = batch.map(async ({ route, body, type }) => {
        const headers = { ...server.bearer, 'content-type': type }
        const answer = await pool.request({ method: 'POST', path: `/rpc/${route}`, headers, body })
        const { ok } = (await answer.body.json()) as Answer
        expect(typeof ok).toBe('boolean')
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
      })
      await Promise.all(answers)
    }
    await pool.close()
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000)
    expect([...statuses.keys()].toSorted()).toEqual([200, 400, 404, 415])
    for (const { route, input } of server.core.calls) {
      expect(requests[route].input.safeParse(input), route).toMatchObject({ success: true, data: input })
    }
    expect((await server.get('/healthz')).status).toBe(200)
  }, 120_000)
})

function chunk<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size)
  )
}
