/** The results as a table, worst first: arrows move between rows, Space chooses, the heads sort. */
import { Button, Checkbox } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useIsNarrow } from '../../components/useWidth.ts'
import { benchColumns, type BenchColumn, type BenchRow, type BenchSort } from './benchRows.ts'
import { BenchResultRow } from './BenchResultRow.tsx'
import classes from './BenchTable.module.css'
import sections from './sections.module.css'

const columnLabels: Record<BenchColumn, string> = {
  name: 'Model',
  outcome: 'Outcome',
  loadMs: 'Load',
  firstTokenMs: 'First token',
  tokensPerSecond: 'Speed',
  heldBytes: 'Held'
}
/** Quick loads first, but fast answers and large models first. */
const beginsDescending: readonly BenchColumn[] = ['tokensPerSecond', 'heldBytes']

interface BenchTableProps {
  shown: readonly BenchRow[]
  sort: BenchSort
  setSort: (sort: BenchSort) => void
  chosen: ReadonlySet<string>
  setChosen: (chosen: ReadonlySet<string>) => void
}

export function BenchTable({ shown, sort, setSort, chosen, setChosen }: BenchTableProps) {
  const choosable = shown.filter((row) => !row.isGone).map(({ key }) => key)
  const isNarrow = useIsNarrow()
  const columns = benchColumns.filter((column) => !isNarrow || column !== 'firstTokenMs')
  const areAll = choosable.length > 0 && choosable.every((key) => chosen.has(key))
  const toggle = (key: string): void => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    setChosen(next)
  }
  if (shown.length === 0) return <p className={sections.empty}>No model is like that.</p>
  return (
    <div className={sections.card}>
      <table className={classes.table} onKeyDown={moveBetweenRows}>
        <thead>
          <tr>
            <th scope="col" className={classes.choose}>
              <Checkbox
                size="xs"
                radius="xs"
                aria-label="Choose all shown"
                disabled={choosable.length === 0}
                checked={areAll}
                indeterminate={!areAll && choosable.some((key) => chosen.has(key))}
                onChange={() => setChosen(new Set(areAll ? [] : choosable))}
              />
            </th>
            {columns.map((column) => (
              <ColumnHead key={column} column={column} sort={sort} setSort={setSort} />
            ))}
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        {shown.map((row) => (
          <BenchResultRow
            key={row.key}
            row={row}
            isNarrow={isNarrow}
            isChosen={chosen.has(row.key)}
            onToggle={() => toggle(row.key)}
          />
        ))}
      </table>
    </div>
  )
}

function ColumnHead({ column, sort, setSort }: { column: BenchColumn } & Pick<BenchTableProps, 'sort' | 'setSort'>) {
  const isSorted = sort.column === column
  const Icon = sort.isDescending ? IconChevronDown : IconChevronUp
  const isDescending = isSorted ? !sort.isDescending : beginsDescending.includes(column)
  return (
    <th
      scope="col"
      className={classes[column]}
      {...(isSorted && { 'aria-sort': sort.isDescending ? ('descending' as const) : ('ascending' as const) })}
    >
      <Button variant="transparent" className={classes.sort} onClick={() => setSort({ column, isDescending })}>
        {columnLabels[column]}
        {isSorted && <Icon size={12} stroke={1.8} aria-hidden />}
      </Button>
    </th>
  )
}

/** To the same control of the next row. */
function moveBetweenRows(press: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[press.key]
  const body = (press.target as HTMLElement).closest('tbody')
  if (step === undefined || body === null) return
  const bodies = [...press.currentTarget.tBodies]
  const controls = 'input, button'
  const place = [...body.querySelectorAll(controls)].indexOf(press.target as HTMLElement)
  const next = bodies[bodies.indexOf(body as HTMLTableSectionElement) + step]
  const target = next?.querySelectorAll<HTMLElement>(controls)[place]
  if (!target) return
  press.preventDefault()
  target.focus()
}
