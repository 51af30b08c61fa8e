/** What two runs made of one item: their final outputs, or one step of each. */
import type { RunSummary } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { useAnswer } from './useAnswer.ts'

type ComparedTexts = readonly [string | null, string | null]

async function textOf(run: RunSummary, item: number, stepId: string | null): Promise<string | null> {
  if (item >= run.itemCount) return null
  if (stepId === null) return (await request('runs.item', { runId: run.id, item })).finalOutput
  const { text, status } = await request('runs.step', { runId: run.id, item, stepId })
  return text === '' && status !== 'done' ? null : text
}

export function useComparedTexts(
  [one, other]: readonly [RunSummary, RunSummary],
  item: number,
  stepIds: readonly [string, string] | null
): { texts: ComparedTexts | null; failure: string | null } {
  const [a, b] = stepIds ?? [null, null]
  // What is done of a run is done: its other changes need no new question.
  const key = JSON.stringify([item, stepIds, one.stepRunsDone, other.stepRunsDone])
  const { answer, failure } = useAnswer<ComparedTexts>(key, () =>
    Promise.all([textOf(one, item, a), textOf(other, item, b)])
  )
  return { texts: failure === null ? answer : null, failure }
}
