/** What an answer waits for before its first word: its turn, or the next attempt. Pure. */
import type { OperationProgress } from '../../../../shared/operation.ts'
import { formatClock, formatOrdinal } from '../../lib/format.ts'

interface WaitContext {
  now: number
  /** When the progress came. */
  cameAt: number
}

/** "2nd in the queue, 0:14", "Ollama is busy. Again in 2 s, attempt 2 of 3"; null where it waits for neither. */
export function waitWords(progress: OperationProgress | undefined, { now, cameAt }: WaitContext): string | null {
  if (progress?.kind === 'queued') {
    const place = progress.position === 1 ? 'Next' : formatOrdinal(progress.position)
    return `${place} in the queue, ${formatClock(progress.elapsedMs + Math.max(0, now - cameAt))}`
  }
  if (progress?.kind !== 'retrying') return null
  const { reason, attempt, attempts, nextAt } = progress
  const seconds = Math.ceil((nextAt - now) / 1_000)
  const which = `ttempt ${attempt} of ${attempts}`
  const next = seconds > 0 ? `Again in ${seconds} s, a${which}` : `A${which}`
  return `${reason.replace(/[.\s]+$/, '')}. ${next}`
}
