/** A remark with what can be done about it: tinted, in small words; advice in the accent, what is wrong with its mark. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './Note.module.css'

interface NoteProps {
  isWarning?: boolean
  children: ReactNode
}

export function Note({ isWarning = false, children }: NoteProps) {
  return (
    <div className={`${classes.note} ${isWarning ? classes.warning : ''}`}>
      {isWarning && <IconAlertTriangle size={15} stroke={1.7} aria-hidden />}
      <div className={classes.words}>{children}</div>
    </div>
  )
}

/** A verb in running words. */
export function NoteAction({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={classes.action} onClick={onClick}>
      {children}
    </button>
  )
}
