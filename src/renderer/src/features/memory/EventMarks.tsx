/** Circles over the chart where something happened; each tells its story when pointed at or focused. */
import { Tooltip } from '@mantine/core'
import { memo } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { coreNow } from '../../lib/coreClock.ts'
import { plural } from '../../lib/format.ts'
import { useHostName } from '../activity/useHostName.ts'
import { sentenceText } from '../activity/sentence.ts'
import { eventMarks, type EventMark } from './eventMarks.ts'
import classes from './EventMarks.module.css'
import { momentWords } from './timeWords.ts'

/** Marks nearer than this part of the width become one. */
const closest = 0.02
const mostTold = 8
/** With more marks than these their stems would hide the chart: each shows its own when it is pointed at. */
const mostStems = 12

interface EventMarksProps {
  events: readonly ActivityEvent[]
  fromAt: number
  toAt: number
}

export const EventMarks = memo(function EventMarks({ events, fromAt, toAt }: EventMarksProps) {
  const marks = eventMarks(events, fromAt, toAt, closest)
  if (marks.length === 0) return null
  return (
    <ul className={`${classes.marks} ${marks.length > mostStems ? classes.many : ''}`} aria-label="Events on the chart">
      {marks.map((mark) => (
        <Mark key={mark.id} mark={mark} />
      ))}
    </ul>
  )
})

function Mark({ mark }: { mark: EventMark }) {
  const hostName = useHostName()
  const isBad = mark.events.some(({ kind }) => /failed|crashed|down|problem/.test(kind))
  const told = mark.events.slice(0, mostTold)
  const now = coreNow()
  const story = told.map((event) => ({
    id: event.id,
    time: momentWords(event.at, now, false),
    text: sentenceText(event, hostName)
  }))
  const rest = mark.events.length - told.length
  return (
    <li className={classes.mark} style={{ left: `${mark.position * 100}%` }}>
      <Tooltip
        openDelay={60}
        position="bottom"
        offset={6}
        classNames={{ tooltip: classes.story }}
        label={
          <>
            {story.map(({ id, time, text }) => (
              <div key={id} className={classes.line}>
                <span className={`${classes.time} number`}>{time}</span>
                <span>{text}</span>
              </div>
            ))}
            {rest > 0 && <div className={classes.rest}>and {plural(rest, 'more event')}</div>}
          </>
        }
      >
        <button
          type="button"
          className={`${classes.circle} ${isBad ? classes.bad : ''}`}
          aria-label={markName(mark.events.length, story)}
        >
          {mark.events.length > 1 ? mark.events.length : ''}
        </button>
      </Tooltip>
      <span className={classes.stem} aria-hidden />
    </li>
  )
}

/** Begins with what is seen, for people who speak to the page. */
function markName(count: number, story: readonly { time: string; text: string }[]): string {
  const told = story.map(({ time, text }) => `${time}: ${text}`).join('; ')
  return count > 1 ? `${count} events. ${told}` : told
}
