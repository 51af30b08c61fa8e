/** A real server over a fake core and a page of two files, with requests exactly as written: fetch would mend Host, Origin and path. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket, type ClientOptions } from 'ws'
import { systemClock, type Clock } from '../lib/clock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeCore, type FakeCore } from '../rpc/fakeCore.ts'
import { startCoreServer } from './coreServer.ts'

type Headers = Record<string, string>

export interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

export interface ServerFixture {
  core: FakeCore
  origin: string
  host: string
  port: string
  token: string
  /** For scripts. */
  bearer: { authorization: string }
  /** Exchanges the token as a new browser would; the value of its Cookie header. */
  exchange(): Promise<string>
  send(method: string, path: string, headers?: Headers, body?: string | Buffer): Promise<RawAnswer>
  get(path: string, headers?: Headers): Promise<RawAnswer>
  /** As JSON with the token, unless the headers say otherwise. */
  post(route: string, body: string | Buffer, headers?: Headers): Promise<RawAnswer>
  /** What the server says to an upgrade: 101 when it lets the socket in. */
  upgrade(headers: Headers, path?: string): Promise<RawAnswer>
  /** A socket that has been let in. */
  openSocket(options?: ClientOptions): Promise<WebSocket>
  dispose(): Promise<void>
}

export async function startServerFixture(clock: Clock = systemClock): Promise<ServerFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'stoker-server-'))
  const rendererDirectory = join(directory, 'page')
  await mkdir(join(rendererDirectory, 'assets'), { recursive: true })
  await writeFile(join(rendererDirectory, 'index.html'), '<title>Stoker</title>')
  await writeFile(join(rendererDirectory, 'assets/app-1a2b.js'), 'export {}')
  await writeFile(join(directory, 'secret.json'), '{"secret":true}')

  const core = createFakeCore()
  const deps = { core, rendererDirectory, version: '1.2.3', clock, logger: silentLogger }
  const server = await startCoreServer({ ...deps, port: 0, bind: '127.0.0.1' })
  const { host, port } = new URL(server.origin)
  const bearer = { authorization: `Bearer ${server.token}` }

  const send: ServerFixture['send'] = (method, path, headers = {}, body) =>
    sendRaw(Number(port), method, path, headers, body)
  const get: ServerFixture['get'] = (path, headers) => send('GET', path, headers)
  return {
    core,
    origin: server.origin,
    host,
    port,
    token: server.token,
    bearer,
    async exchange() {
      const answer = await get(`/?token=${server.token}`)
      return String(answer.headers['set-cookie']).split(';')[0] ?? ''
    },
    send,
    get,
    post: (route, body, headers) =>
      send('POST', `/rpc/${route}`, { 'content-type': 'application/json', ...bearer, ...headers }, body),
    upgrade: (headers, path = '/events') =>
      get(path, {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers
      }),
    async openSocket(options = {}) {
      const socket = new WebSocket(`ws://${host}/events`, { ...options, headers: bearer })
      await once(socket, 'open')
      return socket
    },
    async dispose() {
      server.dispose()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

function sendRaw(
  port: number,
  method: string,
  path: string,
  headers: Headers,
  body?: string | Buffer
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ hostname: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() })
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve({ status: 101, headers: {}, body: '' })
    })
    sent.end(body)
  })
}
