/** The time line of a plan: a lane for every model, the memory it takes under its budget, and words for what the pointer or an arrow finds. */
import { memo, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { formatClock } from '../../lib/format.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import classes from './PlanChart.module.css'
import { barAt, heldThen, modelsOf, timeTicks, type Lane, type PlanPicture } from './planPicture.ts'
import { PlanMemory } from './PlanMemory.tsx'
import { PlanTip } from './PlanTip.tsx'
import { actionSentence, actionTimes, actionTitle, heldWords, type StepName } from './planWords.ts'

/** What is in hand: a moment, and the action that lies there. */
interface Pointed {
  atMs: number
  index: number | null
}

const nearPixels = 5
const mostListed = 500

interface PlanChartProps {
  picture: PlanPicture
  stepName: StepName
}

export function PlanChart({ picture, stepName }: PlanChartProps) {
  const { lanes, actions, spanMs, plan } = picture
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const colours = useModelColours(lanes.map(({ of }) => modelKey(of.id)))
  const track = useRef<HTMLDivElement>(null)

  function onPointerMove(event: PointerEvent): void {
    const box = track.current?.getBoundingClientRect()
    if (box === undefined || event.clientX < box.left - nearPixels) return setPointed(null)
    const atMs = Math.min(spanMs, Math.max(0, ((event.clientX - box.left) / box.width) * spanMs))
    const place = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-lane]') : null
    const lane = place === null ? undefined : lanes[Number(place.dataset.lane)]
    const bar = lane && barAt(lane, atMs, (nearPixels / box.width) * spanMs)
    setPointed({ atMs, index: bar?.index ?? null })
  }

  function onKeyDown(event: KeyboardEvent): void {
    const next = nextIndex(event.key, pointed?.index ?? null, actions.length)
    if (event.key === 'Escape' && pointed !== null) {
      setPointed(null)
      event.stopPropagation()
    }
    if (next === null) return
    event.preventDefault()
    const found = actions[next]
    if (found === undefined) return
    setPointed({ atMs: (found.startMs + found.endMs) / 2, index: next })
    const place = lanes.findIndex(({ model }) => modelsOf(found.action).includes(model))
    // Of many lanes only some are in view.
    event.currentTarget.querySelector(`[data-lane="${place}"]`)?.scrollIntoView({ block: 'nearest' })
    event.currentTarget.scrollIntoView({ block: 'nearest' })
  }

  const inHand = pointed?.index == null ? undefined : actions[pointed.index]
  const held = pointed === null ? null : heldThen(picture, pointed.atMs)
  return (
    <div className={classes.chart} onPointerLeave={() => setPointed(null)} onPointerMove={onPointerMove}>
      <div
        className={classes.lanes}
        role="group"
        aria-label="Time line, arrows go through its actions"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setPointed(null)}
      >
        {lanes.map((lane, index) => (
          <LaneRow
            key={lane.model}
            lane={lane}
            index={index}
            picture={picture}
            colour={colours[index]?.colour ?? ''}
            chosen={pointed?.index ?? null}
          />
        ))}
      </div>
      <PlanMemory picture={picture} track={track} pointedMs={pointed?.atMs ?? null} />
      <Ticks spanMs={spanMs} />
      {pointed !== null && (
        <PlanTip share={pointed.atMs / spanMs}>
          {inHand ? (
            <>
              <strong>{actionTitle(plan, inHand.action, stepName)}</strong>
              <span>{actionTimes(timesOf(inHand), plan.durationMs === null)}</span>
            </>
          ) : (
            <strong>{formatClock(pointed.atMs)}</strong>
          )}
          {held !== null && <span>{heldWords(plan, held)}</span>}
        </PlanTip>
      )}
      <p className="visually-hidden" role="status">
        {inHand && actionSentence(plan, timesOf(inHand), stepName)}
      </p>
      <ActionList picture={picture} stepName={stepName} />
    </div>
  )
}

const timesOf = ({ action, startMs, endMs }: PlanPicture['actions'][number]) => ({ ...action, startMs, endMs })

function nextIndex(key: string, index: number | null, count: number): number | null {
  if (count === 0) return null
  const steps: Record<string, number> = {
    ArrowRight: index === null ? 0 : index + 1,
    ArrowLeft: index === null ? count - 1 : index - 1,
    Home: 0,
    End: count - 1
  }
  const next = steps[key]
  return next === undefined ? null : Math.min(count - 1, Math.max(0, next))
}

interface LaneRowProps {
  lane: Lane
  index: number
  picture: PlanPicture
  colour: string
  chosen: number | null
}

// The pointer moves over it many times a second, and a plan has thousands of actions.
const LaneRow = memo(function LaneRow({ lane, index, picture, colour, chosen }: LaneRowProps) {
  const { of, bars, stays } = lane
  const { spanMs, nowMs } = picture
  const placed = ({ startMs, endMs }: { startMs: number; endMs: number }) => ({
    left: `${(100 * startMs) / spanMs}%`,
    width: `${(100 * (endMs - startMs)) / spanMs}%`
  })
  return (
    <div className={classes.lane} style={{ '--colour': colour } as CSSProperties}>
      <span className={`${classes.name} ${of.isForeign ? classes.foreign : ''}`}>
        <ColourSquare colour={colour} isFilled={of.isResident} />
        <MiddleText text={of.id.name} tail={6} />
      </span>
      <div className={classes.track} data-lane={index} aria-hidden>
        {stays.map((stay) => (
          <span key={stay.startMs} className={classes.stay} style={placed(stay)} />
        ))}
        {bars.map((bar) => (
          <span
            key={`${bar.index}${bar.kind}`}
            className={`${classes.bar} ${classes[bar.kind]} ${nowMs !== null && !bar.isDone ? classes.toCome : ''} ${bar.isPrefetch ? classes.prefetch : ''} ${bar.index === chosen ? classes.chosen : ''}`}
            style={placed(bar)}
          />
        ))}
        {nowMs !== null && nowMs < spanMs && (
          <span className={classes.now} style={{ left: `${(100 * nowMs) / spanMs}%` }} />
        )}
      </div>
    </div>
  )
})

function Ticks({ spanMs }: { spanMs: number }) {
  return (
    <div className={classes.ticks} aria-hidden>
      {timeTicks(spanMs).map((atMs) => (
        <span key={atMs} className="number" style={{ left: `${(100 * atMs) / spanMs}%` }}>
          {formatClock(atMs)}
        </span>
      ))}
    </div>
  )
}

/** The same for those who listen. */
const ActionList = memo(function ActionList({ picture: { actions, plan, nowMs }, stepName }: PlanChartProps) {
  const listed = actions.slice(0, mostListed)
  return (
    <ol className="visually-hidden" aria-label="Actions of the plan">
      {listed.map((pictured, index) => (
        <li key={index}>
          {actionSentence(plan, timesOf(pictured), stepName)}
          {nowMs !== null && (pictured.isDone ? ', done' : ', to come')}
        </li>
      ))}
      {actions.length > mostListed && <li>{`and ${actions.length - mostListed} more`}</li>}
    </ol>
  )
})
