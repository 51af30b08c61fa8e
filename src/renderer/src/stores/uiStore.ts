/** What the person at the page is looking at; nothing here is the core's business. */
import { create } from 'zustand'
import type { Prediction } from '../../../shared/fit.ts'
import type { ScreenName } from '../lib/navigation.ts'

export const modelSorts = ['name', 'size', 'used', 'held'] as const
export type ModelSort = (typeof modelSorts)[number]

/** A dialog over the screen; some are about one model. */
export type Dialog =
  | { name: 'pull' | 'samples' | 'add-host' | 'unload-all' }
  | { name: 'host'; hostId: string }
  | { name: 'copy' | 'delete' | 'details' | 'keep-custom'; key: string }
  /** `contextLength` null: the default one. */
  /** `wasRefused`: the core itself has said no, whatever its verdict is by now. */
  | { name: 'load-anyway'; key: string; contextLength: number | null; wasRefused: boolean }

export interface PlannedModel {
  key: string
  /** null: the mirror's own, of the default context. */
  prediction: Prediction | null
}

export interface UiState {
  screen: ScreenName
  selectedKey: string | null
  /** Whether the inspector stands beside the list, where there is room for it. */
  isInspectorOpen: boolean
  /** Whether it is drawn over the list, where there is not. */
  isDrawerOpen: boolean
  search: string
  sort: ModelSort
  /** The load whose button is under the pointer or in focus: the memory bar shows it as a ghost. */
  planned: PlannedModel | null
  /** The offer to unload under memory pressure was put aside, until pressure has been normal once. */
  isReliefDeclined: boolean
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
  planned: null,
  isReliefDeclined: false,
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
