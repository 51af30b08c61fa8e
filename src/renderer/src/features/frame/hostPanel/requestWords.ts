/** A host as one that is asked, in the words of its panel: its breaker, its queue, its figures. Pure. */
import type { HostRequests, QueueEntry } from '../../../../../shared/hostRequests.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { formatCount, formatDuration, formatPercentFine, formatTime, plural } from '../../../lib/format.ts'
import { nextTryWords } from '../hostWords.ts'

export interface BreakerWords {
  /** "Left alone since 14:02: could not be reached 5 times in a row." */
  words: string
  /** "Next try in 0:24." */
  next: string | null
}

/** null while it is asked as usual. */
export function breakerWords(
  { state, sinceAt, reason, nextTryAt }: HostRequests['breaker'],
  now: number
): BreakerWords | null {
  if (state === 'closed') return null
  const why = reason === null ? '' : `: ${lowerFirst(reason.trim().replace(/\.+$/, ''))}`
  const words = `Left alone since ${formatTime(sinceAt)}${why}.`
  if (state === 'half_open') return { words, next: 'One request tries it now.' }
  const next = nextTryWords(nextTryAt, now)?.replace(/^next try /, 'Next try in ')
  return { words, next: next === undefined ? null : `${next.charAt(0).toUpperCase()}${next.slice(1)}.` }
}

/** The core writes both: a name keeps its capital, the beginning of a sentence does not. */
function lowerFirst(words: string): string {
  return /^[A-Z][a-z]* [a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words
}

/** "2 answering, at most 3 at once: answers get no slower."; the reason only while the limit matters to somebody. */
export function queueWords({ running, limit, limitReason, waitingCount }: HostRequests['queue']): string {
  const isIdle = running === 0 && waitingCount === 0
  const why = limitReason === '' || isIdle ? '' : `: ${limitReason.replace(/\.+$/, '')}`
  return `${running === 0 ? 'None' : formatCount(running)} answering, at most ${formatCount(limit)} at once${why}.`
}

const callers: Record<string, string> = {
  script: 'a script',
  schedule: 'the schedule',
  diagnostics: 'a test',
  stoker: 'Stoker'
}

/** Who asked, as Activity calls them; one that has no word of its own by its name. */
export function callerWords(caller: string): string {
  return callers[caller] ?? caller
}

/** "Cancel qwen3:8b, waiting for a script". */
export function cancelLabel({ modelId, caller }: QueueEntry, isAnswering: boolean): string {
  return `Cancel ${modelId.name}, ${isAnswering ? 'answering' : 'waiting'} for ${callerWords(caller)}`
}

/** The same while it waits and while it answers. */
export function entryKey({ modelId, operationId, sinceAt }: QueueEntry): string {
  return operationId ?? `${modelKey(modelId)} ${sinceAt}`
}

/** "2 more wait behind these."; null where the list holds all. */
export function moreWaitingWords({ waitingCount, waiting }: HostRequests['queue']): string | null {
  const more = waitingCount - waiting.length
  if (more <= 0) return null
  return more === 1 ? 'One more waits behind these.' : `${formatCount(more)} more wait behind these.`
}

export interface TrafficFact {
  label: string
  value: string
}

/** null where nothing was asked in that time. */
export function trafficFacts({
  answers,
  errors,
  responseMs,
  queueWaitMs
}: HostRequests['traffic']): TrafficFact[] | null {
  const asked = answers + errors
  if (asked === 0) return null
  const rate =
    errors === 0
      ? 'none'
      : `${formatCount(errors)} of ${plural(asked, 'request')}, ${formatPercentFine((errors / asked) * 100)}`
  return [
    { label: 'Answers', value: formatCount(answers) },
    { label: 'Errors', value: rate },
    { label: 'Usual response', value: formatDuration(responseMs, '–') },
    {
      label: 'Usual wait before it',
      value: queueWaitMs !== null && queueWaitMs < 5 ? 'none' : formatDuration(queueWaitMs, '–')
    }
  ]
}
