/** What two runs made of one item: their final outputs, or one step of each. */
import { useEffect, useState } from 'react'
import type { RunSummary } from '../../../../shared/run.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'

type Texts = readonly [string | null, string | null]

async function textOf(run: RunSummary, item: number, stepId: string | null): Promise<string | null> {
  if (item >= run.itemCount) return null
  if (stepId === null) return (await request('runs.item', { runId: run.id, item })).finalOutput
  const { text, status } = await request('runs.step', { runId: run.id, item, stepId })
  return text === '' && status !== 'done' ? null : text
}

export function useComparedTexts(
  [one, other]: readonly [RunSummary, RunSummary],
  item: number,
  ids: readonly [string, string] | null
): { texts: Texts | null; failure: string | null } {
  const [state, setState] = useState<{ texts: Texts | null; failure: string | null }>({ texts: null, failure: null })
  const [a, b] = ids ?? [null, null]
  useEffect(() => {
    let isGone = false
    Promise.all([textOf(one, item, a), textOf(other, item, b)]).then(
      (texts) => !isGone && setState({ texts, failure: null }),
      (thrown: unknown) => !isGone && setState({ texts: null, failure: failureWords(thrown) })
    )
    return () => void (isGone = true)
    // What is done of a run is done: its other changes need no new question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [one.id, one.stepRunsDone, other.id, other.stepRunsDone, item, a, b])
  return state
}
