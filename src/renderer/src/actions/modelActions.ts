/** Everything a person can do to a model, with what is said when it fails; used by rows, menus, keys and the palette alike. */
import type { ModelId, SampleSize } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import { request } from '../host/client.ts'
import { RequestError } from '../host/requestError.ts'
import { plural } from '../lib/format.ts'
import { useModelStore } from '../stores/modelStore.ts'
import { openDialog } from '../stores/uiStore.ts'
import { isConnectedFor, notifyDone, notifyFailure, notifyNoted, notifyProblem } from './notify.ts'
import { mintOperationId } from './operationId.ts'
import { notPulled, startPull } from './startPull.ts'
import { returnedWords, unverifiedWords } from './unloadWords.ts'

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

export interface LoadWishes {
  /** Left out: the default. */
  contextLength?: number
  /** Though it is predicted not to fit. */
  loadAnyway?: boolean
}

export async function loadModel(id: ModelId, wishes: LoadWishes = {}): Promise<void> {
  const what = `${id.name} was not loaded`
  if (!isConnectedFor(what)) return
  try {
    await request('models.load', { id, ...wishes })
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.code === 'does_not_fit' && wishes.loadAnyway !== true) {
      // No failure yet: the person decides.
      return openDialog({
        name: 'load-anyway',
        key: modelKey(id),
        contextLength: wishes.contextLength ?? null,
        wasRefused: true
      })
    }
    // A failed load is told in the model's own row, with its hint and "Try again".
    if (useModelStore.getState().byKey[modelKey(id)]?.state !== 'failed') notifyFailure(what, thrown)
  }
}

/** `force` stops the answers under way; without it they end first. */
export async function unloadModel(id: ModelId, force = false): Promise<void> {
  const result = await attempt(`${id.name} was not unloaded`, () => request('models.unload', { id, force }))
  const words = result === null ? null : unverifiedWords(id.name, result)
  if (words !== null) notifyNoted(words)
}

/** What the offer under memory pressure names; they were idle when it was made, and one that answers meanwhile ends first. */
export async function unloadThese(ids: readonly ModelId[]): Promise<void> {
  const results = await Promise.all(
    ids.map(async (id) => {
      const result = await attempt(`${id.name} was not unloaded`, () => request('models.unload', { id }))
      return result === null ? [] : [{ id, result, error: null }]
    })
  )
  const done = results.flat()
  if (done.length === 0) return
  const words = returnedWords(done, `${plural(done.length, 'model was', 'models were')} unloaded.`)
  if (done.every(({ result }) => result.verified)) notifyDone(words)
  else notifyNoted(words)
}

export async function unloadAll(force = false): Promise<void> {
  const answer = await attempt('Not all models were unloaded', () => request('models.unloadAll', { force }))
  if (answer === null) return
  const failed = answer.results.filter((each) => each.error !== null)
  if (failed.length > 0) {
    notifyProblem(
      'Not all models were unloaded',
      failed.map((each) => `${each.id.name}: ${each.error ?? 'it is still loaded'}`).join('\n')
    )
  } else if (answer.results.length > 0) {
    notifyDone(returnedWords(answer.results))
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
