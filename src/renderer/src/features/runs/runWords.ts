/** A run in words: how it stands, how far it is, what it took. Pure. */
import type { RunStatus, RunSummary } from '../../../../shared/run.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import {
  formatAbout,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatTokenRate,
  plural
} from '../../lib/format.ts'
import { roughMs } from '../plan/planWords.ts'

const unknown = 'not known'

export function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'queued' || status === 'paused'
}

export function isOver(status: RunStatus): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled'
}

const words: Record<RunStatus, { tone: Tone; words: string }> = {
  queued: { tone: 'quiet', words: 'Queued' },
  running: { tone: 'ok', words: 'Running' },
  paused: { tone: 'warn', words: 'Paused' },
  interrupted: { tone: 'warn', words: 'Interrupted' },
  done: { tone: 'ok', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'quiet', words: 'Cancelled' }
}

export const statusLabels = Object.fromEntries(
  Object.entries(words).map(([status, { words: word }]) => [status, word])
) as Record<RunStatus, string>

/** A run that is done but lost some of its items is no success. */
export function statusWords({ status, items }: Pick<RunSummary, 'status' | 'items'>): { tone: Tone; words: string } {
  if (status !== 'done' || items.failed === 0) return words[status]
  return { tone: items.done + items.stopped === 0 ? 'bad' : 'warn', words: 'Done' }
}

/** "38 of 40 items, 1 stopped, 1 failed". */
export function itemsWords({ items, itemCount }: Pick<RunSummary, 'items' | 'itemCount'>): string {
  const ended = items.done + items.stopped + items.failed
  const parts = [
    ended === itemCount ? plural(itemCount, 'item') : `${formatCount(ended)} of ${plural(itemCount, 'item')}`,
    items.stopped > 0 && `${formatCount(items.stopped)} stopped`,
    items.failed > 0 && `${formatCount(items.failed)} failed`
  ]
  return parts.filter(Boolean).join(', ')
}

/** What it does, or what happened to it, in one line; null: there is nothing to say. */
export function doingWords({ status, error, doing }: RunSummary): string | null {
  if (status === 'interrupted') return 'Stoker ended in the middle of it. Nothing that was finished is lost.'
  if (error !== null) return [error.message, error.hint].filter(Boolean).join(' ')
  return doing
}

/** "3", "3 of 9" while it goes on, "9 (3 planned)" where it came otherwise. */
export function loadsWords({ loads, plannedLoads, status }: RunSummary): string {
  if (plannedLoads === null || (plannedLoads === loads && isOver(status))) return formatCount(loads)
  if (!isOver(status)) return `${formatCount(loads)} of ${formatCount(Math.max(loads, plannedLoads))}`
  return `${formatCount(loads)} (${formatCount(plannedLoads)} planned)`
}

/** How long it was at work, and while it goes on, how long it will be. */
export function timeWords({ status, workedMs, remainingMs, startedAt }: RunSummary): {
  taken: string
  left: string | null
} {
  if (startedAt === null) return { taken: '–', left: null }
  const taken = isOver(status) ? formatDuration(workedMs) : formatClock(workedMs)
  return {
    taken,
    left: status === 'running' && remainingMs !== null ? `${formatAbout(roughMs(remainingMs))} left` : null
  }
}

export interface Figure {
  label: string
  value: string
  /** What was planned, or what it is of. */
  note: string | null
}

export function figuresOf(run: RunSummary): Figure[] {
  const time = timeWords(run)
  return [
    { label: 'Items', value: itemsDone(run), note: itemsNote(run) },
    {
      label: 'Loads',
      value: formatCount(run.loads),
      note: run.plannedLoads === null ? null : `${formatCount(run.plannedLoads)} planned`
    },
    {
      label: 'Peak memory',
      value: formatBytes(run.peakBytes, run.loads === 0 ? '–' : unknown),
      note: run.plannedPeakBytes === null ? null : `${formatBytes(run.plannedPeakBytes)} planned`
    },
    {
      label: 'Output',
      value: plural(run.outputTokens, 'token'),
      note: formatTokenRate(run.tokensPerSecond, '') || null
    },
    { label: 'Time', value: time.taken, note: time.left }
  ]
}

function itemsDone({ items, itemCount }: RunSummary): string {
  return `${formatCount(items.done + items.stopped + items.failed)} of ${formatCount(itemCount)}`
}

function itemsNote({ items }: RunSummary): string | null {
  const parts = [
    items.stopped > 0 && `${formatCount(items.stopped)} stopped`,
    items.failed > 0 && `${formatCount(items.failed)} failed`,
    items.running > 0 && `${formatCount(items.running)} at work`
  ]
  return parts.filter(Boolean).join(', ') || null
}

/** What can be done about it just now. */
export function deedsOf({ status, items }: Pick<RunSummary, 'status' | 'items'>) {
  return {
    pause: status === 'running' || status === 'queued',
    resume: status === 'paused' || status === 'interrupted' || status === 'failed' || status === 'cancelled',
    cancel: isActive(status),
    retry: items.failed > 0 && (isOver(status) || status === 'interrupted'),
    again: isOver(status) || status === 'interrupted',
    exportFiles: items.done + items.stopped > 0,
    remove: !isActive(status)
  }
}
