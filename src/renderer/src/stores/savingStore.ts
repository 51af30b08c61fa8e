/** Mirror of what warmth has saved, per model. */
import { create } from 'zustand'
import type { Saving } from '../../../shared/model.ts'

export const useSavingStore = create<{ savings: readonly Saving[] }>(() => ({ savings: [] }))
