/** Which chain is open and what is shown beside it; nothing here is saved or undone. */
import { create } from 'zustand'

export type SidePanel = 'inspector' | 'versions'

export interface ChainView {
  openId: string | null
  panel: SidePanel
  isPanelOpen: boolean
  isDrawerOpen: boolean
  isShelfOpen: boolean
  search: string
  /** An earlier state that is looked at, instead of the chain as it is. */
  previewAt: number | null
  /** Asked before their mentions are taken out of the templates. */
  disconnecting: readonly { from: string | null; to: string }[] | null
}

export const useChainView = create<ChainView>(() => ({
  openId: null,
  panel: 'inspector',
  isPanelOpen: true,
  isDrawerOpen: false,
  isShelfOpen: false,
  search: '',
  previewAt: null,
  disconnecting: null
}))

export function showInspector(): void {
  useChainView.setState({ panel: 'inspector', isPanelOpen: true, isDrawerOpen: true })
}

export function showVersions(): void {
  useChainView.setState({ panel: 'versions', isPanelOpen: true, isDrawerOpen: true })
}

export function toggleShelf(): void {
  useChainView.setState(({ isShelfOpen }) => ({ isShelfOpen: !isShelfOpen }))
}
