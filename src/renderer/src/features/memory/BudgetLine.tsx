/** The dashed line models should stay under. */
import { formatBytes } from '../../lib/format.ts'
import classes from './BudgetLine.module.css'

export function BudgetLine({ budgetBytes, topBytes }: { budgetBytes: number; topBytes: number }) {
  return (
    <div className={classes.line} style={{ bottom: `${(budgetBytes / topBytes) * 100}%` }}>
      <span className={`${classes.label} number`}>budget {formatBytes(budgetBytes)}</span>
    </div>
  )
}
