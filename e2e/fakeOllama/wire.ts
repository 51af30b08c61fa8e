/** Answers as Go writes them: escaped JSON, short ones with a length and long ones in chunks, times with nanoseconds. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpError } from './httpError.ts'

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  body: Record<string, unknown>
  /** Aborts when the client closes its connection. */
  signal: AbortSignal
}

/** Go's HTTP server counts the length of what fits its buffer and sends the rest in chunks. */
const bufferBytes = 2_048

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  type = 'application/json; charset=utf-8'
): void {
  send(response, status, type, goJson(value))
}

export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  send(response, status, type, text)
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const bytes = Buffer.from(text)
  response.writeHead(status, {
    'Content-Type': type,
    ...(bytes.length <= bufferBytes ? { 'Content-Length': bytes.length } : {})
  })
  response.end(bytes)
}

/** An error in place of a stream that has not begun: the stream's headers are half set by then, and it shows. */
export function sendEarlyError(response: ServerResponse, { status, message }: HttpError): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' })
  response.end(goJson({ error: message }))
}

/** Status and headers, and no body at all. */
export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Length': 0 })
  response.end()
}

export interface LineWriter {
  write(line: object): Promise<void>
  /** True once a line was sent: until then an error can still have a status of its own. */
  hasBegun(): boolean
  end(): void
}

/** Headers go out with the first line, not before. `splitBytes`: every line is cut into pieces of that size. */
export function createLineWriter({ response }: Exchange, splitBytes: number | null): LineWriter {
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  }
  return {
    async write(line) {
      begin()
      const bytes = Buffer.from(`${goJson(line)}\n`)
      const size = splitBytes ?? bytes.length
      for (let at = 0; at < bytes.length; at += size) {
        response.write(bytes.subarray(at, at + size))
        // Lets the piece leave by itself, so that a reader meets it alone.
        if (splitBytes !== null) await new Promise((resolve) => setImmediate(resolve))
      }
    },
    hasBegun: () => response.headersSent,
    end() {
      begin()
      response.end()
    }
  }
}

export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}

/** RFC 3339 with the trailing zeros of the fraction cut off, as Go prints times. `offsetMinutes` 0 is written as Z. */
export function goTime(epochMs: number, offsetMinutes = 0): string {
  const whole = Math.floor(epochMs)
  const nanoseconds = Math.round((epochMs - whole) * 1e6)
  const local = new Date(whole + offsetMinutes * 60_000).toISOString()
  const fraction = `${local.slice(20, 23)}${String(nanoseconds).padStart(6, '0')}`.replace(/0+$/, '')
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0')
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0')
  const zone = offsetMinutes === 0 ? 'Z' : `${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`
  return `${local.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${zone}`
}

/** Now, with the fraction of a millisecond that Date leaves out. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}
