/** One day of the calendar: its blocks, the hour that clocks skip or double, what is past, and the line of now. */
import { Menu } from '@mantine/core'
import { memo, type CSSProperties } from 'react'
import type { Rule } from '../../../../shared/schedule.ts'
import { plural } from '../../lib/format.ts'
import type { Overflow, Placed } from './lanes.ts'
import { editRule } from './scheduleStore.ts'
import { useDragToPlan } from './useDragToPlan.ts'
import { WeekBlock } from './WeekBlock.tsx'
import type { Block } from './weekBlocks.ts'
import { columnMinutes, minutesOn, type Day } from './weekDays.ts'
import classes from './WeekView.module.css'
import { clockWords, timeWords, type Zone } from './zone.ts'

interface DayColumnProps {
  label: string
  day: Day
  placed: readonly Placed<Block>[]
  overflows: readonly Overflow<Block>[]
  rules: readonly Rule[]
  zone: Zone
  /** Now, to the minute. */
  minuteAt: number
  isToday: boolean
  tabKey: string | null
  onFocusBlock: (key: string) => void
}

export function percent(minutes: number): string {
  return `${(minutes / columnMinutes) * 100}%`
}

export const DayColumn = memo(function DayColumn(props: DayColumnProps) {
  const { label, day, placed, overflows, rules, zone, minuteAt, isToday, tabKey, onFocusBlock } = props
  const drag = useDragToPlan(day.weekday)
  const count = placed.length + overflows.reduce((sum, { items }) => sum + items.length, 0)
  const nowMinutes = isToday ? minutesOn(day, zone, minuteAt) : null
  return (
    <div
      role="group"
      aria-label={`${label}, ${count === 0 ? 'nothing planned' : plural(count, 'entry', 'entries')}`}
      className={`${classes.day} ${day.weekday > 5 ? classes.weekend : ''}`}
      {...drag.handlers}
    >
      {day.clockChange !== null && (
        <div
          className={day.clockChange.byMinutes > 0 ? classes.skipped : classes.doubled}
          style={stretch(day.clockChange.fromMinutes, day.clockChange.toMinutes)}
          title={clockWordsOf(day)}
        />
      )}
      {placed.map((place) => {
        const rule = rules.find(({ id }) => id === place.item.ruleId)
        return (
          <WeekBlock
            key={place.item.key}
            place={place}
            rule={rule}
            zone={zone}
            isPast={place.item.toAt <= minuteAt && !place.item.isPoint ? true : place.item.entry.endAt <= minuteAt}
            isNow={place.item.entry.isActive && place.item.fromAt <= minuteAt + 60_000 && place.item.toAt > minuteAt}
            isTabStop={place.item.key === tabKey}
            onFocusBlock={onFocusBlock}
          />
        )
      })}
      {overflows.map((overflow) => (
        <MoreBlocks key={overflow.items[0]?.key} overflow={overflow} rules={rules} zone={zone} />
      ))}
      {drag.range !== null && (
        <div className={classes.planned} style={stretch(drag.range.from, drag.range.to)}>
          {clockWords(drag.range.from)} to {clockWords(drag.range.to)}
        </div>
      )}
      {nowMinutes !== null && <div className={classes.now} style={{ top: percent(nowMinutes) }} aria-hidden />}
    </div>
  )
})

function stretch(from: number, to: number): CSSProperties {
  return { top: percent(from), height: percent(to - from) }
}

function clockWordsOf({ clockChange }: Day): string {
  if (clockChange === null) return ''
  const { byMinutes, fromMinutes, toMinutes } = clockChange
  const hour = `${clockWords(fromMinutes)} to ${clockWords(toMinutes)}`
  return byMinutes > 0 ? `${hour} does not exist: clocks go forward` : `${hour} comes twice: clocks go back`
}

/** What found no room beside the others. */
function MoreBlocks({ overflow, rules, zone }: { overflow: Overflow<Block>; rules: readonly Rule[]; zone: Zone }) {
  const { items, top, bottom, laneCount } = overflow
  return (
    <Menu position="right-start">
      <Menu.Target>
        <button
          type="button"
          className={classes.more}
          style={{
            ...stretch(top, bottom),
            left: `${((laneCount - 1) / laneCount) * 100}%`,
            width: `${100 / laneCount}%`
          }}
          aria-label={`${plural(items.length, 'more rule')} at this time`}
        >
          +{items.length}
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.moreList}>
        {items.map(({ key, ruleId, fromAt, clashes }) => {
          const rule = rules.find(({ id }) => id === ruleId)
          if (rule === undefined) return null
          return (
            <Menu.Item key={key} onClick={() => editRule(rule)}>
              <span className="number">{timeWords(zone, fromAt)}</span> {rule.name}
              {clashes.length > 0 && <span className={classes.moreClash}> does not fit</span>}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
