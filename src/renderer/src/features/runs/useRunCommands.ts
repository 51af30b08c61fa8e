/** The palette's commands of runs, tied to what they do. */
import { useMemo } from 'react'
import { isConnectedFor, notifyFailure } from '../../actions/notify.ts'
import { cancelRun, pauseRun, resumeRun, retryFailed } from '../../actions/runActions.ts'
import { request } from '../../host/client.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { openInputs } from '../inputs/inputsStore.ts'
import type { Command } from '../palette/commands.ts'
import { runCommands, type RunDeeds } from './runCommands.ts'
import { showRun } from './runsView.ts'

async function beginRun(chainId: string, name: string): Promise<void> {
  const what = `${name} was not opened`
  if (!isConnectedFor(what)) return
  try {
    const { chain } = await request('chains.get', { chainId })
    openInputs({ chain })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

const deeds: RunDeeds = {
  show: ({ id }) => showRun(id),
  pause: (run) => void pauseRun(run),
  resume: (run) => void resumeRun(run),
  cancel: (run) => void cancelRun(run),
  retry: (run) => void retryFailed(run),
  begin: ({ id, name }) => void beginRun(id, name)
}

export function useRunCommands(): Command[] {
  const runs = useRunStore((mirror) => mirror.runs)
  const chains = useChainStore((mirror) => mirror.chains)
  return useMemo(() => runCommands(runs, chains, deeds), [runs, chains])
}
