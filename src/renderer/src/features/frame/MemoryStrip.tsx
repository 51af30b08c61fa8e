/** One strip, as long as one pool of memory: a segment per model, ghosts of planned loads, other programs, free, and the budget's mark. */
import { Tooltip } from '@mantine/core'
import type { CSSProperties } from 'react'
import type { MemorySample } from '../../../../shared/memory.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { useModelColours, type ModelColour } from '../../stores/colourStore.ts'
import { showModel } from '../models/showModel.ts'
import type { BarPool, BarSegment } from './barLayout.ts'
import classes from './MemoryStrip.module.css'

function segmentWords(segment: BarSegment, sample: MemorySample): string {
  const bytes = formatBytes(segment.bytes)
  if (segment.kind === 'free') return `${bytes} free`
  if (segment.kind === 'unknown') return `${bytes} free or in use by other programs, unknown`
  if (segment.kind === 'other') return `Other programs: ${bytes}, ${sample.quality} (${sample.source})`
  if (segment.kind === 'planned') return `${segment.name} would take about ${bytes}`
  const own = sample.models.find((model) => modelKey(model.id) === segment.key)
  const source = own ? `, ${own.quality} (${own.source})` : ''
  return `${segment.name}: ${bytes}${source}`
}

interface SegmentProps {
  segment: BarSegment
  colour: ModelColour | undefined
  words: string
}

function Segment({ segment, colour, words }: SegmentProps) {
  const style: CSSProperties & Record<`--${string}`, string | number> = { flexGrow: segment.share }
  if (colour) {
    style['--colour'] = colour.colour
    style['--on-colour'] = colour.onColour
  }
  const kind = segment.isOver ? `${classes.planned} ${classes.over}` : classes[segment.kind]
  const { key } = segment
  const content = (
    <>
      <span className={`${classes.label} number`} aria-hidden>
        {segmentLabel(segment)}
      </span>
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

function segmentLabel(segment: BarSegment): string {
  if (segment.kind === 'free') return ''
  if (segment.kind === 'other' || segment.kind === 'unknown') return segment.name
  const bytes = formatBytes(segment.bytes)
  return segment.kind === 'planned' ? `${segment.name} about ${bytes}` : `${segment.name} ${bytes}`
}

function Budget({ share, sample }: { share: number; sample: MemorySample }) {
  const left = `${share * 100}%`
  const source = sample.budgetSource === null ? '' : ` ${sample.budgetSource}.`
  const words = `Models may hold ${formatBytes(sample.budgetBytes)}; ${formatBytes(sample.reserveBytes)} is kept for the system.${source}`
  return (
    <>
      <Tooltip label={words} maw={300} position="bottom">
        <span className={`${classes.budgetLabel} number`} style={{ left: `clamp(44px, ${left}, calc(100% - 44px))` }}>
          budget {formatBytes(sample.budgetBytes)}
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
            key={`${segment.kind} ${segment.key ?? ''}`}
            segment={segment}
            colour={colourOf(segment)}
            words={`${segmentWords(segment, sample)}, ${formatPercent(segment.share * 100)} of ${formatBytes(pool.totalBytes)}`}
          />
        ))}
      </ul>
      {pool.budgetShare !== null && <Budget share={pool.budgetShare} sample={sample} />}
    </div>
  )
}
