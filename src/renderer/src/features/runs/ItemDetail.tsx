/** One item: what went in, what every step made of it, and what came out. */
import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Chain } from '../../../../shared/chain.ts'
import type { RunSummary } from '../../../../shared/run.ts'
import { retryFailed } from '../../actions/runActions.ts'
import { StatusWord } from '../../components/StatusWord.tsx'
import { useIsNarrow } from '../../components/useWidth.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { FoldedCard } from './FoldedCard.tsx'
import classes from './ItemDetail.module.css'
import { itemLabels } from './itemWords.ts'
import { deedsOf } from './runWords.ts'
import { StepCard } from './StepCard.tsx'
import { TextBox } from './TextBox.tsx'
import { useRunItem, type WholeItem } from './useRunItem.ts'

interface ItemDetailProps {
  run: RunSummary
  chain: Chain
  item: number
  onClose: () => void
}

/** Of a chain of many steps only those worth reading are open. */
const mostOpen = 8

export function ItemDetail({ run, chain, item, onClose }: ItemDetailProps) {
  const { whole, failure } = useRunItem(run, chain, item)
  const isNarrow = useIsNarrow()
  return (
    <div className={classes.detail}>
      <header className={classes.header}>
        <h2 className={`${classes.title} data`}>{whole?.row.name ?? `Item ${formatCount(item + 1)}`}</h2>
        {!isNarrow && (
          <ActionIcon size={26} aria-label="Close the item" onClick={onClose}>
            <IconX size={15} stroke={1.8} aria-hidden />
          </ActionIcon>
        )}
      </header>
      {failure !== null && <p className={classes.error}>{failure}</p>}
      {whole !== null && <Shown run={run} chain={chain} whole={whole} />}
    </div>
  )
}

function Shown({ run, chain, whole: { row, texts } }: { run: RunSummary; chain: Chain; whole: WholeItem }) {
  const { tone, words } = itemLabels[row.status]
  const byId = new Map(chain.steps.map((step) => [step.id, step]))
  const isMany = row.steps.length > mostOpen
  const isTold = row.status === 'failed' || row.status === 'stopped'
  // Of one step the final output is that step's own, a line further down.
  const isResultOwn = texts.finalOutput !== null && row.steps.length > 1
  return (
    <>
      <div className={classes.line}>
        <StatusWord tone={tone}>{words}</StatusWord>
        <span className="number">
          item {formatCount(row.item + 1)} of {formatCount(run.itemCount)}
        </span>
        {row.status === 'failed' && deedsOf(run).retry && (
          <Button className={classes.retry} onClick={() => void retryFailed(run, [row.item])}>
            Retry
          </Button>
        )}
      </div>
      {isTold && (
        <p className={`${row.status === 'failed' ? classes.error : classes.contextNote} data`}>
          {row.status === 'failed' ? [row.error?.message, row.error?.hint].filter(Boolean).join(' ') : row.reason}
        </p>
      )}
      <LongText label="Input" text={texts.input} />
      {row.steps.map((step) => (
        <StepCard
          key={step.stepId}
          runId={run.id}
          result={step}
          of={byId.get(step.stepId)}
          isOpenAtFirst={!isMany || step.status === 'failed' || step.status === 'running'}
        />
      ))}
      {isResultOwn && <LongText label="Result" text={texts.finalOutput ?? ''} />}
    </>
  )
}

function LongText({ label, text }: { label: string; text: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <FoldedCard
      label={label}
      name={label}
      aside={<span className={`${classes.facts} number`}>{plural(text.length, 'letter')}</span>}
      isOpen={isOpen}
      onToggle={() => setIsOpen(!isOpen)}
    >
      {isOpen ? <TextBox label={label} text={text} /> : <p className={`${classes.begin} data`}>{text.slice(0, 300)}</p>}
    </FoldedCard>
  )
}
