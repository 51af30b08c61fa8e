/** The first screen: what is loaded, what is on disk, and one click between the two. */
import { ActionIcon, Button, Menu, Skeleton, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useEffect, useMemo, type KeyboardEvent } from 'react'
import { unloadAll } from '../../actions/modelActions.ts'
import { Screen } from '../../components/Screen.tsx'
import { useIsNarrow } from '../../components/useWidth.ts'
import { shortcut } from '../../lib/platform.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { openDialog, useUiStore } from '../../stores/uiStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { arrangeModels } from './arrangeModels.ts'
import { Inspector } from './inspector/Inspector.tsx'
import { ModelList } from './ModelList.tsx'
import { NothingFound, NothingInstalled } from './ModelsEmpty.tsx'
import classes from './ModelsScreen.module.css'
import { SavingTotal } from './SavingTotal.tsx'

function focusList(): void {
  document.querySelector<HTMLElement>('[data-key][tabindex="0"]')?.focus()
}

function Search() {
  const search = useUiStore((ui) => ui.search)
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') useUiStore.setState({ search: '' })
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    focusList()
  }
  return (
    <TextInput
      id={searchFieldId}
      className={classes.search}
      type="search"
      aria-label="Search models"
      placeholder={`Search  ${shortcut('F')}`}
      leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
      value={search}
      onChange={(event) => useUiStore.setState({ search: event.currentTarget.value })}
      onKeyDown={onKeyDown}
    />
  )
}

function UnloadAll() {
  const loaded = useModelStore((mirror) => mirror.keys.some((key) => mirror.byKey[key]?.state === 'ready'))
  const isAnswering = useModelStore((mirror) => mirror.keys.some((key) => (mirror.byKey[key]?.activeRequests ?? 0) > 0))
  return (
    <Button
      className={classes.button}
      disabled={!loaded}
      onClick={() => (isAnswering ? openDialog({ name: 'unload-all' }) : void unloadAll())}
    >
      Unload all
    </Button>
  )
}

function Actions() {
  const canPull = useHostStore((mirror) =>
    mirror.hosts.some((host) => host.capabilities.pull && host.status !== 'down')
  )
  const canSample = useHostStore((mirror) => mirror.hosts.some((host) => host.capabilities.createSample))
  return (
    <>
      <Search />
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="Add models">
            <IconPlus size={15} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canPull && <Menu.Item onClick={() => openDialog({ name: 'pull' })}>Pull a model…</Menu.Item>}
          {canSample && <Menu.Item onClick={() => openDialog({ name: 'samples' })}>Create sample models…</Menu.Item>}
          <Menu.Item onClick={() => openDialog({ name: 'add-host' })}>Add host…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {canPull && (
        <Button className={classes.button} onClick={() => openDialog({ name: 'pull' })}>
          Pull…
        </Button>
      )}
      <UnloadAll />
    </>
  )
}

function FirstLoad() {
  return (
    <div className={classes.skeleton} role="status" aria-label="Reading the models">
      {[170, 130, 190, 150, 120].map((width) => (
        <div key={width} className={classes.skeletonRow}>
          <Skeleton height={12} width={12} radius={4} />
          <div>
            <Skeleton height={10} width={width} />
            <Skeleton height={8} width={width + 60} mt={8} />
          </div>
        </div>
      ))}
    </div>
  )
}

/** The host most models are of: only the others are named in their rows. */
function commonHostId(keys: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const key of keys) {
    const hostId = key.slice(0, key.indexOf('/'))
    counts.set(hostId, (counts.get(hostId) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? null
}

export function ModelsScreen() {
  const { byKey, keys, isKnown } = useModelStore()
  const search = useUiStore((ui) => ui.search)
  const sort = useUiStore((ui) => ui.sort)
  const chosenKey = useUiStore((ui) => ui.selectedKey)
  const isInspectorOpen = useUiStore((ui) => ui.isInspectorOpen)
  const isDrawerOpen = useUiStore((ui) => ui.isDrawerOpen)
  const isUnderDialog = useUiStore((ui) => ui.dialog !== null)
  const isTransferring = useOperationStore((mirror) =>
    mirror.operations.some((each) => each.kind === 'pull' || each.kind === 'create_sample')
  )
  const isNarrow = useIsNarrow()
  const arranged = useMemo(() => arrangeModels(byKey, { search, sort }), [byKey, search, sort])
  const shown = [...arranged.loaded, ...arranged.onDisk]
  const selectedKey = chosenKey !== null && shown.includes(chosenKey) ? chosenKey : (shown[0] ?? null)
  useEffect(() => {
    // A row chosen for the person stays chosen: the panel must not change under the hands when the list's order does.
    if (selectedKey !== null) useUiStore.setState({ selectedKey })
  }, [selectedKey])
  const selected = selectedKey === null ? undefined : byKey[selectedKey]
  const hasRows = shown.length > 0 || isTransferring

  return (
    <Screen
      title="Models"
      note={<SavingTotal />}
      actions={<Actions />}
      // Before the first list the panel keeps its place, so that nothing moves when it comes.
      {...((selected || !isKnown) && {
        panel: {
          label: selected ? `About ${selected.id.name}` : 'About the model',
          content: selected && <Inspector model={selected} />,
          isOpen: isInspectorOpen,
          isDrawerOpen,
          isUnderDialog,
          onCloseDrawer: () => useUiStore.setState({ isDrawerOpen: false }),
          onLeave: focusList
        }
      })}
    >
      {!isKnown && <FirstLoad />}
      {isKnown && hasRows && (
        <ModelList
          arranged={arranged}
          selectedKey={selectedKey}
          commonHostId={commonHostId(keys)}
          isNarrow={isNarrow}
        />
      )}
      {isKnown && !hasRows && (keys.length === 0 ? <NothingInstalled /> : <NothingFound search={search} />)}
    </Screen>
  )
}
