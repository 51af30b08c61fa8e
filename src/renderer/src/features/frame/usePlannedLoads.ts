/** The loads the bar shows before they are there: what loading models still have to fetch, and the one whose button is in hand. */
import { useMemo } from 'react'
import type { ModelMemory } from '../../../../shared/memory.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import { planOf, type Plan } from './plannedLoads.ts'

const nothingHeld: readonly ModelMemory[] = []

export function usePlannedLoads(): Plan {
  const asked = useUiStore((ui) => ui.planned)
  const byKey = useModelStore((mirror) => mirror.byKey)
  const fits = useFitStore((mirror) => mirror.byKey)
  const held = useMemoryStore((mirror) => mirror.sample?.models) ?? nothingHeld
  const budgetBytes = useMemoryStore((mirror) => mirror.sample?.budgetBytes ?? null)
  return useMemo(
    () => planOf({ models: Object.values(byKey), fits, held, asked, budgetBytes }),
    [asked, byKey, fits, held, budgetBytes]
  )
}
