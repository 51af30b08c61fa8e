/** What an error means for the step that met it: worth asking again, worth another model, or neither. */
import type { ErrorCode, ErrorInfo } from '../../../shared/errors.ts'

/** The same question may be answered a moment later, or answered better. What is not listed would fail again. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'bad_answer',
  'engine_crashed',
  'internal',
  'model_busy',
  'server_busy',
  'server_down',
  'server_failed',
  'timed_out',
  'aborted'
])

/** It was refused room that others take just now. */
const roomCodes: ReadonlySet<ErrorCode> = new Set(['does_not_fit', 'limit_reached', 'model_busy'])

/** Of a server that cannot be reached: where its host is known to be away, these are its doing too. */
const unreachableCodes: ReadonlySet<ErrorCode> = new Set([
  'server_down',
  'server_failed',
  'timed_out',
  'model_not_found'
])

/** There was no connection, or it broke. */
export function isUnreachable({ code, phase }: Pick<ErrorInfo, 'code' | 'phase'>): boolean {
  return code === 'server_down' || (code === 'timed_out' && phase === 'connect')
}

export function mayBeUnreachable({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return unreachableCodes.has(code)
}

export function mayAskAgain({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return mendable.has(code)
}

export function lacksRoom({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return roomCodes.has(code)
}
