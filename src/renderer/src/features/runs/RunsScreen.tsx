/** Runs of chains: all of them, one of them, or two beside each other. */
import { useEffect } from 'react'
import { watchRun } from '../../stores/runStore.ts'
import { CompareRuns } from './compare/CompareRuns.tsx'
import { RunDetailView } from './RunDetailView.tsx'
import { RunList } from './RunList.tsx'
import { useRunsView } from './runsView.ts'

export function RunsScreen() {
  const runId = useRunsView((view) => view.runId)
  const otherId = useRunsView((view) => view.otherId)
  useEffect(() => {
    // Only what is looked at is listened to word by word.
    watchRun(runId)
    return () => watchRun(null)
  }, [runId])
  if (runId === null) return <RunList />
  if (otherId !== null) return <CompareRuns key={`${runId}${otherId}`} runId={runId} otherId={otherId} />
  return <RunDetailView key={runId} runId={runId} />
}
