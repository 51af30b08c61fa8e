/** One run: how it stands, its figures, its plan as it goes, and its items; one of them beside. */
import { Button, Skeleton } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import type { RunDetail } from '../../../../shared/run.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Note } from '../../components/Note.tsx'
import { Screen } from '../../components/Screen.tsx'
import { StatusWord } from '../../components/StatusWord.tsx'
import { formatAgo } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { PlanPanel } from '../plan/PlanPanel.tsx'
import { Back } from './Back.tsx'
import { OtherRunDialog } from './compare/OtherRunDialog.tsx'
import { ItemDetail } from './ItemDetail.tsx'
import { ItemsTable } from './ItemsTable.tsx'
import { RemoveRunDialog } from './RemoveRunDialog.tsx'
import { RunActions } from './RunActions.tsx'
import classes from './RunDetailView.module.css'
import { RunFigures } from './RunFigures.tsx'
import { closeRun, useRunsView } from './runsView.ts'
import { doingWords, isOver, statusWords } from './runWords.ts'
import { useFocusHere } from './useFocusHere.ts'
import { useRunDetail } from './useRunDetail.ts'

const back = <Back label="All runs" onBack={closeRun} />

export function RunDetailView({ runId }: { runId: string }) {
  const { detail, failure, retry } = useRunDetail(runId)
  if (detail !== null) return <Shown detail={detail} />
  return (
    <Screen title="Run" lead={back}>
      {failure === null ? (
        <div role="status" aria-label="Reading the run">
          <Skeleton height={54} radius={11} />
          <Skeleton height={150} radius={11} mt={14} />
          <Skeleton height={220} radius={11} mt={14} />
        </div>
      ) : (
        <EmptyState
          title="The run could not be read"
          actions={
            <>
              <Button onClick={retry}>Try again</Button>
              <Button onClick={closeRun}>All runs</Button>
            </>
          }
        >
          {failure}
        </EmptyState>
      )}
    </Screen>
  )
}

function Shown({ detail: { run, chain, progress } }: { detail: RunDetail }) {
  const item = useRunsView((view) => view.item)
  const [dialog, setDialog] = useState<'remove' | 'compare' | null>(null)
  const closeDialog = (): void => setDialog(null)
  const place = useFocusHere<HTMLDivElement>()
  const closeItem = (): void => {
    useRunsView.setState({ item: null })
    document.querySelector<HTMLElement>('[role="listbox"][aria-label="Items"]')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    // Menus, fields and drawers have an Escape of their own.
    if (
      event.target instanceof HTMLInputElement ||
      (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null)
    )
      return
    if (document.querySelector('[role="menu"]') !== null) return
    if (item === null) closeRun()
    else closeItem()
  }
  return (
    <div ref={place} className={classes.keys} tabIndex={-1} onKeyDown={onKeyDown}>
      <Screen
        title={run.chainName}
        lead={back}
        note={<Standing run={run} />}
        actions={
          <RunActions run={run} onRemove={() => setDialog('remove')} onCompareOther={() => setDialog('compare')} />
        }
        {...(item !== null && {
          panel: {
            label: 'Item',
            content: <ItemDetail key={`${run.id}${item}`} run={run} chain={chain} item={item} onClose={closeItem} />,
            isWide: true,
            isOpen: true,
            isDrawerOpen: true,
            isUnderDialog: dialog !== null,
            // Not before the same Escape has come here, or it would find no item and leave the run.
            onCloseDrawer: () => setTimeout(closeItem)
          }
        })}
      >
        <div className={classes.body}>
          <Telling run={run} />
          <RunFigures run={run} />
          <div className={classes.plan}>
            <PlanPanel
              plan={progress.plan}
              steps={chain.steps}
              order={run.order}
              onOrder={null}
              progress={progress}
              isOver={isOver(run.status)}
            />
          </div>
          <ItemsTable run={run} chain={chain} />
        </div>
      </Screen>
      {dialog === 'remove' && <RemoveRunDialog run={run} onClose={closeDialog} />}
      {dialog === 'compare' && <OtherRunDialog run={run} onClose={closeDialog} />}
    </div>
  )
}

function Standing({ run }: { run: RunDetail['run'] }) {
  const now = useNow(false)
  const { tone, words } = statusWords(run)
  return (
    <span className={classes.standing} data-keep>
      <StatusWord tone={tone}>{words}</StatusWord>
      <span className={`${classes.input} data number`}>
        {run.inputWords} · {formatAgo(run.createdAt, now)}
      </span>
    </span>
  )
}

/** What it does, or what happened to it. */
function Telling({ run }: { run: RunDetail['run'] }) {
  const words = doingWords(run)
  if (words === null) return null
  if (run.status === 'interrupted') {
    return <Note isWarning>{words} Resume goes on from the first step that was not finished.</Note>
  }
  if (run.error !== null) return <Note isWarning>{words}</Note>
  return <p className={`${classes.doing} truncate data number`}>{words}</p>
}
