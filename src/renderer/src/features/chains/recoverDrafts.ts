/** What was changed while the core was away, and not saved before its chain or the page was closed: it is saved now. */
import { request } from '../../host/client.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { allDrafts, dropDraft, type ChainDraft } from './chainDrafts.ts'
import { useChainDocument } from './chainDocument.ts'

export async function recoverDrafts(): Promise<void> {
  const known = new Set(useChainStore.getState().chains.map(({ id }) => id))
  for (const draft of allDrafts()) {
    const { id } = draft.chain
    if (id === useChainDocument.getState().chain?.id) continue
    // It was saved once and is gone: it was deleted on purpose.
    if (!known.has(id) && draft.basedOn !== null) dropDraft(id)
    // Kept for the next time.
    else await recover(draft).catch(() => undefined)
  }
}

/** One that was changed elsewhere in the meantime is refused, and waits until it is opened: which of the two is to stay is asked there. */
async function recover({ chain, basedOn }: ChainDraft): Promise<void> {
  await request('chains.save', { chain, basedOnSavedAt: basedOn ?? 0 })
  dropDraft(chain.id)
}
