/** Mirror of models.yaml: its models, aliases and mistakes; null before it is known. */
import { create } from 'zustand'
import type { ModelsFile } from '../../../shared/modelsFile.ts'

export const useModelsFileStore = create<{ file: ModelsFile | null }>(() => ({ file: null }))
