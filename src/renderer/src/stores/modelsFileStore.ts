/** Mirror of models.yaml: its models, aliases and mistakes; null before it is known. And what its aliases stand for. */
import { useCallback } from 'react'
import { create } from 'zustand'
import type { ModelId } from '../../../shared/model.ts'
import type { ModelsFile } from '../../../shared/modelsFile.ts'
import { aliasHostId } from '../lib/aliasHost.ts'

export const useModelsFileStore = create<{ file: ModelsFile | null }>(() => ({ file: null }))

export type TargetOf = (id: ModelId) => ModelId

/** The model an alias points at; what is none stays. */
export function useTargetOf(): TargetOf {
  const aliases = useModelsFileStore((mirror) => mirror.file?.aliases)
  return useCallback(
    (id) => (id.hostId === aliasHostId ? (aliases?.find(({ name }) => name === id.name)?.target ?? id) : id),
    [aliases]
  )
}
