/** The fit of one model by what is known this moment: the same for its row, its question and its ghost in the bar. */
import type { Host, Model } from '../../../../shared/model.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'
import { roughFit, type Fit } from './roughFit.ts'
import { spokenForBytes } from './spokenForBytes.ts'

/** Whether a model would take this machine's memory; a host not known yet is taken for one of this machine. */
export function isOfThisMachine({ id }: Model, hosts: readonly Host[]): boolean {
  return hosts.find((host) => host.id === id.hostId)?.isLocal !== false
}

/** null where the model is not on disk waiting, is of another machine, or nothing can be said. */
export function fitNow(model: Model): Fit | null {
  const { hosts } = useHostStore.getState()
  if (isResident(model) || !isOfThisMachine(model, hosts)) return null
  const { sample } = useMemoryStore.getState()
  const heldBytes = spokenForBytes(useModelStore.getState().byKey, sample?.models, hosts)
  return roughFit({ sizeBytes: model.sizeBytes, budgetBytes: sample?.budgetBytes ?? null, heldBytes })
}
