/** Answers no Ollama would give: what a client meets when a proxy, another program or a broken server is in its place. */
import type { ServerResponse } from 'node:http'

export type Fault =
  /** Accepts the request and never says a word. */
  | { kind: 'hang' }
  /** Answers properly, but late. */
  | { kind: 'delay'; ms: number }
  | { kind: 'html' }
  | { kind: 'half_json' }
  /** Good JSON, said to be something else. */
  | { kind: 'wrong_type' }
  /** Good JSON of a shape no version of the server ever had. */
  | { kind: 'wrong_shape' }
  /** A line without end; `bytes` is where even the fake gives up. */
  | { kind: 'endless_line'; bytes: number }
  /** Closes the connection without an answer. */
  | { kind: 'reset' }
  | { kind: 'status'; status: number; text: string }

/** `onBytes`: how much of an endless line has left. */
export function sendFault(
  fault: Exclude<Fault, { kind: 'delay' }>,
  response: ServerResponse,
  onBytes: (bytes: number) => void
): void {
  switch (fault.kind) {
    case 'hang':
      return
    case 'reset':
      response.destroy()
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
