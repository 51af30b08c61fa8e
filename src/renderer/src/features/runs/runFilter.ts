/** Which runs the list shows. Pure. */
import type { RunSummary } from '../../../../shared/run.ts'
import type { RunsView } from './runsView.ts'
import { isActive, lostAll, statusWords } from './runWords.ts'

type RunFilter = Pick<RunsView, 'search' | 'status' | 'chainId'>

export function filterRuns(runs: readonly RunSummary[], { search, status, chainId }: RunFilter): RunSummary[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return runs.filter((run) => {
    if (chainId !== null && run.chainId !== chainId) return false
    if (!stands(run, status)) return false
    const text = [run.chainName, run.inputWords, statusWords(run).words, run.doing, run.error?.message]
      .join(' ')
      .toLocaleLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** As the list itself says: what failed altogether is found among the failed. */
function stands(run: RunSummary, status: RunFilter['status']): boolean {
  if (status === null) return true
  if (status === 'active') return isActive(run.status)
  return (lostAll(run) ? 'failed' : run.status) === status
}

/** Who answers, who is next, who rests. */
const turn = { running: 0, queued: 1, paused: 2, interrupted: 3, done: 3, failed: 3, cancelled: 3 } as const

/** What goes on stands over what has ended. */
export function groupRuns(runs: readonly RunSummary[]): { label: string; runs: RunSummary[] }[] {
  const now = runs
    .filter(({ status }) => isActive(status))
    .sort((a, b) => turn[a.status] - turn[b.status] || (a.status === 'queued' ? a.createdAt - b.createdAt : 0))
  const earlier = runs.filter(({ status }) => !isActive(status))
  return [
    { label: 'Now', runs: now },
    { label: 'Earlier', runs: earlier }
  ].filter((group) => group.runs.length > 0)
}
