/** The palette's commands of runs, tied to what they do. */
import { useMemo } from 'react'
import { cancelRun, pauseRun, resumeRun, retryFailed } from '../../actions/runActions.ts'
import { useRunStore } from '../../stores/runStore.ts'
import type { Command } from '../palette/commands.ts'
import { runCommands, type RunDeeds } from './runCommands.ts'
import { showRun } from './runsView.ts'

const deeds: RunDeeds = {
  show: ({ id }) => showRun(id),
  pause: (run) => void pauseRun(run),
  resume: (run) => void resumeRun(run),
  cancel: (run) => void cancelRun(run),
  retry: (run) => void retryFailed(run)
}

export function useRunCommands(): Command[] {
  const runs = useRunStore((mirror) => mirror.runs)
  return useMemo(() => runCommands(runs, deeds), [runs])
}
