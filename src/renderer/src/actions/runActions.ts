/** Everything a person can do to a run, with what is said when it fails. What becomes of it comes by events. */
import type { Input } from '../../../shared/contract.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyDone, notifyFailure } from './notify.ts'
import { mintOperationId } from './operationId.ts'
import { openInputs } from '../features/inputs/inputsStore.ts'
import { showRun } from '../features/runs/runsView.ts'

type Named = Pick<RunSummary, 'id' | 'chainName'>

async function attempt(what: string, work: () => Promise<void>): Promise<boolean> {
  if (!isConnectedFor(what)) return false
  try {
    await work()
    return true
  } catch (thrown) {
    notifyFailure(what, thrown)
    return false
  }
}

/** Throws a RequestError: the dialog shows it beside its fields. */
export async function startRun(wish: Omit<Input<'chains.run'>, 'wait' | 'operationId'>): Promise<void> {
  const { run } = await request('chains.run', { ...wish, wait: false, operationId: mintOperationId() })
  showRun(run.id)
}

/** Shows the plan of the same chain, as it is saved by now, on the very inputs of that run: from there it is begun. */
export function runAgain({ chainId, chainName, inputId, order, autoUnload }: RunSummary): Promise<boolean> {
  return attempt(`${chainName} was not run again`, async () => {
    const [{ chain }, { input }] = await Promise.all([
      request('chains.get', { chainId }),
      request('inputs.get', { inputId })
    ])
    openInputs({ chain, choice: { input, order, autoUnload } })
  })
}

export function pauseRun({ id, chainName }: Named): Promise<boolean> {
  return attempt(`The run of ${chainName} was not paused`, async () => {
    await request('runs.pause', { runId: id })
  })
}

export function resumeRun({ id, chainName }: Named): Promise<boolean> {
  return attempt(`The run of ${chainName} was not resumed`, async () => {
    await request('runs.resume', { runId: id, wait: false })
  })
}

export function cancelRun({ id, chainName }: Named): Promise<boolean> {
  return attempt(`The run of ${chainName} was not cancelled`, async () => {
    await request('runs.cancel', { runId: id })
  })
}

/** `items` left out: every failed one. */
export function retryFailed({ id, chainName }: Named, items?: number[]): Promise<boolean> {
  return attempt(`The failed items of ${chainName} were not retried`, async () => {
    await request('runs.retry', { runId: id, wait: false, ...(items !== undefined && { items }) })
  })
}

export function removeRun({ id, chainName }: Named): Promise<boolean> {
  return attempt(`The run of ${chainName} was not removed`, async () => {
    await request('runs.remove', { runId: id })
    notifyDone(`The run of ${chainName} was removed.`)
  })
}
