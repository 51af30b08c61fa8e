/** How one check is written: what it is about, how it ended, in words. */
import type { Check } from '../../shared/diagnostics.ts'
import { toErrorInfo } from '../../shared/errors.ts'
import type { Clock } from '../lib/clock.ts'

/** What the event log says of loads and unloads of the checks. */
export const trialReason = 'to check this machine'

/** `durationMs` where not the whole of the work is the check's own. */
export type Finding = Pick<Check, 'outcome' | 'words' | 'hint'> & { durationMs?: number }

export function ok(words: string): Finding {
  return { outcome: 'ok', words, hint: null }
}

export function warning(words: string, hint: string | null): Finding {
  return { outcome: 'warning', words, hint }
}

export function failed(words: string, hint: string | null): Finding {
  return { outcome: 'failed', words, hint }
}

export function skipped(words: string, hint: string | null = null): Finding {
  return { outcome: 'skipped', words, hint }
}

export type CheckAbout = Pick<Check, 'id' | 'hostId' | 'label'>

/** Runs one check; a rejection is its failure, unless the run, or what the check does, was cancelled. What was skipped took no time. */
export async function runCheck(
  about: CheckAbout,
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<Finding>
): Promise<Check> {
  signal.throwIfAborted()
  const startedAt = clock.now()
  const { durationMs: ownMs, ...finding } = await work().catch((thrown: unknown) => {
    signal.throwIfAborted()
    const { code, message, hint } = toErrorInfo(thrown)
    return code === 'aborted' ? skipped(message, 'Run the checks again.') : failed(message, hint)
  })
  const durationMs = finding.outcome === 'skipped' ? null : (ownMs ?? Math.max(0, clock.now() - startedAt))
  return { ...about, ...finding, durationMs }
}
