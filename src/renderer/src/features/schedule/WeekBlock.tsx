/** One block of the calendar: its rule's first colour, the warm-up before it as a hatched lip, red where it does not fit. */
import { memo, useRef, useState, type CSSProperties, type ReactNode } from 'react'
import { Tooltip } from '@mantine/core'
import type { Rule } from '../../../../shared/schedule.ts'
import { BlockTip } from './BlockTip.tsx'
import { blockLabel } from './blockWords.ts'
import { laneSpan, type Placed } from './lanes.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import { editRule, useScheduleStore } from './scheduleStore.ts'
import { clashWords, entryTimes } from './scheduleWords.ts'
import type { Block } from './weekBlocks.ts'
import { columnMinutes } from './weekDays.ts'
import classes from './WeekBlock.module.css'
import type { Zone } from './zone.ts'

interface WeekBlockProps {
  place: Placed<Block>
  /** Undefined for the moment between the deletion of a rule and the next preview. */
  rule: Rule | undefined
  zone: Zone
  isPast: boolean
  isNow: boolean
  isTabStop: boolean
  onFocusBlock: (key: string) => void
}

type Variables = CSSProperties & Record<`--${string}`, string>

function placeOf(place: Placed<Block>): CSSProperties {
  const share = (minutes: number): string => `${(minutes / columnMinutes) * 100}%`
  const { left, width } = laneSpan(place)
  return {
    top: share(place.item.top),
    height: share(place.item.bottom - place.item.top),
    left: `${left * 100}%`,
    width: `${width * 100}%`
  }
}

export const WeekBlock = memo(function WeekBlock(props: WeekBlockProps) {
  const { place, rule, zone, isPast, isNow, isTabStop, onFocusBlock } = props
  const block = place.item
  const target = useRef<HTMLButtonElement>(null)
  const [isShown, setIsShown] = useState(false)
  const isInHand = useScheduleStore((state) => state.editing?.ruleId === block.ruleId)
  const nameOf = useNameOf()
  const colourOf = useRuleColours()
  const first = rule?.models[0]
  if (rule === undefined || first === undefined) return null
  const { colour, onColour } = colourOf(first.id)
  const style: Variables = { ...placeOf(place), '--colour': colour, '--on-colour': onColour }
  const names = classNames({
    isPast,
    isNow,
    isInHand,
    isContinued: !block.isStart,
    isEnd: block.isEnd,
    isRider: place.isRider
  })
  return (
    <>
      <button
        ref={target}
        type="button"
        className={names}
        style={style}
        data-block={block.key}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => editRule(rule)}
        onFocus={(event) => {
          onFocusBlock(block.key)
          setIsShown(event.currentTarget.matches(':focus-visible'))
        }}
        onBlur={() => setIsShown(false)}
        onPointerEnter={() => setIsShown(true)}
        onPointerLeave={() => setIsShown(false)}
      >
        <span className="visually-hidden">{blockLabel(block, rule, zone, nameOf)}</span>
        {block.warmTop !== null && <Lip block={block} />}
        <Pieces
          block={block}
          rule={rule}
          times={entryTimes(zone, block.entry, block.isPoint)}
          models={rule.models.map(({ id }) => nameOf(id))}
        />
      </button>
      {isShown && (
        <Tooltip
          target={target}
          opened
          label={<BlockTip block={block} rule={rule} zone={zone} />}
          position="right"
          maw={320}
        />
      )}
    </>
  )
})

function classNames(
  is: Record<'isPast' | 'isNow' | 'isInHand' | 'isContinued' | 'isEnd' | 'isRider', boolean>
): string {
  const names = [
    classes.block,
    is.isPast && classes.past,
    is.isNow && classes.active,
    is.isInHand && classes.inHand,
    is.isContinued && classes.continued,
    !is.isEnd && classes.goesOn,
    is.isRider && classes.rider
  ]
  return names.filter(Boolean).join(' ')
}

/** The warm-up before it: as long as it usually takes, and never too thin to be seen. */
function Lip({ block }: { block: Block }) {
  const minutes = block.top - (block.warmTop ?? block.top)
  const share = (minutes / (block.bottom - block.top)) * 100
  return <span className={classes.lip} style={{ height: `max(4px, ${share}%)` }} aria-hidden />
}

/** What a line of words takes at the least. */
const lineMinutes = 50

interface PiecesProps {
  block: Block
  rule: Rule
  times: string
  models: readonly string[]
}

function Pieces({ block, ...told }: PiecesProps) {
  const length = block.bottom - block.top
  const hasRoom = block.pieces.map((piece) => piece.bottom - piece.top >= lineMinutes)
  const named = Math.max(0, hasRoom.indexOf(true))
  return block.pieces.map((piece, index) => {
    const style = {
      top: `${((piece.top - block.top) / length) * 100}%`,
      height: `${((piece.bottom - piece.top) / length) * 100}%`
    }
    const clash = piece.clash === null ? null : clashWords(piece.clash)
    const isLast = index === block.pieces.length - 1
    const names = [classes.piece, clash !== null && classes.clash, index === 0 && classes.first, isLast && classes.last]
    return (
      <span key={piece.top} className={names.filter(Boolean).join(' ')} style={style} aria-hidden>
        {index === named && <Words isPoint={block.isPoint} clash={clash} {...told} />}
        {index !== named && hasRoom[index] === true && clash !== null && <Line>{clash}</Line>}
      </span>
    )
  })
}

function Words({
  isPoint,
  clash,
  rule,
  times,
  models
}: Omit<PiecesProps, 'block'> & { isPoint: boolean; clash: string | null }) {
  if (isPoint) {
    return (
      <Line>
        {times}
        <span className={classes.pointName}> {rule.name}</span>
      </Line>
    )
  }
  return (
    <>
      <span className={`${classes.line} ${classes.name}`}>{rule.name}</span>
      {clash !== null && <Line>{clash}</Line>}
      <Line>{times}</Line>
      <Line>{models.join(', ')}</Line>
    </>
  )
}

function Line({ children }: { children: ReactNode }) {
  return <span className={`${classes.line} number`}>{children}</span>
}
