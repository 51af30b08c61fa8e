/** Asks a host to pull a model, and tells apart what is refused at once from what fails on the way. */
import type { ModelId } from '../../../shared/model.ts'
import { request } from '../host/client.ts'
import { useOperationStore } from '../stores/operationStore.ts'
import { notifyFailure } from './notify.ts'
import { mintOperationId } from './operationId.ts'

export function notPulled(id: ModelId): string {
  return `${id.name} was not pulled`
}

/** Done when the pull is listed as under way; rejects where it never was. What fails after that is said in the corner. */
export function startPull(id: ModelId): Promise<void> {
  const operationId = mintOperationId()
  const pull = request('models.pull', { id, operationId })
  return new Promise((resolve, reject) => {
    let isListed = false
    const unsubscribe = useOperationStore.subscribe(({ operations }) => {
      if (isListed || !operations.some((each) => each.id === operationId)) return
      isListed = true
      resolve()
    })
    pull
      .then(() => resolve())
      .catch((thrown: unknown) => {
        if (isListed) notifyFailure(notPulled(id), thrown)
        else reject(thrown instanceof Error ? thrown : new Error(String(thrown)))
      })
      .finally(unsubscribe)
  })
}
