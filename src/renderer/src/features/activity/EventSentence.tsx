/** One event as a line: when, what happened in words, how long and how much; below it, what went wrong and what to do. */
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconCalendarOff,
  IconCalendarX,
  IconCircleCheck,
  IconCircleMinus,
  IconClockCheck,
  IconClockExclamation,
  IconCopy,
  IconDownload,
  IconFileText,
  IconFlame,
  IconFlameOff,
  IconGauge,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlayerPause,
  IconPlayerPlay,
  IconPoint,
  IconSparkles,
  IconStethoscope,
  IconTestPipe,
  IconTool,
  IconTrash,
  type TablerIcon
} from '@tabler/icons-react'
import { Fragment, memo, useState } from 'react'
import type { ActivityEvent, ActivityKind } from '../../../../shared/activity.ts'
import { formatTime } from '../../lib/format.ts'
import { screens } from '../../lib/navigation.ts'
import { goTo } from '../../stores/uiStore.ts'
import classes from './EventSentence.module.css'
import { EventName } from './EventName.tsx'
import { errorOf, screenOf, sentence, type SentencePart } from './sentence.ts'
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
  warmup_clash: IconCalendarX,
  released: IconFlameOff,
  keep_alive_changed: IconClockExclamation,
  keep_alive_restored: IconClockCheck,
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
  host_mended: IconTool,
  run_started: IconPlayerPlay,
  run_ended: IconCircleCheck,
  run_failed: IconAlertTriangle,
  run_paused: IconPlayerPause,
  run_cancelled: IconCircleMinus,
  run_interrupted: IconPlugConnectedX,
  bench_ended: IconTestPipe,
  check_ended: IconStethoscope,
  models_file: IconFileText,
  problem: IconAlertTriangle
}

/** A longer one would push everything else off the screen: its beginning first, the rest on demand. */
const longestWords = 320

function Parts({ parts }: { parts: readonly SentencePart[] }) {
  return parts.map((part, index) =>
    part.isName ? <EventName key={index} part={part} /> : <span key={index}>{part.text}</span>
  )
}

/** The screen that tells more. */
function More({ kind }: { kind: ActivityKind }) {
  const screen = screenOf(kind)
  if (screen === null) return null
  return (
    <button type="button" className={classes.more} onClick={() => goTo(screen)}>
      {screens.find(({ name }) => name === screen)?.label}
    </button>
  )
}

export const EventSentence = memo(function EventSentence({ event }: { event: ActivityEvent }) {
  const { parts, facts, tone } = sentence(event, useHostName())
  const error = errorOf(event)
  const isLong = parts.reduce((sum, { text }) => sum + text.length, error?.message?.length ?? 0) > longestWords
  const [isWhole, setIsWhole] = useState(false)
  const cut = isLong && !isWhole ? classes.cut : ''
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
        <p className={`${classes.sentence} ${cut} data`}>
          <Parts parts={parts} />
          {facts.length > 0 && (
            <span className={`${classes.facts} number`}>
              {facts.map((fact, index) => (
                <Fragment key={fact}>
                  {index > 0 && ' · '}
                  <span className={classes.fact}>{fact}</span>
                </Fragment>
              ))}
            </span>
          )}
          <More kind={event.kind} />
        </p>
        {error?.message != null && (
          <p className={`${tone === 'warn' ? classes.warning : classes.error} ${cut} data`}>{error.message}</p>
        )}
        {error?.hint != null && <p className={`${classes.hint} data`}>{error.hint}</p>}
        {isLong && (
          <button type="button" className={classes.more} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? 'Show less' : 'Show all of it'}
          </button>
        )}
      </div>
    </li>
  )
})
