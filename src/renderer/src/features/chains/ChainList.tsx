/** All chains: found by name, opened with a click or Return. Without any, what a chain is, and three to begin with. */
import { Button, Menu, Skeleton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, type DragEvent, type KeyboardEvent } from 'react'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { plural } from '../../lib/format.ts'
import { shortcut } from '../../lib/platform.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { useChainListColours } from './chainColours.ts'
import classes from './ChainList.module.css'
import { ChainRow } from './ChainRow.tsx'
import { ChainsEmpty } from './ChainsEmpty.tsx'
import { useChainView } from './chainView.ts'
import { recoverDrafts } from './recoverDrafts.ts'
import { chooseImport, importFile, takeSample } from './listDeeds.ts'
import { newChain } from './openChain.ts'
import { useSamples } from './useSamples.ts'

export function ChainList() {
  const { chains, isKnown } = useChainStore()
  const isEmpty = isKnown && chains.length === 0
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  useEffect(() => {
    if (isKnown && isConnected) void recoverDrafts()
  }, [isKnown, isConnected])
  return (
    <Screen
      title="Chains"
      note={isKnown && chains.length > 0 ? plural(chains.length, 'chain') : undefined}
      actions={
        <>
          {chains.length > 0 && <Search />}
          {chains.length > 0 && <Samples />}
          <Button onClick={chooseImport}>Import…</Button>
          <Button variant="filled" disabled={!isKnown} onClick={newChain}>
            New chain
          </Button>
        </>
      }
    >
      <div className={classes.drop} onDragOver={onDragOver} onDrop={onDrop}>
        {!isKnown && (
          <div role="status" aria-label="Reading the chains">
            <Skeleton height={50} radius={7} />
            <Skeleton height={50} radius={7} mt={8} />
          </div>
        )}
        {isEmpty && <ChainsEmpty />}
        {isKnown && !isEmpty && <Rows />}
      </div>
    </Screen>
  )
}

function onDragOver(event: DragEvent): void {
  if (event.dataTransfer.types.includes('Files')) event.preventDefault()
}

/** A chain's file dropped here is imported. */
function onDrop(event: DragEvent): void {
  const file = event.dataTransfer.files[0]
  if (file === undefined) return
  event.preventDefault()
  void importFile(file)
}

function Search() {
  const search = useChainView((view) => view.search)
  return (
    <TextInput
      id={searchFieldId}
      className={classes.search}
      type="search"
      aria-label="Search chains"
      placeholder={`Search  ${shortcut('F')}`}
      leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
      value={search}
      onChange={(event) => useChainView.setState({ search: event.currentTarget.value })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') useChainView.setState({ search: '' })
        if (event.key === 'ArrowDown') {
          event.preventDefault()
          document.querySelector<HTMLElement>('[data-chain]')?.focus()
        }
      }}
    />
  )
}

function Samples() {
  const samples = useSamples()
  if (samples.length === 0) return null
  return (
    <Menu width={320}>
      <Menu.Target>
        <Button>Samples</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {samples.map(({ name, title, description }) => (
          <Menu.Item key={name} onClick={() => void takeSample(name, title)}>
            {title}
            <span className={classes.sampleNote}>{description}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Rows() {
  const chains = useChainStore((mirror) => mirror.chains)
  const search = useChainView((view) => view.search)
  const list = useRef<HTMLUListElement>(null)
  const wished = search.trim().toLowerCase()
  const found = chains.filter(
    ({ name, description, models }) =>
      wished === '' ||
      name.toLowerCase().includes(wished) ||
      description.toLowerCase().includes(wished) ||
      models.some((model) => model.name.toLowerCase().includes(wished))
  )
  useChainListColours(found)
  useEffect(() => {
    const { leftId } = useChainView.getState()
    if (document.activeElement === document.body && leftId !== null)
      list.current?.querySelector<HTMLElement>(`[data-chain="${leftId}"]`)?.focus()
  }, [])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset.chain === undefined) return
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-chain]') ?? [])]
    const at = rows.indexOf(event.target)
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }
    const next = to[event.key]
    if (next === undefined) return
    event.preventDefault()
    rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus()
  }
  if (found.length === 0)
    return (
      <EmptyState
        title={`No chain is called “${search.trim()}”`}
        actions={<Button onClick={() => useChainView.setState({ search: '' })}>Show all</Button>}
      />
    )
  return (
    <ul ref={list} className={classes.list} aria-label="Chains" onKeyDown={onKeyDown}>
      {found.map((chain) => (
        <ChainRow key={chain.id} chain={chain} />
      ))}
    </ul>
  )
}
