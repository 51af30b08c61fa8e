/** What is done with the open chain as a whole: undo, redo, copies, files, deletion, the run. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp, IconDots, IconLayoutSidebarRight } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { exportChain } from '../../actions/chainActions.ts'
import menu from '../../components/moreMenu.module.css'
import { useIsNarrow } from '../../components/useWidth.ts'
import { shortcut } from '../../lib/platform.ts'
import { saveNow } from './autosave.ts'
import classes from './Builder.module.css'
import { redoEdit, undoEdit, useChainDocument } from './chainDocument.ts'
import { showInspector, showVersions } from './chainView.ts'
import { DeleteChainDialog } from './DeleteChainDialog.tsx'
import { deleteOpenChain, duplicateOpenChain } from './listDeeds.ts'
import { RunButton } from './RunButton.tsx'

export function BuilderActions() {
  const isNarrow = useIsNarrow()
  const undoLabel = useChainDocument(({ history }) => history?.past.at(-1)?.label)
  const redoLabel = useChainDocument(({ history }) => history?.future[0]?.label)
  return (
    <>
      <Button.Group>
        <HistoryButton verb="Undo" label={undoLabel} keys={shortcut('Z')} onClick={undoEdit}>
          <IconArrowBackUp size={15} stroke={1.8} aria-hidden />
        </HistoryButton>
        <HistoryButton verb="Redo" label={redoLabel} keys={`⇧${shortcut('Z')}`} onClick={redoEdit}>
          <IconArrowForwardUp size={15} stroke={1.8} aria-hidden />
        </HistoryButton>
      </Button.Group>
      <More />
      {isNarrow && (
        <ActionIcon variant="default" size={30} aria-label="Show the inspector" onClick={showInspector}>
          <IconLayoutSidebarRight size={15} aria-hidden />
        </ActionIcon>
      )}
      <RunButton />
    </>
  )
}

interface HistoryButtonProps {
  verb: string
  /** Of the change; undefined: there is none. */
  label: string | undefined
  keys: string
  onClick: () => void
  children: ReactNode
}

function HistoryButton({ verb, label, keys, onClick, children }: HistoryButtonProps) {
  const words = label === undefined ? verb : `${verb} ${label}`
  return (
    <Button
      className={classes.iconButton}
      disabled={label === undefined}
      aria-label={words}
      title={`${words}  ${keys}`}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}

function More() {
  const name = useChainDocument(({ chain }) => chain?.name ?? '')
  const [isDeleting, setIsDeleting] = useState(false)
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More for this chain">
            <IconDots size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={showVersions}>Earlier versions</Menu.Item>
          <Menu.Item onClick={() => void duplicateOpenChain()}>Duplicate</Menu.Item>
          <Menu.Item onClick={() => void exportOpenChain()}>Export…</Menu.Item>
          <Menu.Divider />
          <Menu.Item className={menu.delete} onClick={() => setIsDeleting(true)}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isDeleting && (
        <DeleteChainDialog name={name} onConfirm={() => void deleteOpenChain()} onClose={() => setIsDeleting(false)} />
      )}
    </>
  )
}

/** What is written is what is on the canvas. */
async function exportOpenChain(): Promise<void> {
  await saveNow()
  const { chain } = useChainDocument.getState()
  if (chain !== null) await exportChain(chain.id, chain.name)
}
