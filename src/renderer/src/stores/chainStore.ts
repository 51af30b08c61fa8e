/** Mirror of the saved chains, newest first. The chain on the canvas is a document of its own (features/chains). */
import { create } from 'zustand'
import type { ChainSummary } from '../../../shared/chain.ts'

export const useChainStore = create<{ chains: readonly ChainSummary[]; isKnown: boolean }>(() => ({
  chains: [],
  isKnown: false
}))
