/** What rows and the inspector read beside the model itself, each as narrow as it can be so that little re-renders. */
import { useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../../shared/errors.ts'
import { toErrorInfo } from '../../../../shared/errors.ts'
import type { Host, Keeper, Model, ModelDetails, ModelId } from '../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../shared/modelKey.ts'
import { request } from '../../host/client.ts'
import { RequestError } from '../../host/requestError.ts'
import { useNow } from '../../lib/useNow.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { isResident } from '../../stores/modelStore.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { useZone } from '../schedule/useZone.ts'
import { timeWords } from '../schedule/zone.ts'
import { keptUntil } from './keepAlive.ts'
import { waitWords } from './waitWords.ts'

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

export function useWaitingFor(model: Model): string | null {
  return useOperationStore((mirror) => {
    const progress = model.operationId === null ? undefined : mirror.progressById[model.operationId]
    return progress?.kind === 'unload' ? progress.waitingFor : null
  })
}

/** When the rule that keeps a model lets go, by the machine's clock: "18:00". */
export function useKeptUntil(keptBy: Keeper | null): string | null {
  const zone = useZone()
  const untilAt = useRuleStore(({ rules }) => keptUntil(rules, keptBy))
  return untilAt === null ? null : timeWords(zone, untilAt)
}

/** What an answer waits for before its first word, counted on; null where it waits for nothing, or there is none. */
export function useAnswerWait(operationId: string | null): string | null {
  const progress = useOperationStore((mirror) => (operationId === null ? undefined : mirror.progressById[operationId]))
  const cameAt = useOperationStore((mirror) => (operationId === null ? undefined : mirror.cameAtById[operationId]))
  const now = useNow(progress?.kind === 'queued' || progress?.kind === 'retrying')
  return waitWords(progress, { now, cameAt: cameAt ?? now })
}

export interface Inspected {
  details: ModelDetails | null
  error: ErrorInfo | null
}

/** Who walks through the list with an arrow key held down asks for the model they stop at, not for all they pass. */
const restMs = 150

async function inspect(id: ModelId): Promise<Inspected> {
  try {
    return { details: await request('models.inspect', { id }), error: null }
  } catch (thrown) {
    const { code, message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
    return { details: null, error: { code, message, hint } }
  }
}

/** The model's raw facts, asked for again when it was loaded or unloaded, because its memory by part changes with that. */
export function useInspected(model: Model): Inspected {
  const [inspected, setInspected] = useState<Inspected & { key: string }>({ key: '', details: null, error: null })
  const { hostId, name } = model.id
  const key = modelKey(model.id)
  const isHere = model.state !== 'absent'
  const isReady = model.state === 'ready'
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  useEffect(() => {
    if (!isHere || !isConnected) return
    let isWanted = true
    const timer = setTimeout(() => {
      void inspect({ hostId, name }).then((next) => {
        if (isWanted) setInspected({ key, ...next })
      })
    }, restMs)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [hostId, name, key, isHere, isReady, isConnected, model.loadedAt])
  return inspected.key === key ? inspected : { details: null, error: null }
}
