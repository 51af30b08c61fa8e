/** The words at a moment of the time line, above it, never outside of the chart. */
import type { CSSProperties, ReactNode } from 'react'
import classes from './PlanChart.module.css'

export function PlanTip({ share, children }: { share: number; children: ReactNode }) {
  return (
    <div className={classes.tipPlace} aria-hidden>
      <div className={`${classes.tip} number`} style={{ '--share': share } as CSSProperties}>
        {children}
      </div>
    </div>
  )
}
