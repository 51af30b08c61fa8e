/** A part of an item under a name that folds it. */
import type { ReactNode } from 'react'
import classes from './FoldedCard.module.css'

interface FoldedCardProps {
  label: string
  name: string
  lead?: ReactNode
  aside: ReactNode
  isOpen: boolean
  onToggle: () => void
  children: ReactNode
}

export function FoldedCard({ label, name, lead, aside, isOpen, onToggle, children }: FoldedCardProps) {
  return (
    <section className={classes.card} aria-label={label}>
      <header className={classes.cardHeader}>
        <button type="button" className={classes.unfold} aria-expanded={isOpen} onClick={onToggle}>
          {lead}
          <span className={`${classes.cardName} truncate`}>{name}</span>
        </button>
        {aside}
      </header>
      {children}
    </section>
  )
}
