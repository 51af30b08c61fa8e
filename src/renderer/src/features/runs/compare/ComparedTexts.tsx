/** What both runs made of one item, with the words that differ marked, and under each what it took. */
import { useMemo, type ReactNode } from 'react'
import type { RunDetail } from '../../../../../shared/run.ts'
import type { ComparedStep } from './comparedChains.ts'
import classes from './ComparedTexts.module.css'
import { useComparedTexts, type ComparedText } from './useComparedTexts.ts'
import { diffWords, type DiffPart } from './wordDiff.ts'

interface ComparedTextsProps {
  runs: readonly [RunDetail, RunDetail]
  item: number
  stepIds: ComparedStep['ids']
  /** What chooses the step. */
  children: ReactNode
}

export function ComparedTexts({ runs, item, stepIds, children }: ComparedTextsProps) {
  const { texts, failure } = useComparedTexts(runs, item, stepIds)
  const [one, other] = texts ?? [null, null]
  const [before, after] = [one?.text ?? null, other?.text ?? null]
  const diff = useMemo(() => (before === null || after === null ? null : diffWords(before, after)), [before, after])
  return (
    <div className={classes.texts}>
      <div className={classes.head}>
        {children}
        <p className={classes.told} role="status">
          {failure ?? diffTold(before, after, diff)}
        </p>
      </div>
      <div className={classes.pair}>
        <Side label="This run" side={one} diff={diff} own="gone" />
        <Side label="The other run" side={other} diff={diff} own="new" />
      </div>
    </div>
  )
}

function diffTold(before: string | null, after: string | null, diff: readonly DiffPart[] | null): string {
  if (before === null || after === null) return ''
  if (before === after) return 'Both are the same.'
  return diff === null ? 'Too different to mark word by word.' : ''
}

interface SideProps {
  label: string
  /** Null: it has not come yet. */
  side: ComparedText | null
  /** Null: nothing is marked. */
  diff: readonly DiffPart[] | null
  /** What only this side has. */
  own: 'gone' | 'new'
}

function Side({ label, side, diff, own }: SideProps) {
  const Mark = own === 'gone' ? 'del' : 'ins'
  const isEmpty = side !== null && (side.text === null || side.text === '')
  return (
    <section className={classes.side} aria-label={`Output of ${label.toLocaleLowerCase()}`}>
      <h2>{label}</h2>
      <pre className="data" tabIndex={0} role="region" aria-label={label}>
        {isEmpty && <span className={side.isFailure ? classes.failure : classes.instead}>{side.instead}</span>}
        {diff === null
          ? side?.text
          : diff.map((part, index) => {
              if (part.kind === 'same') return <span key={index}>{part.text}</span>
              return part.kind === own && <Mark key={index}>{part.text}</Mark>
            })}
      </pre>
      {side !== null && side.notes.length > 0 && <p className={`${classes.notes} data`}>{side.notes.join(' · ')}</p>}
      {side !== null && side.facts.length > 0 && (
        <p className={`${classes.facts} data number`}>
          {side.facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      )}
    </section>
  )
}
