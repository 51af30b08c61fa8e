/** One chain being built: canvas, what is selected beside it, and the plan under it. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronLeft,
  IconDots,
  IconLayoutSidebarRight
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { exportChain } from '../../actions/chainActions.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import menu from '../../components/moreMenu.module.css'
import { Screen } from '../../components/Screen.tsx'
import { useIsNarrow } from '../../components/useWidth.ts'
import { shortcut } from '../../lib/platform.ts'
import { PlanPanel } from '../plan/PlanPanel.tsx'
import { followDocument, saveNow } from './autosave.ts'
import { disconnectCards } from './builderDeeds.ts'
import { onBuilderKey, useClipboard } from './builderKeys.ts'
import classes from './Builder.module.css'
import { BuilderComing } from './BuilderComing.tsx'
import { CanvasTools } from './CanvasTools.tsx'
import { useOpenChainColours } from './chainColours.ts'
import { redoEdit, undoEdit, useChainDocument } from './chainDocument.ts'
import { mentionCount } from './chainEdits.ts'
import { followOutlook, useChainOutlook, wishPlan } from './chainOutlookStore.ts'
import { ChainTitle } from './ChainTitle.tsx'
import { showInspector, showVersions, useChainView } from './chainView.ts'
import { deleteOpenChain, duplicateOpenChain } from './listDeeds.ts'
import { FlowCanvas } from './FlowCanvas.tsx'
import { focusCard, useFlow } from './flowStore.ts'
import { Inspector } from './inspector/Inspector.tsx'
import { ModelShelf } from './ModelShelf.tsx'
import { closeChain, followDeletion } from './openChain.ts'
import { ProblemMenu } from './ProblemMenu.tsx'
import { RunButton } from './RunButton.tsx'
import { ConflictNote, SaveState } from './SaveState.tsx'
import { VersionsPanel } from './VersionsPanel.tsx'

export function Builder() {
  const isOpen = useChainDocument(({ chain }) => chain !== null)
  useEffect(() => {
    const stops = [followDocument(), followOutlook(), followDeletion()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  if (!isOpen) return <BuilderComing />
  return <OpenBuilder />
}

function OpenBuilder() {
  const name = useChainDocument(({ chain }) => chain?.name ?? '')
  const panel = useChainView((view) => view.panel)
  const isDrawerOpen = useChainView((view) => view.isDrawerOpen)
  const isShelfOpen = useChainView((view) => view.isShelfOpen)
  const isEmpty = useChainDocument(({ chain }) => chain?.steps.length === 0)
  const isAsking = useChainView((view) => view.disconnecting !== null)
  useOpenChainColours()
  useClipboard()
  return (
    <div className={classes.builder} onKeyDown={onBuilderKey}>
      <Screen
        title={name}
        isFlush
        lead={
          <ActionIcon
            size={26}
            aria-label="All chains"
            title="All chains"
            className={classes.back}
            onClick={closeChain}
          >
            <IconChevronLeft size={17} aria-hidden />
          </ActionIcon>
        }
        heading={<ChainTitle />}
        note={
          <span className={classes.notes}>
            <SaveState />
            <ProblemMenu />
          </span>
        }
        actions={<Actions />}
        panel={{
          label: panel === 'versions' ? 'Earlier versions' : 'Inspector',
          content: panel === 'versions' ? <VersionsPanel /> : <Inspector />,
          isOpen: true,
          isDrawerOpen,
          isUnderDialog: isAsking,
          onCloseDrawer: () => useChainView.setState({ isDrawerOpen: false }),
          onLeave: () => focusCard(useFlow.getState().activeId)
        }}
      >
        <ConflictNote />
        <div className={classes.ground}>
          <FlowCanvas />
          {isEmpty && !isShelfOpen && <Hint />}
          {isShelfOpen && <ModelShelf />}
          <CanvasTools />
        </div>
        <Plan />
      </Screen>
      <DisconnectDialog />
    </div>
  )
}

function Hint() {
  return (
    <p className={classes.hint}>
      A step asks one model with a prompt. Double click to add one, or press <kbd>N</kbd>. A prompt says{' '}
      <code>{'{{input}}'}</code> for what comes in, and <code>{'{{steps.NAME}}'}</code> for what another step said.
    </p>
  )
}

function Actions() {
  const isNarrow = useIsNarrow()
  const undoLabel = useChainDocument(({ history }) => history?.past.at(-1)?.label ?? null)
  const redoLabel = useChainDocument(({ history }) => history?.future[0]?.label ?? null)
  const [isDeleting, setIsDeleting] = useState(false)
  return (
    <>
      <Button.Group>
        <Button
          className={classes.iconButton}
          disabled={undoLabel === null}
          aria-label={undoLabel === null ? 'Undo' : `Undo ${undoLabel}`}
          title={`${undoLabel === null ? 'Undo' : `Undo ${undoLabel}`}  ${shortcut('Z')}`}
          onClick={undoEdit}
        >
          <IconArrowBackUp size={15} stroke={1.8} aria-hidden />
        </Button>
        <Button
          className={classes.iconButton}
          disabled={redoLabel === null}
          aria-label={redoLabel === null ? 'Redo' : `Redo ${redoLabel}`}
          title={`${redoLabel === null ? 'Redo' : `Redo ${redoLabel}`}  ⇧${shortcut('Z')}`}
          onClick={redoEdit}
        >
          <IconArrowForwardUp size={15} stroke={1.8} aria-hidden />
        </Button>
      </Button.Group>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More for this chain">
            <IconDots size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={showVersions}>Earlier versions</Menu.Item>
          <Menu.Item onClick={() => void duplicateOpenChain()}>Duplicate</Menu.Item>
          <Menu.Item onClick={() => void exportOpen()}>Export…</Menu.Item>
          <Menu.Divider />
          <Menu.Item className={menu.delete} onClick={() => setIsDeleting(true)}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isNarrow && (
        <ActionIcon variant="default" size={30} aria-label="Show the inspector" onClick={showInspector}>
          <IconLayoutSidebarRight size={15} aria-hidden />
        </ActionIcon>
      )}
      <RunButton />
      {isDeleting && <DeleteDialog onClose={() => setIsDeleting(false)} />}
    </>
  )
}

/** What is written is what is on the canvas. */
async function exportOpen(): Promise<void> {
  await saveNow()
  const { chain } = useChainDocument.getState()
  if (chain !== null) await exportChain(chain.id, chain.name)
}

function DeleteDialog({ onClose }: { onClose: () => void }) {
  const name = useChainDocument(({ chain }) => chain?.name ?? '')
  return (
    <ConfirmDialog title={`Delete ${name}?`} action="Delete" onConfirm={() => void deleteOpenChain()} onClose={onClose}>
      Its runs stay. It can be had back for a while after.
    </ConfirmDialog>
  )
}

/** Edges are drawn from the prompts: to take one away is to change a prompt. */
function DisconnectDialog() {
  const edges = useChainView((view) => view.disconnecting)
  const chain = useChainDocument((document) => document.chain)
  if (edges === null || chain === null) return null
  const nameOf = (id: string | null): string => chain.steps.find((step) => step.id === id)?.name ?? 'the input'
  const close = (): void => useChainView.setState({ disconnecting: null })
  return (
    <ConfirmDialog
      title={edges.length === 1 ? 'Remove this connection?' : `Remove ${edges.length} connections?`}
      action="Remove"
      isDestructive={false}
      onConfirm={() => disconnectCards(edges)}
      onClose={close}
    >
      {edges.map((edge) => {
        const { from, to } = edge
        const count = mentionCount(chain, edge)
        return (
          <span key={`${from ?? ''}>${to}`} className={classes.line}>
            {nameOf(to)} mentions {nameOf(from)} {count === 1 ? 'once' : `${count} times`}. This goes out of its
            prompts.
          </span>
        )
      })}
    </ConfirmDialog>
  )
}

function Plan() {
  const { plan, problems, isOld, failure, order } = useChainOutlook()
  const steps = useChainDocument(({ chain }) => chain?.steps)
  if (steps === undefined) return null
  return (
    <div className={classes.plan}>
      <PlanPanel
        plan={plan}
        problems={problems}
        steps={steps}
        isWorking={isOld}
        failure={failure}
        order={order}
        onOrder={(next) => wishPlan({ order: next })}
      />
    </div>
  )
}
