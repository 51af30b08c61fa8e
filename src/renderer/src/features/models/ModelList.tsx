/** The list: what is on its way, what is loaded, what is on disk; one place for the Tab key, arrows within. */
import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useDeferredValue, useRef, type ReactNode } from 'react'
import { useOperationStore } from '../../stores/operationStore.ts'
import { modelSorts, useUiStore, type ModelSort } from '../../stores/uiStore.ts'
import type { ArrangedModels } from './arrangeModels.ts'
import classes from './ModelList.module.css'
import { ModelRow } from './ModelRow.tsx'
import { TransferRow } from './TransferRow.tsx'
import { useKeptFocus } from './useKeptFocus.ts'
import { useListKeys } from './useListKeys.ts'

const sortLabels: Record<ModelSort, string> = { name: 'name', size: 'size', used: 'last used', held: 'memory held' }

function SortMenu() {
  const sort = useUiStore((ui) => ui.sort)
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={classes.sort} aria-label={`Sorted by ${sortLabels[sort]}`}>
          by {sortLabels[sort]}
          <IconChevronDown size={12} stroke={1.8} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={sort} onChange={(value) => useUiStore.setState({ sort: value as ModelSort })}>
          {modelSorts.map((each) => (
            <Menu.RadioItem closeMenuOnClick key={each} value={each}>
              By {sortLabels[each]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

function Group({ label, aside, children }: { label: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.group}>
      <header className={classes.heading}>
        <h2>{label}</h2>
        {aside}
      </header>
      <div role="grid" aria-label={label}>
        {children}
      </div>
    </section>
  )
}

const rowsAtOnce = 24

function firstScreen({ loaded, onDisk }: ArrangedModels): ArrangedModels {
  return { loaded, onDisk: onDisk.slice(0, rowsAtOnce) }
}

interface ModelListProps {
  arranged: ArrangedModels
  selectedKey: string | null
  /** Whose models are named by their name alone. */
  commonHostId: string | null
  isNarrow: boolean
}

export function ModelList({ arranged, selectedKey, commonHostId, isNarrow }: ModelListProps) {
  const list = useRef<HTMLDivElement>(null)
  const operations = useOperationStore((mirror) => mirror.operations)
  const transfers = operations.filter((each) => each.kind === 'pull' || each.kind === 'create_sample')
  const keys = [...arranged.loaded, ...arranged.onDisk]
  const onKeyDown = useListKeys({ list, keys, isNarrow })
  // A long list comes in two steps, the second in slices between frames.
  const drawn = useDeferredValue(arranged, firstScreen(arranged))
  const keptFocus = useKeptFocus(list, drawn)

  const rows = (groupKeys: readonly string[]): ReactNode =>
    groupKeys.map((key) => (
      <ModelRow
        key={key}
        rowKey={key}
        isSelected={key === selectedKey}
        isHostNamed={!key.startsWith(`${commonHostId}/`)}
      />
    ))

  const groups = [
    { label: 'On the way', rows: transfers.map((each) => <TransferRow key={each.id} operation={each} />) },
    { label: 'Loaded', rows: rows(drawn.loaded) },
    { label: 'On disk', rows: rows(drawn.onDisk) }
  ].filter((group) => Array.isArray(group.rows) && group.rows.length > 0)

  return (
    <div className={classes.list} ref={list} onKeyDown={onKeyDown} {...keptFocus}>
      {groups.map((group, index) => (
        <Group key={group.label} label={group.label} aside={index === 0 ? <SortMenu /> : undefined}>
          {group.rows}
        </Group>
      ))}
    </div>
  )
}
