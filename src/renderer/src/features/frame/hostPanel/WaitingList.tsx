/** Who answers on a host, who waits for a turn, and why no more run at once. */
import type { HostRequests } from '../../../../../shared/hostRequests.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { MiddleText } from '../../../components/MiddleText.tsx'
import { formatClock } from '../../../lib/format.ts'
import { useNow } from '../../../lib/useNow.ts'
import classes from './HostPanel.module.css'
import { callerWords, moreWaitingWords, queueWords } from './requestWords.ts'

export function WaitingList({ queue }: { queue: HostRequests['queue'] }) {
  const now = useNow(queue.waiting.length > 0)
  const more = moreWaitingWords(queue)
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>Queue</h3>
      <p className={`${classes.text} number`}>{queueWords(queue)}</p>
      {queue.waiting.length > 0 && (
        <ol className={classes.waiting} aria-label="Waiting for a turn">
          {queue.waiting.map(({ modelId, caller, position, sinceAt }) => (
            <li key={`${position} ${modelKey(modelId)} ${sinceAt}`} className={`${classes.waiter} number`}>
              <span className={classes.position}>{position}</span>
              <span className={`${classes.who} data`}>
                <MiddleText text={modelId.name} />
                <span className={classes.dim}>{callerWords(caller)}</span>
              </span>
              <span>{formatClock(now - sinceAt)}</span>
            </li>
          ))}
        </ol>
      )}
      {more !== null && <p className={`${classes.text} ${classes.dim} number`}>{more}</p>}
    </section>
  )
}
