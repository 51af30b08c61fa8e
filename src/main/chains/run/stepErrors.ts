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

export function mayAskAgain({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return mendable.has(code)
}

export function lacksRoom({ code }: Pick<ErrorInfo, 'code'>): boolean {
  return roomCodes.has(code)
}
