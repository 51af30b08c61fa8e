/** What the person at the page is looking at; nothing here is the core's business. */
import { create } from 'zustand'
import type { ScreenName } from '../lib/navigation.ts'

export const modelSorts = ['name', 'size', 'used', 'held'] as const
export type ModelSort = (typeof modelSorts)[number]

/** A dialog over the screen; some are about one model. */
export type Dialog =
  | { name: 'pull' | 'samples' | 'add-host' | 'unload-all' }
  | { name: 'copy' | 'delete' | 'details' | 'load-anyway' | 'keep-custom'; key: string }

export interface UiState {
  screen: ScreenName
  selectedKey: string | null
  /** Whether the inspector stands beside the list, where there is room for it. */
  isInspectorOpen: boolean
  /** Whether it is drawn over the list, where there is not. */
  isDrawerOpen: boolean
  search: string
  sort: ModelSort
  /** The model whose Load is under the pointer: the memory bar shows it as a ghost. */
  plannedKey: string | null
  isPaletteOpen: boolean
  dialog: Dialog | null
}

export const useUiStore = create<UiState>(() => ({
  screen: 'models',
  selectedKey: null,
  isInspectorOpen: true,
  isDrawerOpen: false,
  search: '',
  sort: 'name',
  plannedKey: null,
  isPaletteOpen: false,
  dialog: null
}))

export function goTo(screen: ScreenName): void {
  useUiStore.setState({ screen })
}

export function openDialog(dialog: Dialog): void {
  useUiStore.setState({ dialog })
}

export function closeDialog(): void {
  useUiStore.setState({ dialog: null })
}
