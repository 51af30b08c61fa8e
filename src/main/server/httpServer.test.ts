// What the server gives to those it lets in: the page's files and nothing beside them, health, and sockets that cannot do harm.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMonitoring } from './monitoring.ts'
import { startServerFixture, type ServerFixture } from './serverFixture.ts'

let server: ServerFixture
let cookie: string
beforeAll(async () => {
  server = await startServerFixture()
  cookie = await server.exchange()
})
afterAll(() => server.dispose())
beforeEach(() => void server.core.calls.splice(0))

describe('the page', () => {
  test('comes with the headers that keep it in its origin', async () => {
    const { headers } = await server.get('/', { cookie })
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY'
    })
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe|connect-src[^;]*\*/)
  })
  test('hashed files are kept for ever', async () => {
    const { headers } = await server.get('/assets/app-1a2b.js', { cookie })
    expect(headers).toMatchObject({
      'cache-control': expect.stringContaining('immutable'),
      'content-type': expect.stringContaining('javascript')
    })
  })
  test.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '//secret.json',
    '/%252e%252e/secret.json',
    '/secret.json%00.js',
    '/nothing.js',
    '/%',
    '/assets',
    '/assets/'
  ])('%s is not there', async (path) => {
    const answer = await server.get(path, { cookie })
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('secret')
  })
  test('HEAD answers without a body, other methods not at all', async () => {
    expect(await server.send('HEAD', '/', { cookie })).toMatchObject({
      status: 200,
      body: ''
    })
    expect((await server.send('DELETE', '/', server.bearer)).status).toBe(405)
    expect((await server.get('/rpc/hosts.list', { cookie })).status).toBe(405)
  })
})

describe('health and metrics', () => {
  test('health says no more than that to anybody', async () => {
    const answer = await server.get('/healthz')
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(JSON.parse(answer.body)).toEqual({ status: 'degraded', version: '1.2.3' })
    expect((await server.get('/healthz', { cookie: 'stoker_1=old' })).body).toBe(answer.body)
  })
  test.each(['token', 'cookie'])('with the %s it is the whole story, and why', async (kind) => {
    const answer = await server.get('/healthz', kind === 'token' ? server.bearer : { cookie })
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } })
    expect(JSON.parse(answer.body)).toEqual({
      status: 'degraded',
      version: '1.2.3',
      problems: ['Ollama is down.'],
      hosts: [],
      loaded: [],
      settings: { maxLoadedModels: 2 }
    })
  })
  test('a wrong token is told so, not given the short answer for all time', async () => {
    expect((await server.get('/healthz', { authorization: 'Bearer of-an-earlier-start' })).status).toBe(401)
  })
  test.each(['token', 'cookie'])(
    'metrics are there with the %s, fresh each time, as Prometheus expects',
    async (kind) => {
      expect(await server.get('/metrics', kind === 'token' ? server.bearer : { cookie })).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
        body: 'stoker_build_info 1\n'
      })
    }
  )
  test.each([{}, { authorization: 'Bearer nope' }, { cookie: 'stoker_1=nope' }])(
    'metrics are for nobody else: %j',
    async (headers) => {
      const answer = await server.get('/metrics', headers)
      expect(answer.status).toBe(401)
      expect(answer.body).not.toContain('stoker_build')
      expect(server.core.calls).toEqual([])
    }
  )
  test('both are read only, and from our own origin', async () => {
    for (const path of ['/healthz', '/metrics']) {
      expect(await server.send('HEAD', path, server.bearer)).toMatchObject({ status: 200, body: '' })
      expect((await server.send('POST', path, server.bearer)).status).toBe(405)
      expect((await server.send('DELETE', path, server.bearer)).status).toBe(405)
      expect((await server.get(path, { ...server.bearer, origin: 'http://evil.example' })).status).toBe(403)
      expect((await server.get(path, { ...server.bearer, host: 'evil.example' })).status).toBe(421)
    }
  })
  test('a core that cannot tell is an error for whoever watches, without a word to strangers', async () => {
    const monitoring = createMonitoring({
      core: { dispatch: async () => ({ ok: false, error: { code: 'server_down', message: 'Leaving.', hint: null } }) },
      version: '1.2.3'
    })
    expect(await monitoring.publicHealth()).toMatchObject({
      status: 503,
      body: '{"status":"degraded","version":"1.2.3"}'
    })
    expect(JSON.parse((await monitoring.health()).body)).toMatchObject({ status: 'degraded', problems: ['Leaving.'] })
    expect(await monitoring.metrics()).toMatchObject({ status: 503, body: 'Leaving.\n' })
  })
})

describe('sockets', () => {
  test('only /events is one, and only for WebSocket', async () => {
    expect((await server.upgrade(server.bearer, '/rpc/hosts.list')).status).toBe(404)
    expect((await server.get('/healthz', { connection: 'Upgrade', upgrade: 'h2c' })).status).toBe(200)
  })
  test('a socket that talks too much is closed, the others go on', async () => {
    const [loud, calm] = await Promise.all([server.openSocket(), server.openSocket()])
    const closed = new Promise((resolve) => loud.once('close', resolve))
    loud.send('x'.repeat(2_000_000))
    await closed
    const heard = new Promise((resolve) => calm.once('message', (data) => resolve(JSON.parse(String(data)))))
    server.core.emit({ type: 'models.changed', revision: 8, payload: { models: [] } })
    expect(await heard).toMatchObject({ type: 'models.changed', revision: 8 })
    calm.terminate()
  })
})
