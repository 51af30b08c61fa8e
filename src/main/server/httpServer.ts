/** The headless server: one origin for the page, its requests and its events, with every door behind the same gate. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from '../lib/logger.ts'
import { pageHeaders } from '../lib/pageHeaders.ts'
import { sendError, type HttpTransport } from '../rpc/httpTransport.ts'
import type { WebSocketTransport } from '../rpc/webSocketTransport.ts'
import type { AccessToken } from './accessToken.ts'
import type { Monitored, Monitoring } from './monitoring.ts'
import { isRefusal, type Refusal, type RequestGate } from './requestGate.ts'
import { sendText, type StaticFiles } from './staticFiles.ts'

const headersTimeoutMs = 10_000
/** For a request to arrive whole; its answer may take as long as a model takes to load. */
const requestTimeoutMs = 60_000

interface HttpServerDeps {
  access: AccessToken
  gate: RequestGate
  http: HttpTransport
  webSocket: WebSocketTransport
  staticFiles: StaticFiles
  monitoring: Monitoring
  logger: Logger
}

export interface HttpServer {
  /** Resolves with the port, or rejects as node:net does (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
  listen(port: number, bind: string): Promise<number>
  /** Cuts every connection. */
  dispose(): void
}

export function createHttpServer({
  access,
  gate,
  http,
  webSocket,
  staticFiles,
  monitoring,
  logger
}: HttpServerDeps): HttpServer {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: 5_000,
    // Longer than a page rests between two requests, so that none is sent into a connection that is just being closed.
    keepAliveTimeout: 65_000,
    // Some clients offer h2c with every request and must not be taken at their word.
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket'
  })
  server.on('request', take)
  // Without its own listener Node would ask for a large body before anyone has looked at the sender.
  server.on('checkContinue', take)
  server.on('upgrade', upgrade)

  function take(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response).catch((error: unknown) => {
      logger.error(`${request.method} failed`, error)
      response.destroy()
    })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, token } = readTarget(request)
    const refusal = gate.checkOrigin(request.headers)
    if (refusal) return refuse(pathname, response, refusal)
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (pathname === '/healthz' && isReading) return answerHealth(request, response)
    if (pathname === '/' && isReading && token !== null) return exchange(request, response, token)

    const admitted = gate.admit({ headers: request.headers, isAction: !isReading })
    if (isRefusal(admitted)) return refuse(pathname, response, admitted)
    if (pathname.startsWith('/rpc/')) {
      if (request.method !== 'POST') return sendText(response, 405, 'Requests are sent with POST.\n', { allow: 'POST' })
      return http.handle(pathname.slice('/rpc/'.length), request, response, admitted)
    }
    if (!isReading) return sendText(response, 405, 'Only GET works here.\n', { allow: 'GET, HEAD' })
    if (pathname === '/metrics') return sendMonitored(response, await monitoring.metrics())
    return staticFiles.send(pathname, response)
  }

  /** The token leaves the address bar, the history and the page's own reach: what stays is a cookie that scripts cannot read. */
  function exchange(request: IncomingMessage, response: ServerResponse, token: string): void {
    const isKnown = access.matchesCookie(request.headers.cookie)
    if (!isKnown && !access.matchesToken(token))
      return refuse('/', response, { status: 401, reason: 'That token is of another start.' })
    sendText(response, 303, '', { location: '/', ...(isKnown ? {} : { 'set-cookie': access.openSession() }) })
  }

  /** Everybody hears whether all is well; only who is let in hears why. A wrong token is said: its owner waits for more. */
  async function answerHealth(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request
    const admitted = gate.admit({ headers, isAction: false })
    const isStranger = isRefusal(admitted)
    if (isStranger && headers.authorization !== undefined) return refuse('/healthz', response, admitted)
    sendMonitored(response, isStranger ? await monitoring.publicHealth() : await monitoring.health())
  }

  function sendMonitored(response: ServerResponse, { status, contentType, body }: Monitored): void {
    response.writeHead(status, { ...pageHeaders, 'content-type': contentType, 'cache-control': 'no-store' })
    response.end(body)
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const admitted = gate.admit({ headers: request.headers, isAction: true })
    if (isRefusal(admitted)) return refuseUpgrade(socket, admitted.status)
    if (readTarget(request).pathname !== '/events') return refuseUpgrade(socket, 404)
    webSocket.accept(request, socket, head, admitted)
  }

  return {
    listen: (port, bind) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, bind, () => {
          server.off('error', reject)
          server.on('error', (error) => logger.error('The server failed', error))
          resolve((server.address() as AddressInfo).port)
        })
      }),
    dispose() {
      webSocket.dispose()
      server.close()
      server.closeAllConnections()
    }
  }
}

/** A request for data gets its refusal as an Answer, a person gets a sentence. */
function refuse(pathname: string, response: ServerResponse, { status, reason }: Refusal): void {
  // Whatever body was on its way is of no interest.
  response.setHeader('connection', 'close')
  if (pathname.startsWith('/rpc/'))
    return sendError(response, status, { code: 'forbidden', message: reason, hint: null })
  const hint =
    status === 401
      ? 'Open the whole address that Stoker printed when it started, the part after "token=" included.\n'
      : ''
  sendText(response, status, `${reason}\n${hint}`)
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy())
}

/** By hand: a URL parser would take `//elsewhere/x` for another host. */
function readTarget(request: IncomingMessage): { pathname: string; token: string | null } {
  const [pathname = '', query = ''] = (request.url ?? '').split('?', 2)
  return { pathname, token: new URLSearchParams(query).get('token') }
}
