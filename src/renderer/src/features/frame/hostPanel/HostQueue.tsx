/** Who answers on a host, who waits for a turn, why no more run at once, and an end to any of them. */
import { useRef } from 'react'
import type { HostRequests } from '../../../../../shared/hostRequests.ts'
import { useNow } from '../../../lib/useNow.ts'
import classes from './HostPanel.module.css'
import { QueueRow } from './QueueRow.tsx'
import { entryKey, moreWaitingWords, queueWords } from './requestWords.ts'
import { useEntryFocus } from './useEntryFocus.ts'

export function HostQueue({ queue }: { queue: HostRequests['queue'] }) {
  const { answering, waiting } = queue
  const now = useNow(answering.length + waiting.length > 0)
  const more = moreWaitingWords(queue)
  const section = useRef<HTMLElement>(null)
  const keepFocus = useEntryFocus(section, queue)
  return (
    <section ref={section} className={classes.section} {...keepFocus}>
      {/* Takes the focus when the last entry is gone. */}
      <h3 className={classes.heading} tabIndex={-1}>
        Queue
      </h3>
      <p className={`${classes.text} number`}>{queueWords(queue)}</p>
      {answering.length > 0 && (
        <ol className={classes.queue} aria-label="Answering">
          {answering.map((entry) => (
            <QueueRow key={entryKey(entry)} entry={entry} position={null} now={now} />
          ))}
        </ol>
      )}
      {waiting.length > 0 && (
        <ol className={classes.queue} aria-label="Waiting for a turn">
          {waiting.map((entry) => (
            <QueueRow key={entryKey(entry)} entry={entry} position={entry.position} now={now} />
          ))}
        </ol>
      )}
      {more !== null && <p className={`${classes.text} ${classes.dim} number`}>{more}</p>}
    </section>
  )
}
