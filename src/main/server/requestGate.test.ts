// Every door of the server, tried with what a hostile page, another program of this machine or a neighbour could send.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startServerFixture, type ServerFixture } from './serverFixture.ts'

let server: ServerFixture
let cookie: string
beforeAll(async () => {
  server = await startServerFixture()
  cookie = await server.exchange()
})
afterAll(() => server.dispose())
beforeEach(() => void server.core.calls.splice(0))

describe('the token', () => {
  test('is exchanged for a cookie that scripts cannot read, and leaves the address bar', async () => {
    const answer = await server.get(`/?token=${server.token}`)
    expect(answer).toMatchObject({ status: 303, headers: { location: '/', 'cache-control': 'no-store' } })
    const [set] = answer.headers['set-cookie'] as string[]
    expect(set).toMatch(/^stoker_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(set).toContain(`stoker_${server.port}=`)
    expect(set).not.toContain(server.token)
  })
  test('a second browser gets a session of its own, and both hold', async () => {
    const second = await server.exchange()
    expect(second).not.toBe(cookie)
    for (const each of [cookie, second]) expect((await server.get('/', { cookie: each })).status).toBe(200)
  })
  test('a browser that has its session is only sent on', async () => {
    const answer = await server.get(`/?token=${server.token}`, { cookie })
    expect(answer.status).toBe(303)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
  test('has 32 random bytes', () => expect(Buffer.from(server.token, 'base64url')).toHaveLength(32))

  test.each([
    ['no token', '/', {}],
    ['an empty token', '/?token=', {}],
    ['a wrong token', `/?token=${'A'.repeat(43)}`, {}],
    ['a foreign cookie', '/', { cookie: `stoker_1=${'A'.repeat(43)}` }],
    ['a wrong session', '/', { cookie: 'stoker_PORT=AAAA' }],
    ['the token as a cookie', '/', { cookie: 'stoker_PORT=TOKEN' }],
    ['a wrong bearer beside a good cookie', '/', { authorization: 'Bearer nope', cookie: 'COOKIE' }],
    ['the token in a basic header', '/', { authorization: 'Basic TOKEN' }],
    ['the token cut short', '/', { authorization: 'Bearer SHORT' }]
  ])('%s opens nothing', async (_, path, headers) => {
    const filled = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, fill(value)]))
    const page = await server.get(path, filled)
    expect(page.status).toBe(401)
    expect(page.body).toContain('Stoker')
    expect(page.headers['set-cookie']).toBeUndefined()
    expect((await server.get('/assets/app-1a2b.js', filled)).status).toBe(401)
    expect((await server.upgrade({ ...filled, origin: server.origin })).status).toBe(401)
    const refused = await server.send(
      'POST',
      '/rpc/hosts.list',
      { ...filled, origin: server.origin, 'content-type': 'application/json' },
      '{}'
    )
    expect(refused.status).toBe(401)
    expect(JSON.parse(refused.body)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(server.core.calls).toEqual([])
  })
  function fill(text: string): string {
    const parts = {
      PORT: server.port,
      TOKEN: server.token,
      COOKIE: cookie,
      SHORT: server.token.slice(0, 42)
    }
    return Object.entries(parts).reduce((filled, [name, value]) => filled.replace(name, value), text)
  }
})

describe('Host and Origin', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1.evil.example:PORT',
    '0.0.0.0:PORT'
  ])('the Host %j is not ours, whatever else is right', async (name) => {
    const wrong = name.replace('PORT', server.port)
    for (const path of ['/', '/healthz', `/?token=${server.token}`]) {
      expect((await server.get(path, { host: wrong, cookie })).status).toBe(421)
    }
    expect((await server.post('hosts.list', '{}', { host: wrong })).status).toBe(421)
    expect((await server.upgrade({ host: wrong, ...server.bearer })).status).toBe(421)
    expect(server.core.calls).toEqual([])
  })
  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('the Host %s is ours', async (name) => {
    expect((await server.get('/', { host: `${name}:${server.port}`, cookie })).status).toBe(200)
  })
  test.each([
    'http://evil.example',
    'null',
    'https://HOST',
    'http://localhost:PORT',
    'http://127.0.0.1',
    'http://HOST.evil.example'
  ])('the Origin %s is foreign, with a cookie and with the token', async (name) => {
    const origin = name.replace('HOST', server.host).replace('PORT', server.port)
    for (const who of [{ cookie }, server.bearer]) {
      expect((await server.upgrade({ ...who, origin })).status).toBe(403)
      const headers = { ...who, origin, 'content-type': 'application/json' }
      expect((await server.send('POST', '/rpc/hosts.list', headers, '{}')).status).toBe(403)
    }
    expect(server.core.calls).toEqual([])
  })
  test('no Origin is for scripts with the token, never for a cookie', async () => {
    expect((await server.upgrade({ cookie })).status).toBe(403)
    expect((await server.upgrade(server.bearer)).status).toBe(101)
    expect(
      (await server.send('POST', '/rpc/hosts.list', { cookie, 'content-type': 'application/json' }, '{}')).status
    ).toBe(403)
    expect(server.core.calls).toEqual([])
  })
  test('our own page is let in', async () => {
    expect((await server.upgrade({ cookie, origin: server.origin })).status).toBe(101)
    const answer = await server.send(
      'POST',
      '/rpc/hosts.list',
      { cookie, origin: server.origin, 'content-type': 'application/json' },
      '{}'
    )
    expect(answer.status).toBe(200)
    expect(server.core.calls).toMatchObject([{ route: 'hosts.list', context: { client: 'browser' } }])
  })
  test('a preflight gets no permission', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const answer = await server.send('OPTIONS', '/rpc/hosts.list', headers)
    expect(answer.status).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
