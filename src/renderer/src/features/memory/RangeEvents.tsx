/** The events of the time shown, as sentences: the chart's marks for those who read. */
import { UnstyledButton } from '@mantine/core'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { coreNow } from '../../lib/coreClock.ts'
import { formatCount } from '../../lib/format.ts'
import { useActivityStore } from '../../stores/activityStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { activityDays, type ActivityDay } from '../activity/activityDays.ts'
import { EventSentence } from '../activity/EventSentence.tsx'
import classes from './RangeEvents.module.css'

const mostShown = 20

interface RangeEventsProps {
  /** Oldest first. */
  events: readonly ActivityEvent[]
  /** "the last hour". */
  time: string
}

export function RangeEvents({ events, time }: RangeEventsProps) {
  const isKnown = useActivityStore((mirror) => mirror.isKnown)
  const days = activityDays(events.slice(-mostShown).reverse(), coreNow())
  return (
    <section aria-labelledby="range-events">
      <div className={classes.head}>
        <h2 id="range-events" className={classes.title}>
          Events
        </h2>
        <UnstyledButton className={classes.all} onClick={() => goTo('activity')}>
          {events.length > mostShown ? `All ${formatCount(events.length)} in Activity` : 'All activity'}
        </UnstyledButton>
      </div>
      {days.length === 0 ? (
        <p className={classes.none}>{isKnown ? `Nothing was loaded or unloaded in ${time}.` : 'Reading the log…'}</p>
      ) : (
        <Days days={days} />
      )}
    </section>
  )
}

/** Today alone needs no heading. */
function Days({ days }: { days: readonly ActivityDay[] }) {
  const isToday = days.length === 1 && days[0]?.label === 'Today'
  return days.map(({ label, events }) => (
    <div key={label}>
      {!isToday && <h3 className={classes.day}>{label}</h3>}
      <ol className={classes.list}>
        {events.map((event) => (
          <EventSentence key={event.id} event={event} />
        ))}
      </ol>
    </div>
  ))
}
