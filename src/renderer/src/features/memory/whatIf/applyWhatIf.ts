/** Has the chosen models in memory as chosen: unloads and loads through the core, and says what failed. */
import { isConnectedFor, notifyFailure } from '../../../actions/notify.ts'
import { cancelOperation } from '../../../actions/modelActions.ts'
import { mintOperationId } from '../../../actions/operationId.ts'
import { request } from '../../../host/client.ts'
import { runWhatIf } from './runWhatIf.ts'
import type { WhatIfStep } from './whatIfPlan.ts'
import { useWhatIfStore } from './whatIfStore.ts'

let isStopped = false

export async function applyWhatIf(steps: readonly WhatIfStep[]): Promise<void> {
  if (useWhatIfStore.getState().run !== null || !isConnectedFor('Nothing was changed')) return
  isStopped = false
  const failed = await runWhatIf(steps, {
    unload: ({ id }, operationId) => request('models.unload', { id, operationId }),
    load: ({ id, contextLength }, operationId) =>
      request('models.load', { id, operationId, ...(contextLength !== undefined && { contextLength }) }),
    mintId: mintOperationId,
    onStep: (run) => useWhatIfStore.setState({ run }),
    isStopped: () => isStopped
  })
  useWhatIfStore.setState({ run: null })
  if (failed !== null) notifyFailure(`${failed.step.id.name} was not ${words[failed.step.verb]}`, failed.thrown)
}

const words: Record<WhatIfStep['verb'], string> = {
  unload: 'unloaded',
  load: 'loaded',
  reload: 'loaded with the other context'
}

/** The step under way is cancelled; what was done stays done. */
export function stopWhatIf(): void {
  isStopped = true
  const { run } = useWhatIfStore.getState()
  if (run !== null) void cancelOperation(run.operationId)
}
