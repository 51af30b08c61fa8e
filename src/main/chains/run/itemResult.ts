/** What an item amounts to: the outputs of the steps that no other mentions, or why there are none. */
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { ItemEnd, RunStore } from '../../storage/runStore.ts'
import type { ChainShape } from './chainShape.ts'
import type { RunState } from './runState.ts'

interface ResultOf {
  shape: ChainShape
  state: RunState
  store: Pick<RunStore, 'output' | 'step'>
  runId: string
  item: number
  /** Ended just now, and not in the store yet: by step id. */
  news: ReadonlyMap<string, { text: string; error: ErrorInfo | null }>
}

/** Of an item none of whose steps is left to run. */
export function itemResult({ shape, state, store, runId, item, news }: ResultOf): ItemEnd {
  const outputOf = (stepId: string): string => news.get(stepId)?.text ?? store.output(runId, item, stepId) ?? ''
  const results = shape.results.flatMap((place) => {
    const step = shape.steps[place]
    const status = state.step(item, place)
    return step && (status === 'done' || status === 'defaulted') ? [step] : []
  })
  const [only] = results
  if (only === undefined) {
    return { item, status: 'failed', reason: null, error: firstError(), finalOutput: null }
  }
  const finalOutput =
    shape.results.length === 1
      ? outputOf(only.id)
      : results.map(({ id, name }) => `## ${name}\n\n${outputOf(id)}`).join('\n\n')
  return { item, status: 'done', reason: null, error: null, finalOutput }

  function firstError(): ErrorInfo | null {
    for (const { id } of shape.steps) {
      const error = news.get(id)?.error ?? store.step(runId, item, id)?.error ?? null
      if (error !== null) return error
    }
    return null
  }
}
