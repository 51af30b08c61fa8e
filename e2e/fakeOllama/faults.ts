/** Answers no Ollama would give: what a client meets when a proxy, another program or a broken server is in its place. */
import type { ServerResponse } from 'node:http'
import { sendJson } from './wire.ts'

/** `every`: only the n-th, 2n-th ... request to the path meets it. `times`: so many do, and then it is over. */
export type Fault = FaultKind & { every?: number; times?: number }

export type FaultKind =
  /** Accepts the request and never says a word. */
  | { kind: 'hang' }
  /** Answers properly, but late: not even the headers come before. */
  | { kind: 'delay'; ms: number }
  | { kind: 'html' }
  | { kind: 'half_json' }
  /** Good JSON, said to be something else. */
  | { kind: 'wrong_type' }
  /** Good JSON of a shape no version of the server ever had. */
  | { kind: 'wrong_shape' }
  /** A line without end; `bytes` is where even the fake gives up. */
  | { kind: 'endless_line'; bytes: number }
  /** Closes the connection without an answer, in order. */
  | { kind: 'close' }
  /** Tears the connection down: the client sees ECONNRESET. */
  | { kind: 'reset' }
  /** Plain text, as proxies send it. */
  | { kind: 'status'; status: number; text: string; retryAfter?: string }
  /** `{"error": text}`, as the server itself sends it. */
  | { kind: 'error'; status: number; text: string; retryAfter?: string }
  /** The 503 of a server whose queue is full. */
  | { kind: 'busy'; retryAfter?: string }

const queueFull = 'server busy, please try again.  maximum pending requests exceeded'

export interface Faults {
  set(path: string, fault: Fault | null): void
  /** The one this request meets; `*` stands for every path that has none of its own. */
  next(path: string): FaultKind | null
}

export function createFaults(initial: Record<string, Fault> = {}): Faults {
  const byPath = new Map(Object.entries(initial).map(([path, fault]) => [path, { fault, requests: 0, met: 0 }]))
  return {
    set: (path, fault) => void (fault ? byPath.set(path, { fault, requests: 0, met: 0 }) : byPath.delete(path)),
    next(path) {
      const entry = byPath.get(path) ?? byPath.get('*')
      if (!entry) return null
      const { every = 1, times = Infinity } = entry.fault
      entry.requests++
      if (entry.requests % every !== 0 || entry.met >= times) return null
      entry.met++
      return entry.fault
    }
  }
}

/** `onBytes`: how much of an endless line has left. */
export function sendFault(
  fault: Exclude<FaultKind, { kind: 'delay' }>,
  response: ServerResponse,
  onBytes: (bytes: number) => void
): void {
  if ('retryAfter' in fault) response.setHeader('Retry-After', fault.retryAfter ?? '')
  switch (fault.kind) {
    case 'hang':
      return
    case 'close':
      response.destroy()
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'html':
      return respond(response, 200, 'text/html', '<!doctype html><html><body>Please log in</body></html>')
    case 'half_json':
      return respond(response, 200, 'application/json; charset=utf-8', '{"models":[{"name":"half')
    case 'wrong_type':
      return respond(response, 200, 'application/octet-stream', '{"models":[],"version":"0.11.4"}')
    case 'wrong_shape':
      return respond(response, 200, 'application/json; charset=utf-8', '["neither","models","nor","version"]')
    case 'status':
      return respond(response, fault.status, 'text/plain', fault.text)
    case 'error':
      return sendJson(response, fault.status, { error: fault.text })
    case 'busy':
      return sendJson(response, 503, { error: queueFull })
    case 'endless_line':
      return sendEndlessLine(response, fault.bytes, onBytes)
  }
}

function respond(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type })
  response.end(text)
}

/** As fast as the reader takes it, so that its memory, not the fake's, would fill. */
function sendEndlessLine(response: ServerResponse, limitBytes: number, onBytes: (bytes: number) => void): void {
  const chunk = Buffer.alloc(256 * 1024, 0x61)
  let sent = 0
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  response.write('{"status":"')
  const pump = (): void => {
    while (!response.destroyed && sent < limitBytes) {
      sent += chunk.length
      onBytes(sent)
      if (!response.write(chunk)) return void response.once('drain', pump)
    }
    response.end()
  }
  pump()
}
