/** What an aborted signal's work ends with: the error its owner gave as the reason (a limit, a removed host), else "Cancelled". */
import { abortedError, StokerError } from '../../shared/errors.ts'

export function abortReason(signal: AbortSignal): StokerError {
  return signal.reason instanceof StokerError ? signal.reason : abortedError()
}
