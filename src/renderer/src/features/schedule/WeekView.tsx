/** The calendar: seven days from today, hours at the left, a block for every time a rule keeps its models. */
import { useMemo, useState, type KeyboardEvent, type CSSProperties } from 'react'
import { Button } from '@mantine/core'
import type { Preview, Rule } from '../../../../shared/schedule.ts'
import { RequestError } from '../../host/requestError.ts'
import { useNow } from '../../lib/useNow.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { DayColumn } from './DayColumn.tsx'
import { movedTo } from './moveBlock.ts'
import { longDayWords } from './scheduleWords.ts'
import { useScheduleStore } from './scheduleStore.ts'
import { useDraft } from './usePreview.ts'
import { useZone } from './useZone.ts'
import { weekBlocks, type DayBlocks } from './weekBlocks.ts'
import { columnMinutes, minutesOn, weekDays, type Day } from './weekDays.ts'
import classes from './WeekView.module.css'
import { clockWords, monthWord, timeWords, weekdayWord, type Zone } from './zone.ts'

/** What 15 px are on the shortest calendar: a line of words. */
const leastMinutes = 56
const mostLanes = 4
/** Below three lines of words, another may lie on the right of a block. */
const rideMinutes = 165
const labelEveryMinutes = 180

/** Rules as the calendar has to know them, the one in hand as it is being written. */
export function useShownRules(): readonly Rule[] {
  const states = useRuleStore((mirror) => mirror.rules)
  const draft = useDraft()
  return useMemo(() => {
    const rules = states.map(({ rule }) => rule)
    if (draft === null) return rules
    return [...rules.filter(({ id }) => id !== draft.id), draft]
  }, [states, draft])
}

function useWeek(zone: Zone, now: number, rules: readonly Rule[]): DayBlocks[] {
  const preview = useScheduleStore((state) => state.preview)
  const weeksAhead = useScheduleStore((state) => state.weeksAhead)
  // Days change at midnight, not every second.
  const hour = Math.floor(now / 900_000) * 900_000
  const days = useMemo(() => weekDays(zone, hour, weeksAhead), [zone, hour, weeksAhead])
  return useMemo(() => {
    const nothing: Preview = { fromAt: 0, toAt: 0, timeZone: zone.name, entries: [], clashes: [], unknownNeeds: [] }
    return weekBlocks(preview ?? nothing, { zone, days, rules, leastMinutes, mostLanes, rideMinutes })
  }, [preview, zone, days, rules])
}

export function WeekView({ onRetry }: { onRetry: () => void }) {
  const now = useNow()
  const zone = useZone()
  const rules = useShownRules()
  const week = useWeek(zone, now, rules)
  const failure = useScheduleStore((state) => state.previewFailure)
  const minute = Math.floor(now / 60_000) * 60_000
  const today = week.findIndex(({ day }) => now >= day.startAt && now < day.endAt)
  const keys = useBlockKeys(week)
  return (
    <section className={classes.week} aria-label="Week" onKeyDown={keys.onKeyDown}>
      <div className={classes.head}>
        <div />
        {week.map(({ day }, index) => (
          <DayHead key={day.startAt} day={day} isToday={index === today} isFirst={index === 0} />
        ))}
      </div>
      <div className={classes.body}>
        <Hours
          nowMinutes={today === -1 ? null : minutesOn(week[today]!.day, zone, minute)}
          words={timeWords(zone, now)}
        />
        {week.map(({ day, placed, overflows }, index) => (
          <DayColumn
            key={day.startAt}
            label={longDayWords(zone, day.startAt)}
            day={day}
            placed={placed}
            overflows={overflows}
            rules={rules}
            zone={zone}
            minuteAt={minute}
            isToday={index === today}
            tabKey={keys.tabKey}
            onFocusBlock={keys.setCurrent}
          />
        ))}
      </div>
      {failure !== null && <Failure failure={failure} onRetry={onRetry} />}
    </section>
  )
}

/** One block of the whole week takes the Tab key, arrows go on from there. */
function useBlockKeys(week: readonly DayBlocks[]) {
  const [current, setCurrent] = useState<string | null>(null)
  const spots = week.flatMap(({ placed }) => placed.map(({ item, lane }) => ({ ...item, lane })))
  const tabKey = spots.some(({ key }) => key === current) ? current : (spots[0]?.key ?? null)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const from = event.target instanceof HTMLElement ? event.target.dataset.block : undefined
    const next = from === undefined ? null : movedTo(spots, from, event.nativeEvent)
    if (next === null) return
    event.preventDefault()
    setCurrent(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-block=${JSON.stringify(next)}]`)?.focus()
  }
  return { tabKey, setCurrent, onKeyDown }
}

function DayHead({ day, isToday, isFirst }: { day: Day; isToday: boolean; isFirst: boolean }) {
  const { clockChange } = day
  const hours = (day.endAt - day.startAt) / 3_600_000
  return (
    <div className={`${classes.dayHead} ${isToday ? classes.today : ''} ${day.weekday > 5 ? classes.weekend : ''}`}>
      <span className={classes.weekday}>{isToday ? 'Today' : weekdayWord(day.weekday)}</span>
      <span className={`${classes.date} number`}>
        {day.day}
        {(isFirst || day.day === 1) && <span className={classes.month}> {monthWord(day.month)}</span>}
      </span>
      {clockChange !== null && (
        <span
          className={`${classes.clocks} number`}
          title={`Clocks go ${clockChange.byMinutes > 0 ? 'forward' : 'back'}: this day has ${hours} hours`}
        >
          {hours} h
        </span>
      )}
    </div>
  )
}

function Hours({ nowMinutes, words }: { nowMinutes: number | null; words: string }) {
  const labels = Array.from(
    { length: columnMinutes / labelEveryMinutes - 1 },
    (_, index) => (index + 1) * labelEveryMinutes
  )
  const place = (minutes: number): CSSProperties => ({ top: `${(minutes / columnMinutes) * 100}%` })
  return (
    <div className={`${classes.hours} number`} aria-hidden>
      {labels
        // The time of now would be written over it.
        .filter((minutes) => nowMinutes === null || Math.abs(minutes - nowMinutes) > 40)
        .map((minutes) => (
          <span key={minutes} style={place(minutes)}>
            {clockWords(minutes)}
          </span>
        ))}
      {nowMinutes !== null && (
        <span className={classes.nowTime} style={place(Math.min(columnMinutes - 20, Math.max(20, nowMinutes)))}>
          {words}
        </span>
      )}
    </div>
  )
}

function Failure({ failure, onRetry }: { failure: unknown; onRetry: () => void }) {
  const reason = failure instanceof RequestError ? failure.message : 'It did not answer.'
  return (
    <div className={classes.failure} role="status">
      <span className="data">Stoker could not work out the week. {reason}</span>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  )
}
