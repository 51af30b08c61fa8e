/** The items of both runs, each with how it ended in one and in the other. */
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconMinus,
  type TablerIcon
} from '@tabler/icons-react'
import { useCallback } from 'react'
import type { ItemStatus, RunItem, RunSummary } from '../../../../../shared/run.ts'
import { stepNote } from '../../../../../shared/stepNotes.ts'
import tones from '../../../components/tones.module.css'
import { itemLabels } from '../itemWords.ts'
import { useRunsView } from '../runsView.ts'
import { useRunItems } from '../useRunItems.ts'
import { VirtualRows } from '../VirtualRows.tsx'
import classes from './ComparedItems.module.css'

const icons: Record<ItemStatus, TablerIcon> = {
  waiting: IconCircleDashed,
  running: IconClock,
  done: IconCircleCheck,
  stopped: IconCircleMinus,
  failed: IconCircleX
}

interface ComparedItemsProps {
  runs: readonly [RunSummary, RunSummary]
  item: number
}

export function ComparedItems({ runs: [one, other], item }: ComparedItemsProps) {
  const ones = useRunItems({ run: one, status: null, search: '' })
  const others = useRunItems({ run: other, status: null, search: '' })
  const [lookAtOne, lookAtOther] = [ones.look, others.look]
  const look = useCallback(
    (from: number, to: number) => {
      lookAtOne(from, to)
      lookAtOther(from, to)
    },
    [lookAtOne, lookAtOther]
  )
  return (
    <div className={classes.list}>
      <div className={classes.heads} aria-hidden>
        <span>This</span>
        <span>Other</span>
      </div>
      <VirtualRows
        label="Items"
        count={Math.max(one.itemCount, other.itemCount)}
        rowHeight={34}
        chosen={item}
        onChoose={(place) => useRunsView.setState({ item: place })}
        onLook={look}
        render={(place) => (
          <Row
            one={ones.at(place)}
            other={others.at(place)}
            hasOne={place < one.itemCount}
            hasOther={place < other.itemCount}
          />
        )}
      />
    </div>
  )
}

interface RowProps {
  /** Undefined: not there yet, or there is none. */
  one: RunItem | undefined
  other: RunItem | undefined
  hasOne: boolean
  hasOther: boolean
}

function Row({ one, other, hasOne, hasOther }: RowProps) {
  const name = one?.name ?? other?.name
  const words = [`this run: ${endWords(one, hasOne)}`, `the other: ${endWords(other, hasOther)}`].join(', ')
  const otherName = other === undefined || other.name === name ? '' : ` (${other.name})`
  return (
    <span className={`${classes.row} data`} title={name && `${name}, ${words}${otherName}`}>
      <span className="truncate">{name ?? '…'}</span>
      <Mark row={one} has={hasOne} />
      <Mark row={other} has={hasOther} />
      <span className="visually-hidden">({words})</span>
    </span>
  )
}

/** It is done, but of a step something is to be told. */
const isNoted = (row: RunItem): boolean => row.status === 'done' && row.steps.some((step) => stepNote(step) !== null)

function endWords(row: RunItem | undefined, has: boolean): string {
  if (!has) return 'no such item'
  if (row === undefined) return '…'
  const words = itemLabels[row.status].words.toLocaleLowerCase()
  return isNoted(row) ? `${words} with notes` : words
}

function Mark({ row, has }: { row: RunItem | undefined; has: boolean }) {
  if (!has) return <IconMinus className={classes.mark} size={15} stroke={1.6} aria-hidden />
  if (row === undefined) return <span className={classes.mark} />
  const Icon = isNoted(row) ? IconAlertTriangle : icons[row.status]
  const tone = isNoted(row) ? 'warn' : itemLabels[row.status].tone
  return <Icon className={`${classes.mark} ${tones[tone]}`} size={15} stroke={1.8} aria-hidden />
}
