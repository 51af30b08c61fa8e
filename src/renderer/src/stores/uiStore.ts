/** What the person at the page is looking at; nothing here is the core's business. */
import { create } from 'zustand'
import type { ScreenName } from '../lib/navigation.ts'

export const modelSorts = ['name', 'size', 'used', 'held'] as const
export type ModelSort = (typeof modelSorts)[number]

export interface UiState {
  screen: ScreenName
  selectedKey: string | null
  /** Whether the inspector is open; below 1000 px it is a drawer. */
  isInspectorOpen: boolean
  search: string
  sort: ModelSort
  /** The model whose Load is under the pointer: the memory bar shows it as a ghost. */
  plannedKey: string | null
  isPaletteOpen: boolean
  dialog: 'pull' | 'add-host' | 'samples' | null
}

export const useUiStore = create<UiState>(() => ({
  screen: 'models',
  selectedKey: null,
  isInspectorOpen: false,
  search: '',
  sort: 'name',
  plannedKey: null,
  isPaletteOpen: false,
  dialog: null
}))

export function goTo(screen: ScreenName): void {
  useUiStore.setState({ screen })
}
