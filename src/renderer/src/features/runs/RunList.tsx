/** The list of runs: what goes on, then what has ended, newest first. */
import { Button, Select, Skeleton, TextInput } from '@mantine/core'
import { IconPlayerPlay, IconSearch } from '@tabler/icons-react'
import { useMemo, type KeyboardEvent } from 'react'
import type { RunSummary } from '../../../../shared/run.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { plural } from '../../lib/format.ts'
import { shortcut } from '../../lib/platform.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { filterRuns, groupRuns } from './runFilter.ts'
import classes from './RunList.module.css'
import { RunRow } from './RunRow.tsx'
import { openRun, useRunsView, type StatusFilter } from './runsView.ts'
import { statusLabels } from './runWords.ts'
import { useAllRuns } from './useAllRuns.ts'
import { useFocusHere } from './useFocusHere.ts'

const statusChoices = [
  { value: 'active', label: 'Not ended' },
  ...Object.entries(statusLabels).map(([value, label]) => ({ value, label }))
]

const noFilter = { search: '', status: null, chainId: null } as const

export function RunList() {
  const isKnown = useRunStore((mirror) => mirror.isKnown)
  const { runs, hasOlder, showOlder } = useAllRuns()
  const search = useRunsView((view) => view.search)
  const status = useRunsView((view) => view.status)
  const chainId = useRunsView((view) => view.chainId)
  const found = useMemo(() => filterRuns(runs, { search, status, chainId }), [runs, search, status, chainId])
  const isFiltered = search !== '' || status !== null || chainId !== null
  return (
    <Screen
      title="Runs"
      note={runs.length > 0 && isFiltered ? `${plural(found.length, 'run')} of ${runs.length}` : undefined}
      actions={runs.length > 0 && <Filters runs={runs} />}
    >
      {!isKnown && <FirstLoad />}
      {isKnown && runs.length === 0 && <NoRuns />}
      {isKnown && runs.length > 0 && found.length === 0 && <NothingFound />}
      {found.length > 0 && <Groups runs={found} />}
      {hasOlder && (
        <div className={classes.older}>
          <Button onClick={() => void showOlder()}>Show older runs</Button>
        </div>
      )}
    </Screen>
  )
}

function Filters({ runs }: { runs: readonly RunSummary[] }) {
  const { search, status, chainId } = useRunsView()
  const chains = [...new Map(runs.map((run) => [run.chainId, run.chainName]))]
  return (
    <>
      <TextInput
        id={searchFieldId}
        className={classes.search}
        aria-label="Search runs"
        placeholder={`Search  ${shortcut('F')}`}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={search}
        onChange={(change) => useRunsView.setState({ search: change.currentTarget.value })}
        onKeyDown={(press) => press.key === 'Escape' && useRunsView.setState({ search: '' })}
      />
      <Select
        className={classes.filter}
        aria-label="Status"
        placeholder="Every status"
        data={statusChoices}
        value={status}
        onChange={(value) => useRunsView.setState({ status: value as StatusFilter | null })}
        clearable
      />
      <Select
        className={classes.filter}
        aria-label="Chain"
        placeholder="Every chain"
        data={chains.map(([value, label]) => ({ value, label }))}
        value={chainId}
        onChange={(value) => useRunsView.setState({ chainId: value })}
        clearable
        searchable={chains.length > 8}
      />
    </>
  )
}

function Groups({ runs }: { runs: readonly RunSummary[] }) {
  // Back from a run: at its row.
  const list = useFocusHere<HTMLDivElement>((place) => place.querySelector('[data-run][tabindex="0"]'))
  const groups = useMemo(() => groupRuns(runs), [runs])
  const inOrder = groups.flatMap((group) => group.runs)
  const focusedId = useRunsView((view) => view.focusedId)
  const tabId = inOrder.some(({ id }) => id === focusedId) ? focusedId : (inOrder[0]?.id ?? null)

  function onKeyDown(event: KeyboardEvent): void {
    const row = event.target instanceof HTMLElement ? event.target.dataset.run : undefined
    if (row === undefined) return
    const at = inOrder.findIndex(({ id }) => id === row)
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: inOrder.length - 1 }
    const next = inOrder[steps[event.key] ?? -1]
    if (event.key === 'Enter' || event.key === ' ') openRun(row)
    else if (next === undefined) return
    else {
      useRunsView.setState({ focusedId: next.id })
      list.current?.querySelector<HTMLElement>(`[data-run="${CSS.escape(next.id)}"]`)?.focus()
    }
    event.preventDefault()
  }

  return (
    <div ref={list} className={classes.list} onKeyDown={onKeyDown}>
      {groups.map((group) => (
        <section key={group.label} className={classes.group}>
          <h2 className={classes.heading}>{group.label}</h2>
          <div role="grid" aria-label={`Runs, ${group.label.toLocaleLowerCase()}`}>
            {group.runs.map((run) => (
              <RunRow key={run.id} run={run} isTabStop={run.id === tabId} />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}

function NoRuns() {
  return (
    <EmptyState
      icon={<IconPlayerPlay size={22} stroke={1.6} />}
      title="Nothing has run yet"
      actions={
        <Button variant="filled" onClick={() => goTo('chains')}>
          Go to Chains
        </Button>
      }
    >
      A chain that is run on a text, a table or a folder is listed here, with every answer, what it loaded and how long
      it took.
    </EmptyState>
  )
}

function NothingFound() {
  return (
    <EmptyState
      title="No run is like that"
      actions={<Button onClick={() => useRunsView.setState(noFilter)}>Show all runs</Button>}
    />
  )
}

function FirstLoad() {
  return (
    <div className={classes.list} role="status" aria-label="Reading the runs">
      {[180, 140, 210, 160].map((width) => (
        <div key={width} className={classes.skeleton}>
          <Skeleton height={10} width={width} />
          <Skeleton height={8} width={width + 80} mt={8} />
        </div>
      ))}
    </div>
  )
}
