/** What the network layer throws, as errors a person can read. */
import { StokerError } from '../../../shared/errors.ts'

const startHint = 'Start Ollama, or correct its address.'

/** `signal` aborted means that we closed the connection ourselves: its reason is the error, whatever the socket said. */
export function toTransportError(
  error: unknown,
  signal: AbortSignal,
  { url, connectTimeoutMs }: { url: string; connectTimeoutMs: () => number }
): unknown {
  if (signal.aborted && signal.reason instanceof StokerError) return signal.reason
  if (error instanceof StokerError) return error
  const code = errorCode(error)
  if (code.startsWith('HPE_')) {
    return new StokerError('bad_answer', `What answers at ${url} does not speak HTTP.`, 'Check the address.', {
      cause: error
    })
  }
  const encryption = encryptionError(code, url, error)
  if (encryption) return encryption
  switch (code) {
    case 'ECONNREFUSED':
      return new StokerError('server_down', `Ollama is not running at ${url}.`, startHint, { cause: error })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StokerError('server_down', `The machine of ${url} was not found.`, 'Check the address.', {
        cause: error
      })
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return new StokerError('server_down', `The machine of ${url} cannot be reached.`, startHint, { cause: error })
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new StokerError(
        'timed_out',
        `${url} took no connection within ${Math.round(connectTimeoutMs() / 100) / 10} s.`,
        'The machine may be asleep, or a firewall in the way: check it and the address. The limit is a setting ("Connection within").',
        { phase: 'connect', cause: error }
      )
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new StokerError(
        'server_down',
        'Ollama closed the connection.',
        'It may have been stopped or restarted: try again in a moment.',
        { cause: error }
      )
    default:
      return error
  }
}

/** None of these passes by being asked again. */
function encryptionError(code: string, url: string, cause: unknown): StokerError | null {
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code))
    return new StokerError(
      'bad_answer',
      `What answers at ${url} does not speak HTTPS.`,
      'Write http:// instead of https:// in its address.',
      { cause }
    )
  if (/CERT|_SIGNATURE$/.test(code))
    return new StokerError(
      'bad_answer',
      `The certificate of ${url} is not trusted (${code}).`,
      'Check the address and the certificate.',
      { cause }
    )
  if (!/^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code)) return null
  return new StokerError(
    'bad_answer',
    `No encrypted connection with ${url} came about (${code}).`,
    'Check the address, and what answers there.',
    { cause }
  )
}

/** Node hangs the code on the error, on its cause, or on the errors of an AggregateError (one per address tried). */
function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return errorCode(error.errors[0])
  return 'cause' in error ? errorCode(error.cause) : ''
}
