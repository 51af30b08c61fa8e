/** How many items have ended, and how, as a bar: words beside it say the same. */
import type { RunSummary } from '../../../../shared/run.ts'
import classes from './ItemsBar.module.css'

const parts = ['done', 'stopped', 'failed', 'running'] as const

export function ItemsBar({ run: { items, itemCount } }: { run: Pick<RunSummary, 'items' | 'itemCount'> }) {
  return (
    <span className={classes.bar} aria-hidden>
      {parts.map((part) =>
        items[part] === 0 ? null : (
          <span
            key={part}
            className={classes[part]}
            style={{ width: `${(100 * items[part]) / Math.max(1, itemCount)}%` }}
          />
        )
      )}
    </span>
  )
}
