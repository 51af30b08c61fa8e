/** The canvas's own buttons: add, models, layout, zoom. Each has its key. */
import { ActionIcon, Button } from '@mantine/core'
import { IconBinaryTree, IconBox, IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react'
import { layoutAll, startStep } from './builderDeeds.ts'
import { fitAll, zoomBy } from './canvasView.ts'
import { shelfButtonId, toggleShelf, useChainView } from './chainView.ts'
import classes from './CanvasTools.module.css'

export function CanvasTools() {
  const isShelfOpen = useChainView((view) => view.isShelfOpen)
  return (
    <div className={classes.tools} role="toolbar" aria-label="Canvas tools">
      <Button
        className={classes.add}
        leftSection={<IconPlus size={14} stroke={2} aria-hidden />}
        title="Add a step  N"
        onClick={() => startStep()}
      >
        Step
      </Button>
      <Button
        id={shelfButtonId}
        leftSection={<IconBox size={14} stroke={1.8} aria-hidden />}
        title="Models to drag onto the canvas  M"
        aria-expanded={isShelfOpen}
        onClick={toggleShelf}
      >
        Models
      </Button>
      <span className={classes.icons}>
        <Tool label="Lay out" hint="Lay out from left to right  L" onClick={() => void layoutAll()}>
          <IconBinaryTree size={15} stroke={1.7} className={classes.turned} aria-hidden />
        </Tool>
        <Tool label="Zoom to fit" hint="Zoom to fit  F" onClick={() => fitAll()}>
          <IconMaximize size={15} stroke={1.7} aria-hidden />
        </Tool>
        <Tool label="Zoom out" hint="Zoom out  −" onClick={() => zoomBy(-1)}>
          <IconMinus size={15} stroke={1.7} aria-hidden />
        </Tool>
        <Tool label="Zoom in" hint="Zoom in  +" onClick={() => zoomBy(1)}>
          <IconPlus size={15} stroke={1.7} aria-hidden />
        </Tool>
      </span>
    </div>
  )
}

interface ToolProps {
  label: string
  hint: string
  onClick: () => void
  children: React.ReactNode
}

function Tool({ label, hint, onClick, children }: ToolProps) {
  return (
    <ActionIcon size={28} aria-label={label} title={hint} onClick={onClick}>
      {children}
    </ActionIcon>
  )
}
