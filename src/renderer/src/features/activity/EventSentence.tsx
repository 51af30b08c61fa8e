/** One event as a line: when, what happened in words, how long and how much; below it, what went wrong and what to do. */
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconCalendarOff,
  IconCircleMinus,
  IconClockExclamation,
  IconCopy,
  IconDownload,
  IconFileText,
  IconFlame,
  IconGauge,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlayerPause,
  IconPoint,
  IconSparkles,
  IconStethoscope,
  IconTrash,
  type TablerIcon
} from '@tabler/icons-react'
import { Fragment, memo } from 'react'
import type { ActivityEvent, ActivityKind } from '../../../../shared/activity.ts'
import { formatTime } from '../../lib/format.ts'
import classes from './EventSentence.module.css'
import { errorOf, sentence } from './sentence.ts'
import { useHostName } from './useHostName.ts'

/** Into memory is up, out of it is down. */
const icons: Record<ActivityKind, TablerIcon> = {
  loaded: IconArrowUp,
  load_failed: IconAlertTriangle,
  load_cancelled: IconCircleMinus,
  unloaded: IconArrowDown,
  unload_failed: IconAlertTriangle,
  load_late: IconClockExclamation,
  warmed_up: IconFlame,
  warmup_failed: IconAlertTriangle,
  warmup_missed: IconCalendarOff,
  warmup_clash: IconAlertTriangle,
  released: IconFlame,
  keep_alive_changed: IconClockExclamation,
  keep_alive_restored: IconClockExclamation,
  engine_crashed: IconAlertTriangle,
  pressure_high: IconGauge,
  pressure_normal: IconGauge,
  pulled: IconDownload,
  pull_failed: IconAlertTriangle,
  pull_cancelled: IconCircleMinus,
  removed: IconTrash,
  copied: IconCopy,
  sample_created: IconSparkles,
  sample_failed: IconAlertTriangle,
  sample_cancelled: IconCircleMinus,
  host_up: IconPlugConnected,
  host_down: IconPlugConnectedX,
  host_paused: IconPlayerPause,
  host_resumed: IconPlugConnected,
  host_mended: IconPlugConnected,
  bench_ended: IconStethoscope,
  check_ended: IconStethoscope,
  models_file: IconFileText,
  problem: IconAlertTriangle
}

export const EventSentence = memo(function EventSentence({ event }: { event: ActivityEvent }) {
  const { parts, facts, tone } = sentence(event, useHostName())
  const error = errorOf(event)
  // A newer core may know more kinds than this page.
  const Icon = (icons as Partial<typeof icons>)[event.kind] ?? IconPoint
  return (
    <li className={classes.event}>
      <time className={`${classes.time} number`} dateTime={new Date(event.at).toISOString()}>
        {formatTime(event.at)}
      </time>
      <span className={classes.rail} aria-hidden>
        <span className={`${classes.icon} ${classes[tone]}`}>
          <Icon size={14} stroke={1.8} />
        </span>
      </span>
      <div className={classes.words}>
        <p className={`${classes.sentence} data`}>
          {parts.map((part, index) =>
            part.isName ? <strong key={index}>{part.text}</strong> : <span key={index}>{part.text}</span>
          )}
          <span className={`${classes.facts} number`}>
            {facts.map((fact, index) => (
              <Fragment key={fact}>
                {index > 0 && ' · '}
                <span className={classes.fact}>{fact}</span>
              </Fragment>
            ))}
          </span>
        </p>
        {error?.message != null && <p className={`${classes.error} data`}>{error.message}</p>}
        {error?.hint != null && <p className={`${classes.hint} data`}>{error.hint}</p>}
      </div>
    </li>
  )
})
