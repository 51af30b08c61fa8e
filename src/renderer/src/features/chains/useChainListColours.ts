/** The models of all chains stand side by side in one list: they are told apart there. */
import type { ChainSummary } from '../../../../shared/chain.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useTargetOf } from '../schedule/ruleModels.ts'

export function useChainListColours(chains: readonly ChainSummary[]): void {
  const targetOf = useTargetOf()
  useModelColours([...new Set(chains.flatMap(({ models }) => models.map((id) => modelKey(targetOf(id)))))])
}
