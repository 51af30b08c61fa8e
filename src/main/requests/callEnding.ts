/** One signal for everything that may end a call: its caller, or a limit of ours, whose error it then ends with. */
import type { StokerError } from '../../shared/errors.ts'
import { abortReason } from '../lib/abortReason.ts'

export interface CallEnding {
  readonly signal: AbortSignal
  end(error: StokerError): void
  /** What was thrown, or the reason for which it was ended. */
  errorOf(thrown: unknown): unknown
  /** The call is over: its caller's signal may live on. */
  dispose(): void
}

export function createCallEnding(outer: AbortSignal): CallEnding {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(abortReason(outer))
  if (outer.aborted) onAbort()
  else outer.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    end: (error) => controller.abort(error),
    errorOf: (thrown) => (controller.signal.aborted ? abortReason(controller.signal) : thrown),
    dispose: () => outer.removeEventListener('abort', onAbort)
  }
}
