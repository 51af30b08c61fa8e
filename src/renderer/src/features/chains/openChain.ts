/** Opens chains, makes new ones, and closes the one that is open. */
import type { Chain } from '../../../../shared/chain.ts'
import { request } from '../../host/client.ts'
import { notifyDone, notifyFailure } from '../../actions/notify.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { isChanged, leaveDocument, openDraft, openSaved } from './autosave.ts'
import { closeDocument, useChainDocument } from './chainDocument.ts'
import { findDraft } from './chainDrafts.ts'
import { useChainView } from './chainView.ts'
import { freeName, makeChain } from './makeChain.ts'

function show(chain: Chain, open: () => void): void {
  leaveDocument()
  open()
  useChainView.setState({ openId: chain.id, panel: 'inspector', isDrawerOpen: false, disconnecting: null })
  goTo('chains')
}

export async function openChain(chainId: string, name: string): Promise<void> {
  try {
    const { chain, savedAt } = await request('chains.get', { chainId })
    show(chain, () => openSaved(chain, savedAt))
  } catch (thrown) {
    const draft = findDraft(chainId)
    if (draft !== null) return show(draft.chain, () => openDraft(draft))
    notifyFailure(`${name} was not opened`, thrown)
  }
}

/** Saved at once, so that it is in the list of every window. */
export function newChain(): void {
  const taken = new Set(useChainStore.getState().chains.map(({ name }) => name))
  const chain = makeChain(freeName('New chain', taken))
  show(chain, () => openSaved(chain, null))
}

/** One the core has made: imported, or a sample. */
export async function openMade(chain: Chain): Promise<void> {
  const summary = useChainStore.getState().chains.find(({ id }) => id === chain.id)
  if (summary !== undefined) show(chain, () => openSaved(chain, summary.savedAt))
  else await openChain(chain.id, chain.name)
}

export function closeChain(): void {
  leaveDocument()
  closeDocument()
  useChainView.setState(({ openId }) => ({ leftId: openId, openId: null, isDrawerOpen: false, disconnecting: null }))
}

/** Deleted from another window: it is closed here too. With changes that are not saved yet it stays, and is saved with them. */
export function followDeletion(): () => void {
  return useChainStore.subscribe((now, before) => {
    const { chain } = useChainDocument.getState()
    const isIn = ({ chains }: typeof now): boolean => chains.some(({ id }) => id === chain?.id)
    if (chain === null || !now.isKnown || !isIn(before) || isIn(now) || isChanged()) return
    closeChain()
    notifyDone(`${chain.name} was deleted in another window.`)
  })
}
