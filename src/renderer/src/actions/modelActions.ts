/** Everything a person can do to a model, with what is said when it fails; used by rows, menus, keys and the palette alike. */
import type { ModelId, SampleSize } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import { request } from '../host/client.ts'
import { formatBytes } from '../lib/format.ts'
import { useModelStore } from '../stores/modelStore.ts'
import { isConnectedFor, notifyDone, notifyFailure, notifyProblem } from './notify.ts'
import { mintOperationId } from './operationId.ts'
import { notPulled, startPull } from './startPull.ts'

/** Runs one request; a failure is said, never thrown. */
async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result | null> {
  if (!isConnectedFor(what)) return null
  try {
    return await work()
  } catch (thrown) {
    notifyFailure(what, thrown)
    return null
  }
}

export async function loadModel(id: ModelId): Promise<void> {
  const what = `${id.name} was not loaded`
  if (!isConnectedFor(what)) return
  try {
    await request('models.load', { id })
  } catch (thrown) {
    // A failed load is told in the model's own row, with its hint and "Try again".
    if (useModelStore.getState().byKey[modelKey(id)]?.state !== 'failed') notifyFailure(what, thrown)
  }
}

/** `force` stops the answers under way; without it they end first. */
export async function unloadModel(id: ModelId, force = false): Promise<void> {
  const result = await attempt(`${id.name} was not unloaded`, () => request('models.unload', { id, force }))
  if (result && !result.verified) {
    notifyDone(`${id.name} was unloaded, but its memory was not seen to come back.`)
  }
}

export async function unloadAll(force = false): Promise<void> {
  const answer = await attempt('Not all models were unloaded', () => request('models.unloadAll', { force }))
  if (answer === null) return
  const failed = answer.results.filter((each) => each.error !== null)
  const returned = answer.results.reduce((sum, each) => sum + (each.result?.bytesReturned ?? 0), 0)
  if (failed.length > 0) {
    notifyProblem(
      'Not all models were unloaded',
      failed.map((each) => `${each.id.name}: ${each.error ?? 'it is still loaded'}`).join('\n')
    )
  } else if (answer.results.length > 0) {
    notifyDone(returned > 0 ? `${formatBytes(returned)} came back.` : 'All models were unloaded.')
  } else {
    notifyDone('Nothing to unload: the models still loaded are pinned.')
  }
}

export async function cancelOperation(operationId: string): Promise<void> {
  await attempt('It could not be cancelled', () => request('operations.cancel', { operationId }))
}

export async function setPinned(id: ModelId, isPinned: boolean): Promise<void> {
  await attempt(`${id.name} was not ${isPinned ? 'pinned' : 'unpinned'}`, () => request('models.pin', { id, isPinned }))
}

/** null: follow the default again. */
export async function setKeepAlive(id: ModelId, keepAliveSeconds: number | null): Promise<void> {
  await attempt(`The time for ${id.name} was not changed`, () =>
    request('models.setKeepAlive', { id, keepAliveSeconds })
  )
}

export async function removeModel(id: ModelId): Promise<void> {
  const done = await attempt(`${id.name} was not deleted`, () => request('models.remove', { id }))
  if (done) notifyDone(`${id.name} was deleted.`)
}

export async function copyModel(id: ModelId, newName: string): Promise<boolean> {
  return (await attempt(`${id.name} was not copied`, () => request('models.copy', { id, newName }))) !== null
}

/** Returns at once; the pull is shown in the list, with its progress and a cancel. */
export function pullModel(id: ModelId): void {
  void attempt(notPulled(id), () => startPull(id))
}

/** Returns at once; the writing is shown in the list, with its progress and a cancel. */
export function createSample(size: SampleSize): void {
  const operationId = mintOperationId()
  void attempt('The sample model was not written', () => request('models.createSample', { size, operationId }))
}
