/** A part of the inspector that is folded while it says nothing of its own: its heading tells what holds. */
import { IconChevronRight } from '@tabler/icons-react'
import { useRef, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import type { ChainProblem } from '../../../../../shared/chain.ts'
import classes from './Inspector.module.css'

interface SectionProps {
  /** Of the button that unfolds it, to come to it from a mistake. */
  id: string
  title: string
  words: string
  hasProblem: boolean
  children: ReactNode
}

/** By title: unfolded once, it is so for the next step too. */
const unfolded = new Set<string>()

export function Section({ id, title, words, hasProblem, children }: SectionProps) {
  const [isOpen, setIsOpen] = useState(hasProblem || unfolded.has(title))
  const section = useRef<HTMLElement>(null)
  const toggle = (): void => {
    if (isOpen) unfolded.delete(title)
    else unfolded.add(title)
    flushSync(() => setIsOpen(!isOpen))
    // What was unfolded at the panel's end is seen.
    section.current?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <section ref={section} className={classes.folding}>
      <h3 className={classes.foldingTitle}>
        <button type="button" id={id} className={classes.fold} aria-expanded={isOpen} onClick={toggle}>
          <IconChevronRight size={14} stroke={1.9} className={isOpen ? classes.turned : ''} aria-hidden />
          <span className={classes.foldName}>{title}</span>
          <span className={`${classes.foldWords} ${hasProblem ? classes.bad : ''} number`}>{words}</span>
        </button>
      </h3>
      {isOpen && <div className={classes.folded}>{children}</div>}
    </section>
  )
}

/** What the core says against one field. */
export function FieldProblems({ problems }: { problems: readonly ChainProblem[] }) {
  if (problems.length === 0) return null
  return (
    <ul className={classes.problems}>
      {problems.map(({ message, isBlocking }, index) => (
        <li key={index} className={isBlocking ? classes.bad : classes.warn}>
          {message}
        </li>
      ))}
    </ul>
  )
}
