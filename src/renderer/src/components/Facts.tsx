/** Names and values in two columns, as panels show them. */
import type { ReactNode } from 'react'
import classes from './Facts.module.css'

export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>
}

interface FactProps {
  label: string
  children: ReactNode
  isStrong?: boolean
  title?: string
}

export function Fact({ label, children, isStrong = false, title }: FactProps) {
  return (
    <div className={classes.fact} title={title}>
      <dt>{label}</dt>
      <dd className={`data number ${isStrong ? classes.strong : ''}`}>{children}</dd>
    </div>
  )
}
