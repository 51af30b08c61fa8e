/** When a rule acts: one of four kinds, and for two of them days and times. */
import { Input, NativeSelect, SegmentedControl, UnstyledButton } from '@mantine/core'
import {
  endDayWords,
  mostMoreDays,
  readTime,
  toggledDay,
  type RuleFields,
  type RuleKind,
  type RuleProblems
} from './ruleFields.ts'
import classes from './RuleEditor.module.css'
import { setFields } from './scheduleStore.ts'
import { TimeField } from './TimeField.tsx'
import { longWeekdayWord, weekdayWord } from './zone.ts'

const kinds: readonly { value: RuleKind; label: string; words: string }[] = [
  { value: 'window', label: 'Window', words: 'Warmed before it, kept during it, released after it.' },
  { value: 'at', label: 'At a time', words: 'Warmed then; its keep-alive decides how long it stays.' },
  { value: 'app_start', label: 'At start', words: 'Each time Stoker starts.' },
  { value: 'after_job', label: 'After a job', words: 'When a big job that pushed these models out has ended.' }
]

const quickPicks = [
  { label: 'Weekdays', days: [1, 2, 3, 4, 5] },
  { label: 'Weekend', days: [6, 7] },
  { label: 'Every day', days: [1, 2, 3, 4, 5, 6, 7] }
]

export function WhenFields({ fields, problems }: { fields: RuleFields; problems: RuleProblems }) {
  const { kind } = fields
  return (
    <>
      <div>
        <SegmentedControl
          fullWidth
          aria-label="When"
          data={kinds.map(({ value, label }) => ({ value, label }))}
          value={kind}
          onChange={(value) => setFields({ kind: value as RuleKind })}
        />
        <p className={classes.help}>{kinds.find(({ value }) => value === kind)?.words}</p>
      </div>
      {(kind === 'window' || kind === 'at') && (
        <>
          <Days days={fields.days} problem={problems.days} />
          <Times fields={fields} problems={problems} />
        </>
      )}
    </>
  )
}

function Days({ days, problem }: { days: readonly number[]; problem: string | undefined }) {
  return (
    <div role="group" aria-label="Days">
      <div className={classes.labelLine}>
        <span className={classes.label}>Days</span>
        {quickPicks.map((pick) => (
          <UnstyledButton
            key={pick.label}
            className={classes.quick}
            aria-pressed={pick.days.join() === days.join()}
            onClick={() => setFields({ days: pick.days })}
          >
            {pick.label}
          </UnstyledButton>
        ))}
      </div>
      <div className={classes.days}>
        {[1, 2, 3, 4, 5, 6, 7].map((day) => (
          <button
            key={day}
            type="button"
            className={classes.day}
            aria-label={longWeekdayWord(day)}
            aria-pressed={days.includes(day)}
            {...(problem !== undefined && day === 1 && { 'data-missing': true })}
            onClick={() => setFields({ days: toggledDay(days, day) })}
          >
            {weekdayWord(day).slice(0, 2)}
          </button>
        ))}
      </div>
      {problem !== undefined && <Input.Error className={classes.error}>{problem}</Input.Error>}
    </div>
  )
}

function Times({ fields, problems }: { fields: RuleFields; problems: RuleProblems }) {
  const { kind, time, endTime, moreDays } = fields
  const [start, end] = [readTime(time), readTime(endTime, true)]
  const isWindow = kind === 'window'
  return (
    <div className={classes.times}>
      <TimeField
        label={isWindow ? 'From' : 'At'}
        value={time}
        problem={problems.time}
        onChange={(value) => setFields({ time: value })}
      />
      {isWindow && (
        <TimeField
          label="To"
          value={endTime}
          problem={problems.endTime}
          isEnd
          onChange={(value) => setFields({ endTime: value, moreDays: 0 })}
        />
      )}
      {isWindow && start !== null && end !== null && (
        <NativeSelect
          size="xs"
          className={classes.endDay}
          aria-label="Day it ends on"
          value={String(moreDays)}
          data={Array.from({ length: mostMoreDays(start, end) + 1 }, (_, more) => ({
            value: String(more),
            label: endDayWords(start, end, more)
          }))}
          onChange={(event) => setFields({ moreDays: Number(event.currentTarget.value) })}
        />
      )}
    </div>
  )
}
