/** The items of a run: filtered, searched, and drawn only where they are in view. */
import { SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Chain } from '../../../../shared/chain.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { ItemFilter, ItemStatus, RunItem, RunSummary, StepResult } from '../../../../shared/run.ts'
import { itemNotes } from '../../../../shared/stepNotes.ts'
import { StatusWord } from '../../components/StatusWord.tsx'
import { formatCount } from '../../lib/format.ts'
import { shortcut } from '../../lib/platform.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { stepKey, useRunStore } from '../../stores/runStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import classes from './ItemsTable.module.css'
import { itemLabels, itemLine, liveStatus, stepsWords } from './itemWords.ts'
import { useRunsView } from './runsView.ts'
import { useRunItems } from './useRunItems.ts'
import { VirtualRows } from './VirtualRows.tsx'

const rowHeight = 44
const mostDots = 8
const statuses: readonly ItemStatus[] = ['done', 'stopped', 'failed', 'running', 'waiting']

interface ItemsTableProps {
  run: RunSummary
  chain: Chain
}

export function ItemsTable({ run, chain }: ItemsTableProps) {
  const { item, itemStatus, itemSearch } = useRunsView()
  const items = useRunItems({ run, status: itemStatus, search: itemSearch })
  const chosen = item === null ? null : items.placeOf(item)
  const choose = (place: number): void => {
    const found = items.itemAt(place)
    if (found !== null) useRunsView.setState({ item: found })
  }
  return (
    <section className={classes.table} aria-label="Items of the run">
      <ItemFilters run={run} total={items.total} />
      {items.failure !== null && <p className={classes.none}>{items.failure}</p>}
      {items.total === 0 && items.failure === null ? (
        <p className={classes.none} role="status">
          No item is like that.
        </p>
      ) : (
        <VirtualRows
          label="Items"
          count={items.count}
          rowHeight={rowHeight}
          chosen={chosen}
          onChoose={choose}
          onLook={items.look}
          render={(place) => <ItemRow item={items.at(place)} chain={chain} />}
        />
      )}
    </section>
  )
}

function ItemFilters({ run: { items, itemCount, notedItems }, total }: { run: RunSummary; total: number | null }) {
  const { itemStatus, itemSearch } = useRunsView()
  const shown = statuses.filter((status) => items[status] > 0 || status === itemStatus)
  const isNoted = notedItems > 0 || itemStatus === 'noted'
  const isFiltered = itemStatus !== null || itemSearch !== ''
  const data = [
    { value: 'all', label: `All ${formatCount(itemCount)}` },
    ...shown.map((status) => ({ value: status, label: `${itemLabels[status].words} ${formatCount(items[status])}` })),
    ...(isNoted ? [{ value: 'noted', label: `With notes ${formatCount(notedItems)}` }] : [])
  ]
  return (
    <header className={classes.filters}>
      {shown.length > 1 || isNoted || itemStatus !== null ? (
        <SegmentedControl
          aria-label="Items by status"
          data={data}
          value={itemStatus ?? 'all'}
          onChange={(value) => useRunsView.setState({ itemStatus: value === 'all' ? null : (value as ItemFilter) })}
        />
      ) : (
        <h2 className={classes.heading}>Items</h2>
      )}
      <span className={`${classes.count} number`} role="status">
        {isFiltered && total !== null && `${formatCount(total)} found`}
      </span>
      <TextInput
        id={searchFieldId}
        className={classes.search}
        aria-label="Search items"
        placeholder={`Name or result  ${shortcut('F')}`}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={itemSearch}
        onChange={(change) => useRunsView.setState({ itemSearch: change.currentTarget.value })}
        onKeyDown={(press) => press.key === 'Escape' && useRunsView.setState({ itemSearch: '' })}
      />
    </header>
  )
}

const ItemRow = memo(function ItemRow({ item, chain }: { item: RunItem | undefined; chain: Chain }) {
  const steps = useLiveSteps(item?.steps ?? noSteps)
  if (item === undefined) return <div className={`${classes.row} ${classes.coming}`}>…</div>
  const status = liveStatus(item, steps)
  const notes = itemNotes(item.steps, chain)
  const { tone, words } = itemLabels[status]
  return (
    <div className={classes.row}>
      <span className={`${classes.number} number`}>{formatCount(item.item + 1)}</span>
      <span className={classes.words}>
        <span className={`${classes.name} truncate data`} title={item.name}>
          {item.name}
        </span>
        <span
          className={`${classes.line} ${item.status === 'failed' ? classes.failed : ''} truncate data`}
          title={item.error?.hint ?? undefined}
        >
          {itemLine(item, notes)}
        </span>
      </span>
      <Steps steps={steps} chain={chain} />
      <StatusWord tone={status === 'done' && notes.length > 0 ? 'warn' : tone}>{words}</StatusWord>
    </div>
  )
})

const noSteps: readonly StepResult[] = []

/** As they have moved since they were asked for. */
function useLiveSteps(steps: readonly StepResult[]): readonly StepResult[] {
  return useRunStore(useShallow(({ moved }) => steps.map((step) => moved[stepKey(step.item, step.stepId)] ?? step)))
}

/** A square a step, in the colour of its model; of many only how many have ended. */
function Steps({ steps, chain }: { steps: readonly StepResult[]; chain: Chain }) {
  const byId = new Map(chain.steps.map((step) => [step.id, step]))
  const keys = steps.map((step) => {
    const id = step.modelId ?? byId.get(step.stepId)?.model ?? null
    return id === null ? '' : modelKey(id)
  })
  const colours = useModelColours(keys)
  if (steps.length === 0) return <span />
  if (steps.length > mostDots)
    return <span className={`${classes.steps} ${classes.line} number`}>{stepsWords(steps)}</span>
  return (
    <span className={classes.steps} title={stepsWords(steps)}>
      {steps.map((step, index) => (
        <span
          key={step.stepId}
          className={`${classes.step} ${classes[step.status]}`}
          style={{ color: colours[index]?.colour }}
          aria-hidden
        />
      ))}
      <span className="visually-hidden">{stepsWords(steps)}</span>
    </span>
  )
}
