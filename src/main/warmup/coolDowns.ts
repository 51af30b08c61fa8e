/** After a failure a model is left alone for a while, longer each time: 10 s doubling to 5 min, per rule and model. */
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts'

const firstMs = 10_000
const longestMs = 300_000

export interface CoolDown {
  count: number
  failedAt: number
  untilAt: number
  /** No attempt helps before something is changed by a person: not tried again for this occurrence. */
  isLasting: boolean
  error: ErrorInfo
  /** Only room was missing: over as soon as some is made. */
  isForRoom: boolean
}

const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unknown_architecture',
  'missing_tensor',
  'bad_model_file',
  'not_supported',
  'invalid_input',
  'host_not_found'
])

export function afterFailure(before: CoolDown | undefined, error: ErrorInfo, now: number): CoolDown {
  const count = (before?.count ?? 0) + 1
  const waitMs = Math.min(longestMs, firstMs * 2 ** (count - 1))
  return {
    count,
    failedAt: now,
    untilAt: now + waitMs,
    isLasting: lasting.has(error.code),
    error,
    isForRoom: error.code === 'does_not_fit' || error.code === 'limit_reached'
  }
}

/** Also false where the clock was set back: nobody waits longer than the longest. */
export function isCooling({ untilAt }: Pick<CoolDown, 'untilAt'>, now: number): boolean {
  return now < untilAt && untilAt - now <= longestMs
}
