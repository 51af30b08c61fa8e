/**
 * Requests over HTTP: `POST /rpc/<route>` with a JSON body, always answered with the Answer as JSON. The status says who erred: 400 and
 * 404 the caller, 500 Stoker; everything else is 200, a plain answer about the world ("Ollama is down" is no failed request). 401 and
 * 403 come from the gate alone, so that a page can tell that it was shut out.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, RequestContext } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts'
import { requestLimitBytes, requestTooLong } from '../../shared/requestLimit.ts'
import type { Logger } from '../lib/logger.ts'

/** How long a refused body may still arrive before its connection is closed, so that the refusal can be read. */
const drainMs = 1_000

const statusOf: Partial<Record<ErrorCode, number>> = { invalid_input: 400, route_not_found: 404, internal: 500 }

const notJson: ErrorInfo = {
  code: 'invalid_input',
  message: 'The body of a request is JSON.',
  hint: 'Send it with the header content-type: application/json.'
}

interface HttpTransportDeps {
  core: Pick<Core, 'dispatch'>
  logger: Logger
}

export interface HttpTransport {
  /** Answers one POST whose sender has been let in already. A client that goes away cancels nothing: operations.cancel does. */
  handle(route: string, request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void>
}

export function createHttpTransport({ core, logger }: HttpTransportDeps): HttpTransport {
  return {
    async handle(route, request, response, context) {
      if (!isJson(request.headers['content-type'])) {
        return refuseBody(request, response, 415, notJson)
      }
      const body = await readBody(request, response, requestLimitBytes)
      if (body === 'too_large') {
        return refuseBody(request, response, 413, requestTooLong)
      }
      if (body === 'cut_off') return
      const input = parseJson(body)
      if (!input.ok)
        return sendError(response, 400, { code: 'invalid_input', message: 'The body is not JSON.', hint: null })
      try {
        const answer = await core.dispatch(route, input.value, context)
        sendAnswer(response, answer.ok ? 200 : (statusOf[answer.error.code] ?? 200), answer)
      } catch (error) {
        logger.error(`${route} could not be answered`, error)
        sendError(response, 500, {
          code: 'internal',
          message: 'Stoker could not answer.',
          hint: 'The log has the details.'
        })
      }
    }
  }
}

export function sendError(response: ServerResponse, status: number, error: ErrorInfo): void {
  sendAnswer(response, status, { ok: false, error })
}

function sendAnswer(response: ServerResponse, status: number, answer: Answer): void {
  response.end(startAnswer(response, status, answer))
}

/** Writes the head; returns the body. */
function startAnswer(response: ServerResponse, status: number, answer: Answer): Buffer {
  const body = Buffer.from(JSON.stringify(answer))
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store'
  })
  return body
}

/**
 * Refuses before the body is read. It is thrown away as it comes, up to a limit, and the connection is closed when all of it has come
 * or a moment has passed: closed at once, whoever still sends would lose the refusal.
 */
function refuseBody(request: IncomingMessage, response: ServerResponse, status: number, error: ErrorInfo): void {
  response.setHeader('connection', 'close')
  // Complete for its reader; its end is what closes the connection.
  response.write(startAnswer(response, status, { ok: false, error }))
  const end = setTimeout(() => response.end(), drainMs).unref()
  let bytes = 0
  request.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > requestLimitBytes) request.pause()
  })
  for (const over of ['end', 'close'])
    request.once(over, () => {
      clearTimeout(end)
      response.end()
    })
}

function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limitBytes: number
): Promise<Buffer | 'too_large' | 'cut_off'> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.resolve('too_large')
  // A careful client asks before it sends a large body.
  if (request.headers.expect === '100-continue') response.writeContinue()
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    const onData = (part: Buffer): void => {
      bytes += part.length
      if (bytes > limitBytes) {
        request.off('data', onData)
        resolve('too_large')
      } else parts.push(part)
    }
    request.on('data', onData)
    request.once('end', () => resolve(Buffer.concat(parts)))
    request.once('error', () => resolve('cut_off'))
    request.once('close', () => resolve('cut_off'))
  })
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '')
}

/** No body at all means no input; bytes that are not UTF-8 are not JSON either. */
function parseJson(body: Buffer): { ok: true; value: unknown } | { ok: false } {
  if (body.length === 0) return { ok: true, value: undefined }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return { ok: false }
  }
}
