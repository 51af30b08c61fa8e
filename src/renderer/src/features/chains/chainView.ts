/** Which chain is open and what is shown beside it; nothing here is saved or undone. */
import { create } from 'zustand'
import type { ChainEdge } from '../../../../shared/chainGraph.ts'
import { isNarrow } from '../../components/useWidth.ts'

interface ChainView {
  openId: string | null
  panel: 'inspector' | 'versions'
  isDrawerOpen: boolean
  isShelfOpen: boolean
  search: string
  /** The chain that was left last: its row gets the keyboard. */
  leftId: string | null
  /** Asked before their mentions are taken out of the templates. */
  disconnecting: readonly ChainEdge[] | null
}

export const useChainView = create<ChainView>(() => ({
  openId: null,
  panel: 'inspector',
  isDrawerOpen: false,
  isShelfOpen: false,
  search: '',
  leftId: null,
  disconnecting: null
}))

export function showInspector(): void {
  useChainView.setState({ panel: 'inspector', isDrawerOpen: isNarrow() })
}

export function showVersions(): void {
  useChainView.setState({ panel: 'versions', isDrawerOpen: isNarrow() })
}

export const shelfButtonId = 'canvas-models'

export function toggleShelf(): void {
  useChainView.setState(({ isShelfOpen }) => ({ isShelfOpen: !isShelfOpen }))
}

export function closeShelf(): void {
  useChainView.setState({ isShelfOpen: false })
  document.getElementById(shelfButtonId)?.focus()
}
