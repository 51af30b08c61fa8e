/** What a run took: each number large, what was planned under it. */
import type { RunSummary } from '../../../../shared/run.ts'
import { ItemsBar } from './ItemsBar.tsx'
import classes from './RunFigures.module.css'
import { figuresOf } from './runWords.ts'

export function RunFigures({ run }: { run: RunSummary }) {
  return (
    <dl className={classes.figures} aria-label="Figures">
      {figuresOf(run).map(({ label, value, note }) => (
        <div key={label} className={classes.figure}>
          <dt>{label}</dt>
          <dd className="data number">
            <span className={classes.value}>{value}</span>
            {label === 'Items' && <ItemsBar run={run} />}
            <span className={`${classes.note} truncate`}>{note ?? ''}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
