/** What every screen is made of: a title with its actions, a body that scrolls, and a panel at the right, or a drawer where it is narrow. */
import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Screen.module.css'
import { useIsNarrow } from './useWidth.ts'

/** Where Return puts the focus. */
export const panelId = 'panel'

interface Panel {
  label: string
  content: ReactNode
  /** For long texts: two fifths of the screen. */
  isWide?: boolean
  /** Whether it is shown beside the body where there is room. */
  isOpen: boolean
  /** Whether it is shown as a drawer where there is none. */
  isDrawerOpen: boolean
  onCloseDrawer: () => void
  /** A dialog lies over the drawer: Escape is the dialog's. */
  isUnderDialog?: boolean
  /** Escape in the panel: where the focus goes back to. */
  onLeave?: () => void
}

interface ScreenProps {
  title: string
  /** Before the title: the way back. */
  lead?: ReactNode
  /** In the title's place, where it can be changed. */
  heading?: ReactNode
  /** The body is drawn up to its edges, and scrolls by itself. */
  isFlush?: boolean
  note?: ReactNode
  actions?: ReactNode
  panel?: Panel
  children: ReactNode
}

export function Screen({ title, lead, heading, isFlush = false, note, actions, panel, children }: ScreenProps) {
  const isNarrow = useIsNarrow()
  const isBeside = panel !== undefined && panel.isOpen && !isNarrow
  return (
    <div
      className={`${classes.screen} ${isBeside ? classes.withPanel : ''} ${panel?.isWide === true ? classes.wide : ''}`}
    >
      <main className={classes.main} aria-label={title}>
        <header className={classes.header}>
          {lead}
          <h1 className={classes.title}>{heading ?? <span className={classes.titleText}>{title}</span>}</h1>
          {note !== undefined && <span className={classes.note}>{note}</span>}
          <div className={classes.actions}>{actions}</div>
        </header>
        <div className={isFlush ? classes.flush : classes.body}>{children}</div>
      </main>
      {isBeside && (
        <aside
          className={classes.panel}
          aria-label={panel.label}
          id={panelId}
          tabIndex={-1}
          onKeyDown={(event) => event.key === 'Escape' && panel.onLeave?.()}
        >
          {panel.content}
        </aside>
      )}
      {panel !== undefined && isNarrow && (
        <Drawer.Root
          opened={panel.isDrawerOpen}
          onClose={panel.onCloseDrawer}
          closeOnEscape={panel.isUnderDialog !== true}
          size={panel.isWide === true ? 480 : 340}
          // The theme's word is for whole drawers, not for their parts.
          position="right"
          lockScroll={false}
        >
          <Drawer.Overlay backgroundOpacity={0.15} />
          <Drawer.Content aria-label={panel.label}>
            <Drawer.CloseButton className={classes.closeDrawer} aria-label="Close" />
            <Drawer.Body className={classes.drawer}>{panel.content}</Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      )}
    </div>
  )
}
