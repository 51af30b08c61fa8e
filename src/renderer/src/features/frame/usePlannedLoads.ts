/** The loads the bar shows before they are there: the one under the pointer, and what loading models still have to fetch. */
import { useMemo } from 'react'
import type { Model } from '../../../../shared/model.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { PlannedLoad } from './barLayout.ts'

/** Until needs are predicted, a model's size on disk stands for what it will hold: its weights, the greatest part. */
function plannedBytes(model: Model, heldBytes: number): number {
  return Math.max(0, (model.sizeBytes ?? 0) - heldBytes)
}

export function usePlannedLoads(): PlannedLoad[] {
  const plannedKey = useUiStore((ui) => ui.plannedKey)
  const byKey = useModelStore((mirror) => mirror.byKey)
  const held = useMemoryStore((mirror) => mirror.sample?.models)
  return useMemo(() => {
    const heldBytes = new Map(held?.map((each) => [modelKey(each.id), each.heldBytes ?? 0]))
    return Object.entries(byKey).flatMap(([key, model]) => {
      const isPlanned = model.state === 'loading' || (key === plannedKey && !isResident(model))
      const bytes = isPlanned ? plannedBytes(model, heldBytes.get(key) ?? 0) : 0
      return bytes > 0 ? [{ key, name: model.id.name, bytes }] : []
    })
  }, [plannedKey, byKey, held])
}
