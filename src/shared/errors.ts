/** What can go wrong, named for programs and said for people; the only error shape that crosses the contract. */

export const errorCodes = [
  'route_not_found',
  'invalid_input',
  'forbidden',
  /** Something newer is there than the request was made from. */
  'conflict',
  'internal',
  'host_not_found',
  'model_not_found',
  'model_busy',
  'not_supported',
  'limit_reached',
  'does_not_fit',
  'out_of_memory',
  'unknown_architecture',
  'missing_tensor',
  'bad_model_file',
  'context_exceeded',
  'engine_crashed',
  'server_busy',
  /** An answer of status 5xx that says nothing more exact, or a request that the server gave up by itself. */
  'server_failed',
  'server_down',
  'bad_answer',
  'timed_out',
  'aborted',
  'unload_unverified',
  'storage_failed'
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Which limit was overrun. `load` never ends a load: it only makes it late. */
export const timeoutPhases = [
  'connect',
  'api',
  'download',
  'load',
  'queue',
  'first_token',
  'token_gap',
  'total'
] as const
export type TimeoutPhase = (typeof timeoutPhases)[number]

/** One error as it travels: a code for programs, a sentence for a person, and what to do next (null when there is nothing to do). */
export interface ErrorInfo {
  code: ErrorCode
  message: string
  hint: string | null
  /** Which limit, where the code is `timed_out`. */
  phase?: TimeoutPhase | undefined
}

export interface StokerErrorOptions extends ErrorOptions {
  phase?: TimeoutPhase
  /** The server itself said when it may be asked again. */
  retryAfterMs?: number
}

/** The error every service throws on purpose; anything else becomes `internal` at the contract's edge. */
export class StokerError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null
  readonly phase: TimeoutPhase | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, hint: string | null = null, options?: StokerErrorOptions) {
    super(message, options)
    this.name = 'StokerError'
    this.code = code
    this.hint = hint
    this.phase = options?.phase
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** Anything thrown, as an ErrorInfo. Abort reasons (DOMException AbortError) become `aborted`. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof StokerError) {
    const { code, message, hint, phase } = thrown
    return { code, message, hint, ...(phase === undefined ? {} : { phase }) }
  }
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return { code: 'aborted', message: 'Cancelled.', hint: null }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'internal', message: `Something failed inside Stoker: ${message}`, hint: 'The log has the details.' }
}

/** The error a cancelled operation ends with. */
export function abortedError(): StokerError {
  return new StokerError('aborted', 'Cancelled.')
}
