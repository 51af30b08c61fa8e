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
    else await recover(draft, known.has(id)).catch(() => undefined)
  }
}

/** One that was changed elsewhere in the meantime waits until it is opened: which of the two is to stay is asked there. */
async function recover({ chain, basedOn }: ChainDraft, isKnown: boolean): Promise<void> {
  if (isKnown && (await request('chains.get', { chainId: chain.id })).savedAt !== basedOn) return
  await request('chains.save', { chain })
  dropDraft(chain.id)
}
