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

interface Standing {
  tone: Tone
  words: string
}

const standings: Record<RunStatus, Standing> = {
  queued: { tone: 'quiet', words: 'Queued' },
  running: { tone: 'ok', words: 'Running' },
  paused: { tone: 'warn', words: 'Paused' },
  interrupted: { tone: 'warn', words: 'Interrupted' },
  done: { tone: 'ok', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'quiet', words: 'Cancelled' }
}

export const statusLabels = Object.fromEntries(
  Object.entries(standings).map(([status, { words }]) => [status, words])
) as Record<RunStatus, string>

/** Of a run that went to its end, but without a single result. */
export function lostAll({ status, items }: Pick<RunSummary, 'status' | 'items'>): boolean {
  return status === 'done' && items.failed > 0 && items.done + items.stopped === 0
}

/** A run that is done but lost some of its items is no success, and says so. */
export function statusWords(run: Pick<RunSummary, 'status' | 'items'>): Standing {
  const { failed } = run.items
  if (lostAll(run)) return { tone: 'bad', words: failed === 1 ? 'Failed' : 'All failed' }
  if (run.status !== 'done' || failed === 0) return standings[run.status]
  return { tone: 'warn', words: `Done, ${formatCount(failed)} failed` }
}

/** All runs in two words: "1 running", else what waits: for its turn, or for somebody to go on. Null: nothing does. */
export function runsWords(runs: readonly Pick<RunSummary, 'status'>[]): string | null {
  const count = (sought: RunStatus): number => runs.filter(({ status }) => status === sought).length
  if (count('running') > 0) return `${formatCount(count('running'))} running`
  if (count('queued') > 0) return `${formatCount(count('queued'))} queued`
  const [paused, interrupted] = [count('paused'), count('interrupted')]
  if (interrupted > 0) return `${formatCount(paused + interrupted)} to resume`
  return paused > 0 ? `${formatCount(paused)} paused` : null
}

/** "38 of 40 items, 1 stopped, 1 failed, 2 with notes". */
export function itemsWords({
  items,
  itemCount,
  notedItems
}: Pick<RunSummary, 'items' | 'itemCount' | 'notedItems'>): string {
  const ended = items.done + items.stopped + items.failed
  const parts = [
    ended === itemCount ? plural(itemCount, 'item') : `${formatCount(ended)} of ${plural(itemCount, 'item')}`,
    items.stopped > 0 && `${formatCount(items.stopped)} stopped`,
    items.failed > 0 && `${formatCount(items.failed)} failed`,
    notedItems > 0 && `${formatCount(notedItems)} with notes`
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

interface Figure {
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

function itemsNote({ items, notedItems }: RunSummary): string | null {
  const parts = [
    items.stopped > 0 && `${formatCount(items.stopped)} stopped`,
    items.failed > 0 && `${formatCount(items.failed)} failed`,
    notedItems > 0 && `${formatCount(notedItems)} with notes`,
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
