/** Why a run cannot begin; null: it can. Pure. */
import type { Chain, ChainProblem } from '../../../../shared/chain.ts'
import type { InputSet } from '../../../../shared/run.ts'
import { noPlanWords } from '../plan/planWords.ts'

interface Beginning {
  chain: Pick<Chain, 'steps'>
  draft: { input: InputSet | null; sending: unknown; failure: string | null }
  problems: readonly ChainProblem[]
  isConnected: boolean
}

export function blockedWords({ chain, draft, problems, isConnected }: Beginning): string | null {
  if (!isConnected) return 'Not connected.'
  if (chain.steps.length === 0) return 'The chain has no step yet.'
  // First: without an item the rest need not be mended.
  if (draft.input?.itemCount === 0) return 'There is no item in this input.'
  const names = new Map(chain.steps.map(({ id, name }) => [id, name]))
  const wrong = noPlanWords(problems, (stepId) => names.get(stepId) ?? '')
  if (wrong !== null) return wrong
  if (draft.sending !== null) return 'The input is still being read.'
  if (draft.failure !== null) return 'The input could not be taken.'
  return draft.input === null ? 'Nothing to run on yet.' : null
}
