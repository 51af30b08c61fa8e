/** What two runs made of one item: their final outputs, or one step of each, with what it took or why there is none. */
import type { RunDetail, RunSummary } from '../../../../../shared/run.ts'
import { itemNotes } from '../../../../../shared/stepNotes.ts'
import { request } from '../../../host/client.ts'
import { useAnswer } from '../useAnswer.ts'
import { askItem } from '../useRunItem.ts'
import { noOutputWords, sideFacts, textNote } from './sideWords.ts'

export interface ComparedText {
  text: string | null
  /** In the place of a text that is missing or empty. */
  instead: string
  isFailure: boolean
  /** Of a text that is there, but not simply what was asked for. */
  notes: readonly string[]
  /** What it took. */
  facts: readonly string[]
}

const noItem: ComparedText = {
  text: null,
  instead: 'This run has no such item',
  isFailure: false,
  notes: [],
  facts: []
}

type ComparedTexts = readonly [ComparedText, ComparedText]

const missing = (ended: Parameters<typeof noOutputWords>[0]) => ({
  instead: noOutputWords(ended),
  isFailure: ended.status === 'failed'
})

async function textOf({ run, chain }: RunDetail, item: number, stepId: string | null): Promise<ComparedText> {
  if (item >= run.itemCount) return noItem
  if (stepId === null) {
    const whole = await askItem(run.id, item)
    if (whole === null) return noItem
    const { row, texts } = whole
    const stop = row.status === 'stopped' && row.reason !== null ? [`Stopped: ${row.reason}`] : []
    const notes = texts.finalOutput === null ? [] : [...stop, ...itemNotes(row.steps, chain)]
    return { text: texts.finalOutput, ...missing(row), notes, facts: [] }
  }
  const step = await request('runs.step', { runId: run.id, item, stepId })
  const note = textNote(step)
  const isMissing = step.text === '' && step.status !== 'done'
  return {
    text: isMissing ? null : step.text,
    ...missing(step),
    notes: note === null ? [] : [note],
    facts: sideFacts(step)
  }
}

/** What is done of a run is done: its other changes need no new question. */
const standing = ({ status, stepRunsDone, items }: RunSummary): unknown => [status, stepRunsDone, items]

export function useComparedTexts(
  [one, other]: readonly [RunDetail, RunDetail],
  item: number,
  stepIds: readonly [string, string] | null
): { texts: ComparedTexts | null; failure: string | null } {
  const [a, b] = stepIds ?? [null, null]
  const key = JSON.stringify([item, stepIds, standing(one.run), standing(other.run)])
  const { answer, failure } = useAnswer<ComparedTexts>(key, () =>
    Promise.all([textOf(one, item, a), textOf(other, item, b)])
  )
  return { texts: failure === null ? answer : null, failure }
}
