/** The loads the bar shows before they are there: the one under the pointer, and what loading models still have to fetch. */
import { useMemo } from 'react'
import { useHostStore } from '../../stores/hostStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { bytesToFetch } from '../../lib/bytesToFetch.ts'
import { isOfThisMachine } from '../models/fitNow.ts'
import type { PlannedLoad } from './barLayout.ts'

/** What loading models still have to fetch comes first; the load under the pointer comes on top of it. */
export function usePlannedLoads(): PlannedLoad[] {
  const plannedKey = useUiStore((ui) => ui.plannedKey)
  const byKey = useModelStore((mirror) => mirror.byKey)
  const held = useMemoryStore((mirror) => mirror.sample?.models)
  const hosts = useHostStore((mirror) => mirror.hosts)
  return useMemo(() => {
    const loading = Object.values(byKey).filter((model) => model.state === 'loading')
    const hovered = plannedKey === null ? undefined : byKey[plannedKey]
    const planned = hovered && !isResident(hovered) ? [...loading, hovered] : loading
    return planned.flatMap((model) => {
      if (!isOfThisMachine(model, hosts)) return []
      const bytes = bytesToFetch(model, held)
      return bytes > 0 ? [{ key: modelKey(model.id), name: model.id.name, bytes }] : []
    })
  }, [plannedKey, byKey, held, hosts])
}
