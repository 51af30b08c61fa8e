/** What models hold over the time line, as an area under the budget's dashed line. */
import type { RefObject } from 'react'
import { formatBytes } from '../../lib/format.ts'
import classes from './PlanChart.module.css'
import { budgetHeight, heldPath, type PlanPicture } from './planPicture.ts'

interface PlanMemoryProps {
  picture: PlanPicture
  /** The box that is as wide as the time. */
  track: RefObject<HTMLDivElement | null>
  pointedMs: number | null
}

export function PlanMemory({ picture, track, pointedMs }: PlanMemoryProps) {
  const { spanMs, nowMs, held, toCome, plan } = picture
  const budget = budgetHeight(picture)
  return (
    <div className={classes.lane}>
      <span className={`${classes.name} ${classes.foreign} number`}>
        {plan.budgetBytes === null || budget === null ? 'Memory' : `Budget ${formatBytes(plan.budgetBytes)}`}
      </span>
      <div ref={track} className={classes.memory} aria-hidden>
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none">
          <path className={classes.area} d={heldPath(held, nowMs ?? 0, picture)} />
          <path className={nowMs === null ? classes.area : classes.areaToCome} d={heldPath(toCome, spanMs, picture)} />
        </svg>
        {budget !== null && <span className={classes.budget} style={{ bottom: `${100 * budget}%` }} />}
        {nowMs !== null && nowMs < spanMs && (
          <span className={classes.now} style={{ left: `${(100 * nowMs) / spanMs}%` }} />
        )}
        {plan.budgetBytes !== null && budget === null && (
          <span className={`${classes.above} number`}>Budget {formatBytes(plan.budgetBytes)}, far above</span>
        )}
        {pointedMs !== null && <span className={classes.hair} style={{ left: `${(100 * pointedMs) / spanMs}%` }} />}
      </div>
    </div>
  )
}
