/** What was noticed of a host and what was done about it, newest first. */
import type { HostRequests } from '../../../../../shared/hostRequests.ts'
import { StatusDot } from '../../../components/StatusWord.tsx'
import { formatDay, formatTime } from '../../../lib/format.ts'
import { useNow } from '../../../lib/useNow.ts'
import tones from '../../../components/tones.module.css'
import classes from './HostPanel.module.css'

export function HostStory({ story }: { story: HostRequests['story'] }) {
  // Only the day matters here.
  const now = useNow(false)
  if (story.length === 0) return null
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>What happened</h3>
      <ol className={classes.story}>
        {story.map(({ at, tone, words }, index) => (
          <li key={`${at} ${index}`} className={classes.chapter}>
            <time className={`${classes.dim} number`} dateTime={new Date(at).toISOString()} title={formatDay(at, now)}>
              {formatTime(at)}
            </time>
            <span className={`${classes.mark} ${tones[tone]}`}>
              <StatusDot tone={tone} />
            </span>
            <span className="data">{words}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
