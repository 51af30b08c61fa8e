/** Two runs beside each other: their figures, and item by item what each made of it, with the words that differ marked. */
import { Button, Select } from '@mantine/core'
import { useMemo, useState, type KeyboardEvent } from 'react'
import type { RunDetail, RunSummary } from '../../../../shared/run.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { useNow } from '../../lib/useNow.ts'
import { Back } from './Back.tsx'
import classes from './CompareRuns.module.css'
import { comparedFigures, comparedSteps, unlikeWords, type ComparedStep } from './compareWords.ts'
import { itemLabels } from './itemWords.ts'
import { compareWith, useRunsView } from './runsView.ts'
import { useComparedTexts } from './useComparedTexts.ts'
import { useFocusHere } from './useFocusHere.ts'
import { useRunDetail } from './useRunDetail.ts'
import { useRunItems } from './useRunItems.ts'
import { VirtualRows } from './VirtualRows.tsx'
import { diffWords, type DiffPart } from './wordDiff.ts'

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
  const items = useRunItems({ run: one.run, status: null, search: '' })
  const unlike = unlikeWords([one.run, other.run])
  return (
    <div className={classes.body}>
      <Figures runs={runs} />
      {unlike !== null && <p className={classes.unlike}>{unlike}</p>}
      <div className={classes.items}>
        <div className={classes.list}>
          <VirtualRows
            label="Items"
            count={items.count}
            rowHeight={34}
            chosen={item < items.count ? item : null}
            onChoose={(place) => useRunsView.setState({ item: place })}
            onLook={items.look}
            render={(place) => {
              const row = items.at(place)
              return (
                <span className={`${classes.row} data`} title={row && `${row.name}, ${itemLabels[row.status].words}`}>
                  <span className="truncate">{row?.name ?? '…'}</span>
                </span>
              )
            }}
          />
        </div>
        <div className={classes.texts}>
          <Select
            className={classes.step}
            aria-label="What is compared"
            data={steps.map(({ name }) => ({ value: name, label: name === '' ? 'Final output' : name }))}
            value={step.name}
            allowDeselect={false}
            onChange={(name) => setStepName(name ?? '')}
          />
          <Texts runs={[one.run, other.run]} item={item} stepIds={step.ids} />
        </div>
      </div>
    </div>
  )
}

function Figures({ runs: [one, other] }: { runs: readonly [RunDetail, RunDetail] }) {
  const now = useNow(false)
  const figures = comparedFigures([one.run, other.run], now)
  return (
    <div className={classes.figures}>
      <table>
        <caption className="visually-hidden">Figures of both runs</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">This run</th>
            <th scope="col" className="data">
              {other.run.chainName}
            </th>
          </tr>
        </thead>
        <tbody className="data number">
          {figures.map(({ label, values, better }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, index) => (
                <td key={index} className={better === index ? classes.better : ''}>
                  {value}
                  {better === index && <span className="visually-hidden">, better</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface TextsProps {
  runs: readonly [RunSummary, RunSummary]
  item: number
  stepIds: ComparedStep['ids']
}

function Texts({ runs, item, stepIds }: TextsProps) {
  const { texts, failure } = useComparedTexts(runs, item, stepIds)
  const [before, after] = texts ?? [null, null]
  const diff = useMemo(() => (before === null || after === null ? null : diffWords(before, after)), [before, after])
  return (
    <>
      <p className={classes.told} role="status">
        {failure ?? diffTold(before, after, diff)}
      </p>
      <div className={classes.pair}>
        <Side label="This run" text={before} diff={diff} own="gone" />
        <Side label="The other run" text={after} diff={diff} own="new" />
      </div>
    </>
  )
}

function diffTold(before: string | null, after: string | null, diff: readonly DiffPart[] | null): string {
  if (before === null || after === null) return ''
  if (before === after) return 'Both are the same.'
  return diff === null ? 'Too different to mark word by word.' : ''
}

interface SideProps {
  label: string
  text: string | null
  /** Null: nothing is marked. */
  diff: readonly DiffPart[] | null
  /** What only this side has. */
  own: 'gone' | 'new'
}

function Side({ label, text, diff, own }: SideProps) {
  const Mark = own === 'gone' ? 'del' : 'ins'
  return (
    <section className={classes.side} aria-label={`Output of ${label.toLocaleLowerCase()}`}>
      <h2>{label}</h2>
      <pre className="data" tabIndex={0} role="region" aria-label={label}>
        {text === null && <span className={classes.none}>No output</span>}
        {diff === null
          ? text
          : diff.map((part, index) => {
              if (part.kind === 'same') return <span key={index}>{part.text}</span>
              return part.kind === own && <Mark key={index}>{part.text}</Mark>
            })}
      </pre>
    </section>
  )
}
