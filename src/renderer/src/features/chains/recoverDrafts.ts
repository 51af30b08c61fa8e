/** Chains that were made while the core was away, and never saved before the page was closed: they are saved now. */
import { request } from '../../host/client.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { allDrafts, dropDraft } from './chainDrafts.ts'
import { useChainDocument } from './chainDocument.ts'

export async function recoverDrafts(): Promise<void> {
  const known = new Set(useChainStore.getState().chains.map(({ id }) => id))
  for (const { chain, basedOn } of allDrafts()) {
    if (known.has(chain.id) || chain.id === useChainDocument.getState().chain?.id) continue
    // It was saved once and is gone: it was deleted on purpose.
    if (basedOn !== null) dropDraft(chain.id)
    else
      await request('chains.save', { chain }).then(
        () => dropDraft(chain.id),
        // Kept for the next time.
        () => undefined
      )
  }
}
