/** The event log as a time line of sentences, newest first. */
import { Button } from '@mantine/core'
import { IconHistory, IconSearchOff } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { plural } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useActivityStore } from '../../stores/activityStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { activityDays } from './activityDays.ts'
import { everything, filterActivity } from './activityFilter.ts'
import { ActivityFilterBar } from './ActivityFilterBar.tsx'
import classes from './ActivityScreen.module.css'
import { EventSentence } from './EventSentence.tsx'
import { useHostName } from './useHostName.ts'
import { useOlderEvents, type OlderEvents } from './useOlderEvents.ts'

export function ActivityScreen() {
  const { events, isKnown } = useActivityStore()
  const [filter, setFilter] = useState(everything)
  const asked = useDeferredValue(filter)
  const hostName = useHostName()
  const older = useOlderEvents()
  // Only the day matters here: the list must not be built anew each second.
  const today = new Date(useNow()).setHours(0, 0, 0, 0)
  const shown = useMemo(() => filterActivity(events, asked, hostName), [events, asked, hostName])
  const days = useMemo(() => activityDays(shown, today), [shown, today])

  return (
    <Screen title="Activity" actions={<ActivityFilterBar events={events} filter={filter} onChange={setFilter} />}>
      {days.map((day) => (
        <section key={day.label} className={classes.day} aria-label={day.label}>
          <h2 className={classes.label}>{day.label}</h2>
          <ol className={classes.list}>
            {day.events.map((event) => (
              <EventSentence key={event.id} event={event} />
            ))}
          </ol>
        </section>
      ))}
      {events.length === 0 && <NoEvents isKnown={isKnown} />}
      {events.length > 0 && shown.length === 0 && (
        <EmptyState
          icon={<IconSearchOff size={22} stroke={1.6} />}
          title="Nothing matches"
          actions={<Button onClick={() => setFilter(everything)}>Show everything</Button>}
        >
          None of the {plural(events.length, 'newest event')} is like that.
        </EmptyState>
      )}
      {events.length > 0 && !(shown.length === 0 && older.isEnd) && <Older older={older} count={events.length} />}
    </Screen>
  )
}

function NoEvents({ isKnown }: { isKnown: boolean }) {
  if (!isKnown) return <p className={classes.quiet}>Reading the log…</p>
  return (
    <EmptyState
      icon={<IconHistory size={22} stroke={1.6} />}
      title="Nothing has happened yet"
      actions={<Button onClick={() => goTo('models')}>Go to Models</Button>}
    >
      Load a model. Every load, unload and download is written here: who asked, why, how long it took and how many bytes
      came back.
    </EmptyState>
  )
}

function Older({ older, count }: { older: OlderEvents; count: number }) {
  return (
    <div className={classes.older}>
      {older.isEnd ? (
        <span className={classes.quiet}>{plural(count, 'event')}, nothing older</span>
      ) : (
        <Button loading={older.isAsking} onClick={older.ask}>
          Show older
        </Button>
      )}
    </div>
  )
}
