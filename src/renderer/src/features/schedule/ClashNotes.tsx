/** Under the calendar, in words: every clash of the shown week, and whose need nobody knows. */
import { useState } from 'react'
import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { listWords } from '../../../../shared/ruleWords.ts'
import { plural } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import classes from './ClashNotes.module.css'
import { useNameOf } from './ruleModels.ts'
import { useScheduleStore } from './scheduleStore.ts'
import { clashSentence, clashTimes } from './scheduleWords.ts'
import { useZone } from './useZone.ts'
import { useShownRules } from './WeekView.tsx'
import { groupedClashes } from './groupedClashes.ts'
import { weekDays } from './weekDays.ts'

const mostShown = 3

export function ClashNotes() {
  const preview = useScheduleStore((state) => state.preview)
  const weeksAhead = useScheduleStore((state) => state.weeksAhead)
  const rules = useShownRules()
  const zone = useZone()
  const now = useNow()
  const nameOf = useNameOf()
  const [isWhole, setIsWhole] = useState(false)
  if (preview === null) return null
  const days = weekDays(zone, now, weeksAhead)
  const [from, to] = [Math.max(now, days[0]?.startAt ?? 0), days[6]?.endAt ?? 0]
  const clashes = groupedClashes(preview.clashes.filter(({ fromAt, toAt }) => fromAt < to && toAt > from))
  const shown = isWhole ? clashes : clashes.slice(0, mostShown)
  const ruleName = (id: string): string => rules.find((rule) => rule.id === id)?.name ?? 'a deleted rule'
  if (clashes.length === 0 && preview.unknownNeeds.length === 0) return null
  return (
    <ul className={`${classes.notes} data number`} aria-label="Clashes">
      {shown.map(({ clash, times }) => (
        <li key={clash.fromAt} className={classes.clash}>
          <IconAlertTriangle size={14} stroke={1.8} aria-hidden />
          <span>
            <strong>{clashTimes(zone, clash, now)}</strong>
            {times > 1 && ` and ${plural(times - 1, 'more time')}`}: {clashSentence(clash, clash.ruleIds.map(ruleName))}
            .
          </span>
        </li>
      ))}
      {clashes.length > mostShown && (
        <li>
          <UnstyledButton className={classes.more} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? 'Show fewer' : `Show ${plural(clashes.length - mostShown, 'more clash', 'more clashes')}`}
          </UnstyledButton>
        </li>
      )}
      {preview.unknownNeeds.length > 0 && (
        <li className={classes.unknown}>
          What {listWords(preview.unknownNeeds.map(nameOf))} {preview.unknownNeeds.length === 1 ? 'needs' : 'need'} is
          not known yet: left out of every sum.
        </li>
      )}
    </ul>
  )
}
