/** Everything but answers through the pipeline: loads that are told to be late but never ended, downloads that must move, small exchanges. */
import { toErrorInfo } from '../../shared/errors.ts'
import type { Provider, TransferProgress } from '../providers/provider.ts'
import { observed, type CallContext, type CallRoute } from './callContext.ts'
import { createCallEnding } from './callEnding.ts'
import { traitsOf } from './errorPolicy.ts'
import { timedOut } from './limitWords.ts'

export interface GuardedCalls {
  load: Provider['load']
  pull: (pull: NonNullable<Provider['pull']>) => NonNullable<Provider['pull']>
  /** A short exchange that may be repeated. */
  repeatable<Result>(route: CallRoute, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
  /** One that must not be: the second time it would mean something else. */
  once<Result>(route: CallRoute, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

export function guardCalls(context: CallContext, provider: Provider): GuardedCalls {
  const { breaker, attempts, clock } = context

  async function tryLoad(name: string, request: Parameters<Provider['load']>[1], signal: AbortSignal) {
    const { isTrial } = await breaker.pass(signal)
    try {
      const loaded = await provider.load(name, request, signal)
      breaker.apply({ kind: 'succeeded' })
      return loaded
    } catch (thrown) {
      breaker.attemptFailed(thrown, isTrial)
      context.noteFailure(toErrorInfo(thrown))
      throw thrown
    }
  }

  /** Of short exchanges, only that there was no connection says something of the host as one that answers. */
  async function tryOnce<Result>(work: () => Promise<Result>): Promise<Result> {
    if (breaker.isUnreachable()) throw breaker.refusal()
    try {
      return await work()
    } catch (thrown) {
      const error = toErrorInfo(thrown)
      if (traitsOf(error).isUnreachable) {
        breaker.attemptFailed(thrown, false)
        context.noteFailure(error)
      }
      throw thrown
    }
  }

  return {
    load(name, request, signal) {
      const limit = context.limit('load', name)
      const cancelLate = clock.after(limit.limitMs, () => request.onLate?.(limit))
      const wish = { signal, onRetry: request.onRetry }
      return observed(context, 'load', () => attempts(() => tryLoad(name, request, signal), wish)).finally(cancelLate)
    },

    pull: (pull) => (name, onProgress, signal) => {
      const limit = context.limit('download', name)
      const ending = createCallEnding(signal)
      let cancelStall = (): void => {}
      const restart = (): void => {
        cancelStall()
        cancelStall = clock.after(limit.limitMs, () => ending.end(timedOut('download', name, limit)))
      }
      const hasMoved = createMovement()
      const noticed = (progress: TransferProgress): void => {
        if (ending.signal.aborted) return
        if (hasMoved(progress)) restart()
        onProgress(progress)
      }
      const once = (): Promise<void> => {
        restart()
        return tryOnce(() => pull(name, noticed, ending.signal))
          .catch((thrown: unknown) => {
            throw ending.errorOf(thrown)
          })
          .finally(() => cancelStall())
      }
      return observed(context, 'pull', () => attempts(once, { signal: ending.signal })).finally(ending.dispose)
    },

    repeatable: (route, signal, work) => observed(context, route, () => attempts(() => tryOnce(work), { signal })),
    once: (route, signal, work) =>
      observed(context, route, () => attempts(() => tryOnce(work), { signal, mayRepeat: () => false }))
  }
}

/** A server goes on telling a standstill several times a second, for each part in turn: only what is new has moved. */
export function createMovement(): (progress: TransferProgress) => boolean {
  const mostOf = new Map<string, number>()
  return ({ status, completedBytes }) => {
    const before = mostOf.get(status)
    const bytes = completedBytes ?? 0
    if (before !== undefined && bytes <= before) return false
    mostOf.set(status, bytes)
    return true
  }
}
