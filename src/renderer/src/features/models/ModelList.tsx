/** The list: what is on its way, what is loaded, what is on disk; one place for the Tab key, arrows within. */
import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useDeferredValue, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { unloadModel } from '../../actions/modelActions.ts'
import { panelId } from '../../components/Screen.tsx'
import { useModelStore } from '../../stores/modelStore.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { modelSorts, useUiStore, type ModelSort } from '../../stores/uiStore.ts'
import type { ArrangedModels } from './arrangeModels.ts'
import { listCommand } from './listKeys.ts'
import classes from './ModelList.module.css'
import { ModelRow } from './ModelRow.tsx'
import { loadOrAsk } from './RowAction.tsx'
import { TransferRow } from './TransferRow.tsx'
import { rowElement, useKeptFocus } from './useKeptFocus.ts'

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
  // A long list comes in two steps, the second in slices between frames.
  const drawn = useDeferredValue(arranged, firstScreen(arranged))
  const keptFocus = useKeptFocus(list, drawn)

  function focusRow(key: string): void {
    useUiStore.setState({ selectedKey: key })
    const row = rowElement(list.current, key)
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Keys belong to the row in hand; inside its buttons and menus they mean what they mean there.
    if (!(event.target instanceof HTMLElement) || event.target.dataset.key === undefined) return
    const command = listCommand(event.nativeEvent, keys, selectedKey)
    if (command === null) return
    event.preventDefault()
    const model = selectedKey === null ? undefined : useModelStore.getState().byKey[selectedKey]
    if (command.do === 'select') focusRow(command.key)
    else if (command.do === 'open') openPanel(isNarrow)
    else if (command.do === 'toggle-panel') togglePanel(isNarrow)
    else if (command.do === 'leave') useUiStore.setState({ search: '', isDrawerOpen: false })
    else if (command.do === 'load' && (model?.state === 'unloaded' || model?.state === 'failed')) loadOrAsk(model)
    else if (command.do === 'unload' && model?.state === 'ready') void unloadModel(model.id)
  }

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

function openPanel(isNarrow: boolean): void {
  useUiStore.setState(isNarrow ? { isDrawerOpen: true } : { isInspectorOpen: true })
  // After the panel is there.
  if (!isNarrow) requestAnimationFrame(() => document.getElementById(panelId)?.focus())
}

function togglePanel(isNarrow: boolean): void {
  useUiStore.setState((ui) =>
    isNarrow ? { isDrawerOpen: !ui.isDrawerOpen } : { isInspectorOpen: !ui.isInspectorOpen }
  )
}
