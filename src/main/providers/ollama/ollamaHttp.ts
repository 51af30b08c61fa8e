/**
 * One small HTTP client for Ollama, instead of the calls of the `ollama` package (its types are used where they are right):
 * those take no AbortSignal, cannot be cancelled before the first byte (a load sends none until it is done), and run on a
 * fetch that gives up after 300 seconds without headers, which would destroy long loads.
 */
import { request, type Dispatcher } from 'undici'
import { StokerError } from '../../../shared/errors.ts'
import { abortable } from '../../lib/abortable.ts'
import { abortReason } from '../../lib/abortReason.ts'
import type { Clock } from '../../lib/clock.ts'
import { readErrorBody } from './errorBody.ts'
import { createNdjsonSplitter } from './ndjson.ts'
import { createOllamaConnections } from './ollamaConnections.ts'
import { classifyOllamaError } from './ollamaErrors.ts'
import { readRetryAfterMs } from './retryAfter.ts'
import { toTransportError } from './transportErrors.ts'

const maxLineBytes = 8 * 1024 * 1024
const maxJsonBytes = 64 * 1024 * 1024
const maxErrorBytes = 256 * 1024

export type Method = 'GET' | 'POST' | 'DELETE'

export interface OllamaHttp {
  /** One JSON answer; null for an empty one. `timeoutMs` null: no limit, as a load needs. */
  json(
    method: Method,
    path: string,
    body: object | null,
    limits: { signal: AbortSignal; timeoutMs: number | null }
  ): Promise<unknown>
  /** A stream of JSON lines. Ending the loop early closes the connection, which ends Ollama's work too. */
  lines(path: string, body: object, signal: AbortSignal): AsyncGenerator<unknown, void, void>
  /** As OllamaConnections: fresh connections from now on. */
  renew(): boolean
  dispose(): Promise<void>
}

export interface HttpDeps {
  url: string
  /** Read anew for every connection. */
  connectTimeoutMs: () => number
  clock: Clock
}

export function createOllamaHttp({ url, connectTimeoutMs, clock }: HttpDeps): OllamaHttp {
  const connections = createOllamaConnections(connectTimeoutMs)
  const words = { url, connectTimeoutMs }

  async function send(
    method: Method,
    path: string,
    body: object | null,
    { signal, dispatcher }: { signal: AbortSignal; dispatcher: Dispatcher }
  ): Promise<Dispatcher.ResponseData> {
    signal.throwIfAborted()
    // While a connection is still being opened, undici does not hear the signal.
    const sent = request(url + path, {
      method,
      dispatcher,
      signal,
      headers: {
        accept: 'application/json, application/x-ndjson',
        ...(body ? { 'content-type': 'application/json' } : {})
      },
      body: body ? JSON.stringify(body) : null
    })
    const response = await abortable(sent, signal)
    // A body destroyed on purpose says so with an error event nobody waits for.
    response.body.on('error', () => {})
    if (response.statusCode < 200 || response.statusCode > 299) throw await readError(response, clock.now())
    return response
  }

  return {
    async json(method, path, body, { signal, timeoutMs }) {
      const deadline = createDeadline(clock, signal, timeoutMs)
      const { dispatcher, release } = connections.lease()
      try {
        return parseJson(await readText(await send(method, path, body, { signal: deadline.signal, dispatcher })))
      } catch (error) {
        throw toTransportError(error, deadline.signal, words)
      } finally {
        release()
        deadline.end()
      }
    },

    async *lines(path, body, callerSignal) {
      const { signal, end } = createDeadline(clock, callerSignal, null)
      const { dispatcher, release } = connections.lease()
      let response: Dispatcher.ResponseData | null = null
      try {
        response = await send('POST', path, body, { signal, dispatcher })
        requireJsonType(response)
        const splitter = createNdjsonSplitter(maxLineBytes)
        for await (const chunk of response.body) yield* splitter.push(chunk as Uint8Array)
        yield* splitter.end()
      } catch (error) {
        throw toTransportError(error, signal, words)
      } finally {
        end()
        response?.body.destroy()
        release()
      }
    },

    renew: connections.renew,
    dispose: connections.dispose
  }
}

/** The caller's signal and a time limit as one signal, whose reason is the error to throw. */
function createDeadline(clock: Clock, signal: AbortSignal, timeoutMs: number | null) {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(abortReason(signal))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const cancelTimer =
    timeoutMs === null
      ? null
      : clock.after(timeoutMs, () => {
          const seconds = Math.round(timeoutMs / 100) / 10
          controller.abort(
            new StokerError(
              'timed_out',
              `Ollama did not answer within ${seconds} s.`,
              'It may be busy with a load: try again in a moment. The limit is a setting ("Server answers within").',
              { phase: 'api' }
            )
          )
        })
  return {
    signal: controller.signal,
    end() {
      cancelTimer?.()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

async function readText(response: Dispatcher.ResponseData): Promise<string> {
  const bytes = await readBytes(response, maxJsonBytes)
  if (bytes === null) {
    throw new StokerError('bad_answer', 'Ollama sent an answer that never ends.', 'Is this really an Ollama server?')
  }
  if (bytes.length > 0) requireJsonType(response)
  return bytes.toString('utf8')
}

/** null: more than `limit` came; the connection is closed rather than filling memory. */
async function readBytes(response: Dispatcher.ResponseData, limit: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StokerError(
      'bad_answer',
      `Ollama sent half an answer, or none in JSON: ${excerpt(text)}`,
      'Is something between Stoker and Ollama?',
      { cause }
    )
  }
}

/** A missing type is let pass (the content decides); a wrong one is a proxy's page or another program. */
function requireJsonType(response: Dispatcher.ResponseData): void {
  const type = String(response.headers['content-type'] ?? '')
  if (type === '' || /json/i.test(type)) return
  response.body.destroy()
  throw new StokerError(
    'bad_answer',
    `Ollama should have sent JSON, but "${type.slice(0, 60)}" came.`,
    'Another program may answer at this address: check it.'
  )
}

async function readError(response: Dispatcher.ResponseData, now: number): Promise<StokerError> {
  const text = ((await readBytes(response, maxErrorBytes)) ?? Buffer.alloc(0)).toString('utf8')
  const retryAfterMs = readRetryAfterMs(response.headers['retry-after'], now)
  return classifyOllamaError(
    response.statusCode,
    readErrorBody(text),
    retryAfterMs === undefined ? {} : { retryAfterMs }
  )
}

function excerpt(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 120)
}
