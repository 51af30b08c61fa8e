/** Asks before the results of a run are gone. */
import type { RunSummary } from '../../../../shared/run.ts'
import { removeRun } from '../../actions/runActions.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { plural } from '../../lib/format.ts'
import { closeRun, useRunsView } from './runsView.ts'

export function RemoveRunDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  async function remove(): Promise<void> {
    if ((await removeRun(run)) && useRunsView.getState().runId === run.id) closeRun()
  }
  return (
    <ConfirmDialog
      title={`Remove the run of ${run.chainName}?`}
      action="Remove run"
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      Its answers to {plural(run.itemCount, 'item')} are deleted. The chain and its inputs stay.
    </ConfirmDialog>
  )
}
