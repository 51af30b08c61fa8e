/** What each error means for the next request: worth another attempt, a mark against the host, a sign that it has too much to do. */
import type { ErrorCode, ErrorInfo, TimeoutPhase } from '../../shared/errors.ts'

export interface ErrorTraits {
  /** The same request may succeed a moment later. */
  mayRetry: boolean
  /** The host, not the request, is to blame: counted by the breaker. */
  isHostFailure: boolean
  /** No connection: a good health check shows that it is over. */
  isUnreachable: boolean
  /** The host says that it has too much to do. */
  isBusy: boolean
  /** It may have too much to do, whatever it says: fewer at once are worth a try. */
  isOverload: boolean
  /** It took the request and came to nothing: worse than being turned away, for the time is lost. */
  isTimeout: boolean
}

const nothing: ErrorTraits = {
  mayRetry: false,
  isHostFailure: false,
  isUnreachable: false,
  isBusy: false,
  isOverload: false,
  isTimeout: false
}

/** What is not listed is the request's own fault, or nobody's, and would fail again. */
const byCode: Partial<Record<ErrorCode, ErrorTraits>> = {
  server_down: { ...nothing, mayRetry: true, isHostFailure: true, isUnreachable: true },
  server_busy: { ...nothing, mayRetry: true, isHostFailure: true, isBusy: true, isOverload: true },
  server_failed: { ...nothing, mayRetry: true, isHostFailure: true, isOverload: true }
}

const byPhase: Partial<Record<TimeoutPhase, ErrorTraits>> = {
  connect: { ...nothing, mayRetry: true, isHostFailure: true, isUnreachable: true },
  api: { ...nothing, mayRetry: true, isHostFailure: true, isOverload: true, isTimeout: true },
  first_token: { ...nothing, isHostFailure: true, isOverload: true, isTimeout: true },
  token_gap: { ...nothing, isOverload: true, isTimeout: true }
}

/** `loadsWhenAsked`: only there a request can be repeated after an engine died; elsewhere its model is gone. */
export function traitsOf({ code, phase }: Pick<ErrorInfo, 'code' | 'phase'>, loadsWhenAsked = false): ErrorTraits {
  if (code === 'timed_out') return (phase && byPhase[phase]) ?? nothing
  if (code === 'engine_crashed') return { ...nothing, mayRetry: loadsWhenAsked }
  return byCode[code] ?? nothing
}

const aliveCodes: ReadonlySet<ErrorCode> = new Set([
  'model_not_found',
  'out_of_memory',
  'unknown_architecture',
  'missing_tensor',
  'bad_model_file',
  'context_exceeded',
  'invalid_input',
  'not_supported',
  'engine_crashed'
])

/** It was the host that said no: it is there, and it answers. */
export function showsLife({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return aliveCodes.has(code)
}
