/** One strip, as long as one pool of memory: a segment per model, ghosts of planned loads, other programs, free, and the budget's mark. */
import { Tooltip } from '@mantine/core'
import type { CSSProperties } from 'react'
import type { MemorySample } from '../../../../shared/memory.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { useModelColours, type ModelColour } from '../../stores/colourStore.ts'
import { showModel } from '../models/showModel.ts'
import type { BarPool, BarSegment } from './barLayout.ts'
import { budgetWords, segmentLabel, segmentWords } from './barWords.ts'
import classes from './MemoryStrip.module.css'

interface SegmentProps {
  segment: BarSegment
  colour: ModelColour | undefined
  words: string
}

function Segment({ segment, colour, words }: SegmentProps) {
  const style: CSSProperties & Record<`--${string}`, string | number> = {
    '--start': `${segment.start * 100}%`,
    '--share': `${segment.share * 100}%`
  }
  if (colour) {
    style['--colour'] = colour.colour
    style['--on-colour'] = colour.onColour
  }
  const kind = `${classes[segment.kind]} ${segment.isOver ? classes.over : ''}`
  const { key } = segment
  const label = segmentLabel(segment)
  const content = (
    <>
      {label !== null && (
        <span className={`${classes.label} number`} aria-hidden>
          <span className={classes.name}>{label.name}</span>
          {label.bytes !== null && <span className={classes.bytes}>{label.bytes}</span>}
        </span>
      )}
      <span className="visually-hidden">{words}</span>
    </>
  )
  return (
    <Tooltip label={words} openDelay={120} position="bottom">
      <li className={`${classes.segment} ${kind}`} style={style}>
        {key === null ? (
          content
        ) : (
          <button type="button" className={classes.show} onClick={() => showModel(key)}>
            {content}
          </button>
        )}
      </li>
    </Tooltip>
  )
}

function Budget({ pool, share, sample }: { pool: BarPool; share: number; sample: MemorySample }) {
  const left = `${share * 100}%`
  return (
    <>
      <Tooltip
        classNames={{ tooltip: classes.lines ?? '' }}
        label={budgetWords(pool, sample)}
        maw={340}
        position="bottom"
      >
        <span className={`${classes.budgetLabel} number`} style={{ left: `clamp(44px, ${left}, calc(100% - 44px))` }}>
          budget {formatBytes(pool.budgetBytes)}
        </span>
      </Tooltip>
      <span className={classes.budget} style={{ left }} aria-hidden />
    </>
  )
}

export function MemoryStrip({ pool, sample }: { pool: BarPool; sample: MemorySample }) {
  const keys = pool.segments.flatMap((segment) => (segment.key === null ? [] : [segment.key]))
  const colours = useModelColours(keys)
  const colourOf = (segment: BarSegment): ModelColour | undefined =>
    segment.key === null ? undefined : colours[keys.indexOf(segment.key)]
  const label = `${pool.label ?? 'Memory'} ${formatBytes(pool.totalBytes)}`
  return (
    <div className={classes.pool} style={{ flexGrow: pool.totalBytes }}>
      {pool.label !== null && <span className={`${classes.poolLabel} number`}>{label}</span>}
      <ul className={classes.strip} aria-label={label}>
        {pool.segments.map((segment) => (
          <Segment
            key={`${segment.kind === 'leaving' ? 'model' : segment.kind} ${segment.key ?? ''}`}
            segment={segment}
            colour={colourOf(segment)}
            words={`${segmentWords(segment, sample)}, ${formatPercent(segment.share * 100)} of ${formatBytes(pool.totalBytes)}`}
          />
        ))}
      </ul>
      {pool.budgetShare !== null && <Budget pool={pool} share={pool.budgetShare} sample={sample} />}
    </div>
  )
}
