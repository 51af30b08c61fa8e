/** The events of the time shown, as sentences: the chart's marks for those who read. */
import { UnstyledButton } from '@mantine/core'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useActivityStore } from '../../stores/activityStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { EventSentence } from '../activity/EventSentence.tsx'
import classes from './RangeEvents.module.css'

const mostShown = 20

interface RangeEventsProps {
  /** Oldest first. */
  events: readonly ActivityEvent[]
  /** "hour", "15 minutes". */
  range: string
}

export function RangeEvents({ events, range }: RangeEventsProps) {
  const isKnown = useActivityStore((mirror) => mirror.isKnown)
  const newest = events.slice(-mostShown).reverse()
  return (
    <section aria-labelledby="range-events">
      <div className={classes.head}>
        <h2 id="range-events" className={classes.title}>
          Events
        </h2>
        <UnstyledButton className={classes.all} onClick={() => goTo('activity')}>
          {events.length > mostShown ? `All ${events.length} in Activity` : 'All activity'}
        </UnstyledButton>
      </div>
      {newest.length === 0 ? (
        <p className={classes.none}>
          {isKnown ? `Nothing was loaded or unloaded in the last ${range}.` : 'Reading the log…'}
        </p>
      ) : (
        <ol className={classes.list}>
          {newest.map((event) => (
            <EventSentence key={event.id} event={event} />
          ))}
        </ol>
      )}
    </section>
  )
}
