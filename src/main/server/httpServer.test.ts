// What the server gives to those it lets in: the page's files and nothing beside them, health, and sockets that cannot do harm.
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
  test('health says no more than that, to anybody', async () => {
    expect(JSON.parse((await server.get('/healthz')).body)).toEqual({ status: 'ok', version: '1.2.3' })
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
