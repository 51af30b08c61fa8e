/** The models of what is shown side by side are told apart by their colours: those of the open chain, or of all chains in the list. */
import type { ChainSummary } from '../../../../shared/chain.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useTargetOf, type TargetOf } from '../../stores/modelsFileStore.ts'
import { useChainDocument } from './chainDocument.ts'

function keysOf(models: readonly ModelId[], targetOf: TargetOf): string[] {
  return [...new Set(models.map((id) => modelKey(targetOf(id))))]
}

export function useOpenChainColours(): void {
  const targetOf = useTargetOf()
  // As one text: the same while they stay, so that the builder is not drawn anew with every change of the chain.
  const keys = useChainDocument(({ chain }) =>
    keysOf(
      (chain?.steps ?? []).flatMap(({ model }) => model ?? []),
      targetOf
    ).join('\n')
  )
  useModelColours(keys === '' ? [] : keys.split('\n'))
}

export function useChainListColours(chains: readonly ChainSummary[]): void {
  const targetOf = useTargetOf()
  useModelColours(
    keysOf(
      chains.flatMap(({ models }) => models),
      targetOf
    )
  )
}
