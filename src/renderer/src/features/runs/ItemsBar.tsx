/** How many items have ended, and how, and what is done of the rest, as a bar: words beside it say the same. */
import type { RunSummary } from '../../../../shared/run.ts'
import classes from './ItemsBar.module.css'

const parts = ['done', 'stopped', 'failed'] as const

type Counted = Pick<RunSummary, 'items' | 'itemCount' | 'stepRuns' | 'stepRunsDone'>

export function ItemsBar({ run: { items, itemCount, stepRuns, stepRunsDone } }: { run: Counted }) {
  const ended = (items.done + items.stopped + items.failed) / Math.max(1, itemCount)
  // Step after step over all items: much is done long before the first item ends.
  const begun = Math.max(0, stepRunsDone / Math.max(1, stepRuns) - ended)
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
      {begun > 0 && <span className={classes.begun} style={{ width: `${100 * begun}%` }} />}
    </span>
  )
}
