/** The palette's commands of runs. What a command does is handed in. Pure. */
import type { RunSummary } from '../../../../shared/run.ts'
import type { Command } from '../palette/commands.ts'
import { deedsOf, isActive, statusWords } from './runWords.ts'

export interface RunDeeds {
  show(run: RunSummary): void
  pause(run: RunSummary): void
  resume(run: RunSummary): void
  cancel(run: RunSummary): void
  retry(run: RunSummary): void
}

/** Of many runs only the newest; older ones are searched on their screen. */
const mostRuns = 20

export function runCommands(runs: readonly RunSummary[], deeds: RunDeeds): Command[] {
  const newest = [...runs].sort((a, b) => Number(isActive(b.status)) - Number(isActive(a.status))).slice(0, mostRuns)
  return newest.flatMap((run) => commandsOf(run, deeds))
}

function commandsOf(run: RunSummary, deeds: RunDeeds): Command[] {
  const can = deedsOf(run)
  const of = `the run of ${run.chainName}`
  const all: [boolean, string, string, () => void][] = [
    [can.pause, `Pause ${of}`, 'pause hold', () => deeds.pause(run)],
    [can.resume, `Resume ${of}`, 'continue go on', () => deeds.resume(run)],
    [can.cancel, `Cancel ${of}`, 'stop end', () => deeds.cancel(run)],
    [can.retry, `Retry the failed items of ${run.chainName}`, 'again errors', () => deeds.retry(run)],
    [true, `Show ${of}`, 'open results outputs', () => deeds.show(run)]
  ]
  const isLive = isActive(run.status) || run.status === 'interrupted'
  return all
    .filter(([isPossible]) => isPossible)
    .map(([, label, keywords, deed], index) =>
      command(label, `${label} ${run.id}`, `run ${keywords} ${run.inputWords}`, deed, {
        note: `${statusWords(run).words}, ${run.inputWords}`,
        isOfferedFirst: isLive && index === 0
      })
    )
}

function command(
  label: string,
  id: string,
  keywords: string,
  run: () => void,
  more: Partial<Pick<Command, 'note' | 'isOfferedFirst'>>
): Command {
  const base = { icon: 'screen', group: 'Actions', key: null, note: null, isOfferedFirst: false } as const
  return { id, label, keywords, run, ...base, ...more }
}
