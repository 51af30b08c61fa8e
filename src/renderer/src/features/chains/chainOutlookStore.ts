/**
 * What the core says of the chain on the canvas before it runs: mistakes with their places, what every step would be asked with, and the
 * plan. Asked anew with every change, the newest answer wins; the canvas, the inspector and the plan under them read it here.
 */
import { create } from 'zustand'
import type { Chain, ChainProblem } from '../../../../shared/chain.ts'
import type { Plan, PlanOrder, StepOutlook } from '../../../../shared/plan.ts'
import type { InputSet } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { failureWords } from '../../host/failureWords.ts'
import { createLatestAsker } from '../../lib/latestAsker.ts'
import { pageClock } from '../../lib/pageClock.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useModelsFileStore } from '../../stores/modelsFileStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { lastInputId } from '../inputs/inputsStore.ts'
import { useChainDocument } from './chainDocument.ts'

export interface ChainOutlook {
  /** Of which chain all this is; null: of none yet. */
  chainId: string | null
  plan: Plan | null
  problems: readonly ChainProblem[]
  /** By step id. */
  steps: Readonly<Record<string, StepOutlook>>
  /** Changes have been made that the answer does not know of. */
  isOld: boolean
  /** Why there is no newer answer. */
  failure: string | null
  /** What it is asked for. */
  order: PlanOrder
  input: InputSet | null
  /** null: as the settings say. */
  autoUnload: boolean | null
}

const nothing = { chainId: null, plan: null, problems: [], steps: {}, isOld: true, failure: null } as const

export const useChainOutlook = create<ChainOutlook>(() => ({
  ...nothing,
  order: 'fewest_loads',
  input: null,
  autoUnload: null
}))

const everyMs = 350
/** Models come and go in steps; the plan follows once they rest. */
const afterModelsMs = 1_000

interface Question {
  chain: Chain
  order: PlanOrder
  inputId: string | null
  autoUnload: boolean | null
}

const asker = createLatestAsker({
  ask: ({ chain, order, inputId, autoUnload }: Question) =>
    request('chains.plan', {
      chain,
      order,
      ...(inputId !== null && { inputId }),
      ...(autoUnload !== null && { autoUnload })
    }),
  take({ plan, problems, steps }, { chain }) {
    if (useChainDocument.getState().chain?.id !== chain.id) return
    useChainOutlook.setState((before) => ({
      chainId: chain.id,
      plan,
      problems,
      steps: withSame(before.steps, Object.fromEntries(steps.map((step) => [step.stepId, step]))),
      isOld: useChainDocument.getState().chain !== chain,
      failure: null
    }))
  },
  fail: (thrown) => useChainOutlook.setState({ failure: failureWords(thrown) }),
  everyMs,
  clock: pageClock
})

/** Steps that did not change keep their object: their cards are not drawn anew. */
function withSame(
  before: Readonly<Record<string, StepOutlook>>,
  after: Readonly<Record<string, StepOutlook>>
): Readonly<Record<string, StepOutlook>> {
  return Object.fromEntries(
    Object.entries(after).map(([id, step]) => {
      const old = before[id]
      return [id, old !== undefined && JSON.stringify(old) === JSON.stringify(step) ? old : step]
    })
  )
}

function askOutlook(): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const { order, input, autoUnload } = useChainOutlook.getState()
  if (useConnectionStore.getState().connection !== 'open') return
  asker.ask({ chain, order, inputId: input?.id ?? null, autoUnload })
}

/** Another wish for the same chain: the plan is asked for anew. */
export function wishPlan(wish: Partial<Pick<ChainOutlook, 'order' | 'input' | 'autoUnload'>>): void {
  useChainOutlook.setState({ ...wish, isOld: true })
  askOutlook()
}

/** What the chain was run on last, if it is still kept: the plan is of that. */
async function findLastInput(chainId: string): Promise<void> {
  const inputId = lastInputId(chainId)
  if (inputId === null) return
  const answer = await request('inputs.get', { inputId }).catch(() => null)
  const isWished = useChainOutlook.getState().input !== null
  if (answer !== null && !isWished && useChainDocument.getState().chain?.id === chainId)
    wishPlan({ input: answer.input })
}

/** Follows the chain on the canvas, and what the machine holds, until it is stopped. */
export function followOutlook(): () => void {
  useChainOutlook.setState({ ...nothing, input: null, autoUnload: null })
  let later: ReturnType<typeof setTimeout> | undefined
  const askLater = (): void => {
    clearTimeout(later)
    later = setTimeout(askOutlook, afterModelsMs)
  }
  const stops = [
    useChainDocument.subscribe((now, before) => {
      if (now.chain === before.chain || now.chain === null) return
      if (now.chain.id !== before.chain?.id) {
        useChainOutlook.setState({ ...nothing, input: null, autoUnload: null })
        void findLastInput(now.chain.id)
      } else useChainOutlook.setState({ isOld: true })
      askOutlook()
    }),
    useFitStore.subscribe((now, before) => now.byKey !== before.byKey && askLater()),
    useModelStore.subscribe((now, before) => now.keys !== before.keys && askLater()),
    useModelsFileStore.subscribe(askLater),
    useSettingStore.subscribe(askLater),
    useConnectionStore.subscribe((now, before) => {
      if (now.connection === 'open' && before.connection !== 'open') askOutlook()
    })
  ]
  const open = useChainDocument.getState().chain
  if (open !== null) void findLastInput(open.id)
  askOutlook()
  return () => {
    clearTimeout(later)
    asker.stop()
    for (const stop of stops) stop()
  }
}
