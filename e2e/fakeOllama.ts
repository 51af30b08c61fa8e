/**
 * An Ollama to test against: a real HTTP server with the real one's rules, in two generations, whose models, speed and failures
 * are scripted. Nothing in it computes; everything a client can see is as the real server does it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { isAllowed } from './fakeOllama/access.ts'
import { anotherProgramHeader, createAnotherProgram, type AnotherProgram } from './fakeOllama/anotherProgram.ts'
import { pickScript, withTag, type FakeModelSpec, type FakeScript } from './fakeOllama/fakeModel.ts'
import { createFakeState, type FakeServerOptions } from './fakeOllama/fakeState.ts'
import { createFaults, sendFault, type Fault } from './fakeOllama/faults.ts'
import { HttpError } from './fakeOllama/httpError.ts'
import { readBody } from './fakeOllama/readBody.ts'
import { allowedMethods, findRoute } from './fakeOllama/routes.ts'
import { sendEmpty, sendJson, sendText } from './fakeOllama/wire.ts'

export type { AnotherProgram } from './fakeOllama/anotherProgram.ts'
export type { FakeModelSpec, FakeScript } from './fakeOllama/fakeModel.ts'
export type { FakeAsk } from './fakeOllama/scriptedAnswer.ts'
export type { FakePull } from './fakeOllama/fakeState.ts'
export type { Fault } from './fakeOllama/faults.ts'

export interface FakeOllamaOptions extends Partial<FakeServerOptions> {
  models?: Record<string, FakeModelSpec>
  /** As `fault`, from the first request on. */
  faults?: Record<string, Fault>
  /** 0: any free one. */
  port?: number
}

/** One request as the server saw it. */
export interface FakeRequest {
  method: string
  path: string
  body: unknown
  /** The body byte for byte; null where the route takes none. */
  raw: string | null
  /** null while it runs; 499 when the client left before the answer. */
  status: number | null
}

export interface FakeOllama {
  url: string
  port: number
  requests: FakeRequest[]
  /** What the scheduler did: "loaded NAME CONTEXT", "unloaded NAME", "load failed NAME". */
  events: string[]
  /** How often this model was loaded, or all of them together. */
  loads(name?: string): number
  /** Bytes that left in an endless line. */
  endlessBytes(): number
  /** Changes a model's behaviour from now on. */
  script(name: string, script: FakeScript): void
  addModel(name: string, spec?: FakeModelSpec): void
  /** Every request to this path (`*`: to any) is answered wrongly until null is set; a fault may be meant for some of them only. */
  fault(path: string, fault: Fault | null): void
  /** Somebody else on this server. */
  anotherProgram: AnotherProgram
  /** The process dies: connections break, the port is closed, memory is free. */
  stop(): Promise<void>
  /** A new process on the same port and disk. */
  restart(): Promise<void>
  /** Dies, refuses connections for so long, and is back. */
  beAway(ms: number): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

const defaults: FakeServerOptions = {
  generation: '0.11',
  version: '0.11.4',
  maxLoadedModels: 3,
  memoryBytes: null,
  maxQueue: 512,
  keepAliveMs: 300_000,
  defaultContext: 4_096,
  unloadMs: 2,
  splitBytes: null,
  offsetMinutes: 0,
  isOffline: false,
  parallel: 1,
  library: {}
}

export async function startFakeOllama({
  models = {},
  faults: initialFaults,
  port: wantedPort = 0,
  ...given
}: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const version = given.generation === '0.30' ? '0.30.2' : defaults.version
  const requests: FakeRequest[] = []
  const events: string[] = []
  const faults = createFaults(initialFaults)
  const state = createFakeState({ ...defaults, version, ...given }, (event) => events.push(event))
  for (const [name, spec] of Object.entries(models)) state.addModel(name, spec)
  let endlessBytes = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    const entry: FakeRequest = { method: request.method ?? '', path, body: null, raw: null, status: null }
    if (request.headers[anotherProgramHeader] === undefined) requests.push(entry)
    const gone = new AbortController()
    response.on('close', () => {
      entry.status ??= response.writableFinished ? response.statusCode : 499
      if (!response.writableFinished) gone.abort()
    })
    try {
      await route(entry, { request, response, signal: gone.signal })
    } catch (error) {
      // A client that left has torn its request apart, wherever it was being read.
      if (gone.signal.aborted) return
      if (!(error instanceof HttpError)) throw error
      if (!response.headersSent) sendJson(response, error.status, { error: error.message })
    }
  }

  async function route(
    entry: FakeRequest,
    exchange: { request: IncomingMessage; response: ServerResponse; signal: AbortSignal }
  ): Promise<void> {
    const { request, response } = exchange
    const isAnother = request.headers[anotherProgramHeader] !== undefined
    const fault = isAnother ? null : faults.next(entry.path)
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    else if (fault) return sendFault(fault, response, (bytes) => (endlessBytes = bytes))
    if (!isAllowed(request)) return sendEmpty(response, 403)
    const handler = findRoute(entry.method, entry.path)
    if (!handler) {
      const allowed = allowedMethods(entry.path)
      if (allowed === null) return sendText(response, 404, '404 page not found')
      response.setHeader('Allow', allowed)
      return sendText(response, 405, '405 method not allowed')
    }
    const given = handler.takesBody ? await readBody(request, handler.goName) : null
    entry.body = given?.body ?? null
    entry.raw = given?.text ?? null
    await handler.run(state, { ...exchange, body: given?.body ?? {} })
  }

  let listening = await listen(answer, wantedPort)
  const { port } = listening
  const stop = async (): Promise<void> => {
    state.restart()
    await listening.close()
  }
  const restart = async (): Promise<void> => {
    await stop()
    listening = await listen(answer, port)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    events,
    loads: (name) =>
      events.filter((event) => event.startsWith(name === undefined ? 'loaded ' : `loaded ${withTag(name)} `)).length,
    endlessBytes: () => endlessBytes,
    script(name, script) {
      const model = state.findModel(name)
      if (!model) throw new Error(`The fake has no model "${name}".`)
      Object.assign(model.script, pickScript(script))
    },
    addModel: (name, spec = {}) => void state.addModel(name, spec),
    fault: faults.set,
    anotherProgram: createAnotherProgram(`http://127.0.0.1:${port}`),
    stop,
    restart,
    async beAway(ms) {
      await stop()
      await new Promise((resolve) => setTimeout(resolve, ms))
      await restart()
    },
    close: stop
  }
}

const badRequest =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'

interface Listening {
  port: number
  close(): Promise<void>
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  wantedPort: number
): Promise<Listening> {
  const sockets = new Set<Socket>()
  const answering = new Map<Duplex, ServerResponse>()
  const server: Server = createServer((request, response) => {
    answering.set(request.socket, response)
    response.on('close', () => answering.delete(request.socket))
    void answer(request, response)
  })
  // Go never closes an idle connection by itself.
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // What follows a DELETE without a length, for one: its body, read as the next request.
  server.on('clientError', (_, socket) => {
    const refuse = (): void => void socket.end(badRequest)
    // Only after the answer to the request before it.
    const before = answering.get(socket)
    if (before) before.on('close', refuse)
    else refuse()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wantedPort, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }
}
