/** The models a step can ask: those that are there and can answer, those in memory first. */
import { useMemo } from 'react'
import type { ModelId } from '../../../../shared/model.ts'
import { compareNames } from '../../lib/compareNames.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'

export const noModelsWords = 'There are no models on this machine yet. The Models screen says how to get one.'

export function useChatModels(): ModelId[] {
  const { byKey, keys } = useModelStore()
  return useMemo(
    () =>
      keys
        .flatMap((key) => byKey[key] ?? [])
        .filter(({ state, capabilities }) => state !== 'absent' && (capabilities?.includes('completion') ?? true))
        .sort((a, b) => Number(isResident(b)) - Number(isResident(a)) || compareNames(a.id.name, b.id.name))
        .map(({ id }) => id),
    [byKey, keys]
  )
}
