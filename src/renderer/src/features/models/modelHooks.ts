/** What rows and the inspector read beside the model itself, each as narrow as it can be so that little re-renders. */
import { useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../../shared/errors.ts'
import { toErrorInfo } from '../../../../shared/errors.ts'
import type { Host, Model, ModelDetails } from '../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../shared/modelKey.ts'
import { request } from '../../host/client.ts'
import { RequestError } from '../../host/requestError.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { roughFit, type Fit } from './roughFit.ts'
import { spokenForBytes } from './spokenForBytes.ts'

export function useHost(hostId: string): Host | null {
  return useHostStore((mirror) => mirror.hosts.find((host) => host.id === hostId) ?? null)
}

/** Bytes a model holds: the sampler's newest reading, which the memory bar shows too, else what the core last said. */
export function useHeldBytes(model: Model): number | null {
  const sampled = useMemoryStore(
    (mirror) => mirror.sample?.models.find((each) => sameModel(each.id, model.id))?.heldBytes ?? null
  )
  return isResident(model) ? (sampled ?? model.heldBytes) : null
}

/** What the thin bars are a share of. */
export function useBudgetBytes(): number | null {
  return useMemoryStore((mirror) => mirror.sample?.budgetBytes ?? mirror.sample?.totalBytes ?? null)
}

/** null where the model is not on disk waiting, or nothing can be said. */
export function useFit(model: Model): Fit | null {
  const budgetBytes = useMemoryStore((mirror) => mirror.sample?.budgetBytes ?? null)
  const held = useMemoryStore((mirror) => mirror.sample?.models)
  const heldBytes = useModelStore((mirror) => spokenForBytes(mirror.byKey, held))
  return isResident(model) ? null : roughFit({ sizeBytes: model.sizeBytes, budgetBytes, heldBytes })
}

export function useWaitingFor(model: Model): string | null {
  return useOperationStore((mirror) => {
    const progress = model.operationId === null ? undefined : mirror.progressById[model.operationId]
    return progress?.kind === 'unload' ? progress.waitingFor : null
  })
}

export interface Inspected {
  details: ModelDetails | null
  error: ErrorInfo | null
}

/** The model's raw facts, asked for again when it was loaded or unloaded, because its memory by part changes with that. */
export function useInspected(model: Model): Inspected {
  const [inspected, setInspected] = useState<Inspected & { key: string }>({ key: '', details: null, error: null })
  const { hostId, name } = model.id
  const key = modelKey(model.id)
  const isHere = model.state !== 'absent'
  const isReady = model.state === 'ready'
  useEffect(() => {
    if (!isHere) return
    let isWanted = true
    request('models.inspect', { id: { hostId, name } })
      .then((details) => ({ key, details, error: null }))
      .catch((thrown: unknown) => {
        const { code, message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
        return { key, details: null, error: { code, message, hint } }
      })
      .then((next) => {
        if (isWanted) setInspected(next)
      })
    return () => {
      isWanted = false
    }
  }, [hostId, name, key, isHere, isReady, model.loadedAt])
  return inspected.key === key ? inspected : { details: null, error: null }
}
