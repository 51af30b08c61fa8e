/** A request's body as gin binds it, with Go's words for what is wrong with it. */
import type { IncomingMessage } from 'node:http'
import { HttpError } from './httpError.ts'

export interface GivenBody {
  body: Record<string, unknown>
  /** As it came. */
  text: string
}

/** `goName`: the Go type the error names. */
export async function readBody(request: IncomingMessage, goName: string): Promise<GivenBody> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') throw new HttpError(400, 'missing request body')
  const value = parse(text.trim())
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, `json: cannot unmarshal ${goType(value)} into Go value of type api.${goName}`)
  }
  const body = value as Record<string, unknown>
  for (const field of ['model', 'prompt', 'system', 'source', 'destination']) {
    const given = body[field]
    if (given === undefined || given === null || typeof given === 'string') continue
    throw new HttpError(
      400,
      `json: cannot unmarshal ${goType(given)} into Go struct field ${goName}.${field} of type string`
    )
  }
  return { body, text }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const [first = ''] = text
    if (/[[{"\d-]/.test(first)) throw new HttpError(400, 'unexpected EOF')
    throw new HttpError(400, `invalid character '${first}' looking for beginning of value`)
  }
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}
