/** Two runs beside each other: their figures, and item by item what each made of it, with the words that differ marked. */
import { Button, Select } from '@mantine/core'
import { useMemo, useState, type KeyboardEvent } from 'react'
import type { RunDetail } from '../../../../../shared/run.ts'
import { EmptyState } from '../../../components/EmptyState.tsx'
import { Screen } from '../../../components/Screen.tsx'
import { Back } from '../Back.tsx'
import { compareWith, useRunsView } from '../runsView.ts'
import { useFocusHere } from '../useFocusHere.ts'
import { useRunDetail } from '../useRunDetail.ts'
import { comparedSteps } from './comparedChains.ts'
import { ComparedFigures } from './ComparedFigures.tsx'
import { ComparedItems } from './ComparedItems.tsx'
import { ComparedTexts } from './ComparedTexts.tsx'
import classes from './CompareRuns.module.css'
import { unlikeWords } from './compareWords.ts'

const leave = (): void => compareWith(null)
const back = <Back label="Back to the run" onBack={leave} />

function onEscape(event: KeyboardEvent): void {
  // A list of choices that is open closes first.
  const isOpen = event.target instanceof Element && event.target.getAttribute('aria-expanded') === 'true'
  if (event.key === 'Escape' && !isOpen) leave()
}

export function CompareRuns({ runId, otherId }: { runId: string; otherId: string }) {
  const one = useRunDetail(runId)
  const other = useRunDetail(otherId)
  const place = useFocusHere<HTMLDivElement>()
  const failure = one.failure ?? other.failure
  return (
    <div ref={place} className={classes.keys} tabIndex={-1} onKeyDown={onEscape}>
      <Screen title="Compare" lead={back} note={one.detail?.run.chainName}>
        {one.detail !== null && other.detail !== null && <Compared runs={[one.detail, other.detail]} />}
        {failure !== null && (
          <EmptyState title="A run could not be read" actions={<Button onClick={leave}>Back to the run</Button>}>
            {failure}
          </EmptyState>
        )}
      </Screen>
    </div>
  )
}

function Compared({ runs }: { runs: readonly [RunDetail, RunDetail] }) {
  const [one, other] = runs
  const item = useRunsView((view) => view.item) ?? 0
  const steps = useMemo(() => comparedSteps([one.chain, other.chain]), [one.chain, other.chain])
  const [stepName, setStepName] = useState('')
  const step = steps.find(({ name }) => name === stepName) ?? { name: '', ids: null }
  const unlike = unlikeWords(runs)
  return (
    <div className={classes.body}>
      <ComparedFigures runs={runs} />
      {unlike !== null && <p className={`${classes.unlike} data`}>{unlike}</p>}
      <div className={classes.items}>
        <ComparedItems runs={[one.run, other.run]} item={item} />
        <ComparedTexts runs={runs} item={item} stepIds={step.ids}>
          <Select
            className={classes.step}
            aria-label="What is compared"
            data={steps.map(({ name }) => ({ value: name, label: name === '' ? 'Final output' : name }))}
            value={step.name}
            allowDeselect={false}
            onChange={(name) => setStepName(name ?? '')}
          />
        </ComparedTexts>
      </div>
    </div>
  )
}
