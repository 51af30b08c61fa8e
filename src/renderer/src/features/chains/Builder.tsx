/** One chain being built: canvas, what is selected beside it, and the plan under it. */
import { ActionIcon } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import { useEffect } from 'react'
import { Screen } from '../../components/Screen.tsx'
import { PlanPanel } from '../plan/PlanPanel.tsx'
import { followDocument } from './autosave.ts'
import { BuilderActions } from './BuilderActions.tsx'
import { BuilderComing } from './BuilderComing.tsx'
import { onBuilderKey, useClipboard } from './builderKeys.ts'
import classes from './Builder.module.css'
import { CanvasTools } from './CanvasTools.tsx'
import { focusCard, followKeyboard, keepsKeyboard } from './cardFocus.ts'
import { useOpenChainColours } from './chainColours.ts'
import { useChainDocument } from './chainDocument.ts'
import { followOutlook, useChainOutlook, wishPlan } from './chainOutlookStore.ts'
import { ChainTitle } from './ChainTitle.tsx'
import { useChainView } from './chainView.ts'
import { DisconnectDialog } from './DisconnectDialog.tsx'
import { FlowCanvas } from './FlowCanvas.tsx'
import { useFlow } from './flowStore.ts'
import { Inspector } from './inspector/Inspector.tsx'
import { ModelShelf } from './ModelShelf.tsx'
import { closeChain, followDeletion } from './openChain.ts'
import { ProblemMenu } from './ProblemMenu.tsx'
import { ConflictNote, SaveState } from './SaveState.tsx'
import { VersionsPanel } from './VersionsPanel.tsx'

export function Builder() {
  const isOpen = useChainDocument(({ chain }) => chain !== null)
  useEffect(() => {
    const stops = [followDocument(), followOutlook(), followDeletion(), followKeyboard()]
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
    <div className={classes.builder} {...keepsKeyboard} onKeyDown={onBuilderKey}>
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
        actions={<BuilderActions />}
        panel={{
          label: panel === 'versions' ? 'Earlier versions' : 'Inspector',
          content: <div {...keepsKeyboard}>{panel === 'versions' ? <VersionsPanel /> : <Inspector />}</div>,
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
