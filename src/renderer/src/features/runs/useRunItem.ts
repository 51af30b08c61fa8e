/** One item of a run with its texts, asked for again as its steps end. */
import type { Output } from '../../../../shared/contract.ts'
import type { Chain } from '../../../../shared/chain.ts'
import type { RunItem, RunSummary } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { stepKey, useRunStore } from '../../stores/runStore.ts'
import { useAnswer } from './useAnswer.ts'

export interface WholeItem {
  row: RunItem
  texts: Output<'runs.item'>
}

/** Null: there is no such item. */
export async function askItem(runId: string, item: number): Promise<WholeItem | null> {
  const [{ items }, texts] = await Promise.all([
    request('runs.items', { runId, fromItem: item, limit: 1 }),
    request('runs.item', { runId, item })
  ])
  const row = items.find((each) => each.item === item)
  return row === undefined ? null : { row, texts }
}

export function useRunItem(run: RunSummary, chain: Chain, item: number) {
  const moves = useRunStore(({ moved }) =>
    chain.steps.map(({ id }) => moved[stepKey(item, id)]?.status ?? '').join(' ')
  )
  const { answer, failure } = useAnswer(`${run.status} ${moves}`, () => askItem(run.id, item))
  return { whole: answer, failure }
}
