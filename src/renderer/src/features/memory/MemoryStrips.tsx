/** GPU load, pressure and swap: the value now, or the most of a time that is over, and how it went. */
import { useMemo, type ReactNode } from 'react'
import type { MemoryPoint, Pressure } from '../../../../shared/memory.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import classes from './MemoryStrips.module.css'
import type { MemoryFrame } from './memoryPicture.ts'
import { useMemoryViewStore } from './memoryViewStore.ts'
import { Sparkline } from './Sparkline.tsx'
import { sparkPoints } from './sparkPoints.ts'
import { stripValues } from './stripValues.ts'

const pressureLevels: Record<Pressure, number> = { normal: 0.15, warn: 0.6, critical: 1 }
const pressureLooks: Record<Pressure, { word: string; colour: string }> = {
  normal: { word: 'Normal', colour: 'var(--ok)' },
  warn: { word: 'High', colour: 'var(--warn)' },
  critical: { word: 'Critical', colour: 'var(--bad)' }
}
/** Less swap than this draws near the bottom: a few megabytes are no mountain. */
const leastSwapTopBytes = 1_000_000_000

const gpuOf = (point: MemoryPoint): number | null => point.gpuLoadPercent
const swapOf = (point: MemoryPoint): number | null => point.swapUsedBytes
const levelOf = (point: MemoryPoint): number | null => (point.pressure === null ? null : pressureLevels[point.pressure])

export function MemoryStrips({ frame }: { frame: MemoryFrame }) {
  const sample = useMemoryStore((mirror) => mirror.sample)
  const isLive = useMemoryViewStore(({ view }) => view.kind === 'live')
  const values = stripValues(frame.points, frame, sample, isLive)
  const swapTop = frame.points.reduce((top, point) => Math.max(top, point.swapUsedBytes ?? 0), leastSwapTopBytes)
  const pressure = values.pressure === null ? null : pressureLooks[values.pressure]
  const unknown = (words: string): string => (sample === null ? 'Reading…' : isLive ? words : 'Not known of this time')
  const labelled = (label: string): string => (isLive ? label : `${label}, highest`)
  return (
    <div className={classes.strips}>
      <Strip
        label={labelled('GPU load')}
        value={values.hasGpu ? formatPercent(values.gpuLoadPercent) : null}
        unknown={unknown('No GPU counters on this machine')}
      >
        <Trend frame={frame} valueOf={gpuOf} top={100} colour="var(--model-1)" />
      </Strip>
      <Strip
        label={labelled('Pressure')}
        value={pressure?.word ?? null}
        colour={pressure?.colour}
        unknown={unknown('Not told by this machine')}
      >
        <Trend frame={frame} valueOf={levelOf} top={1} colour={pressure?.colour ?? 'var(--dim)'} />
      </Strip>
      <Strip
        label={labelled('Swap')}
        value={values.swapUsedBytes === null ? null : formatBytes(values.swapUsedBytes)}
        unknown={unknown('Not told by this machine')}
      >
        <Trend frame={frame} valueOf={swapOf} top={swapTop} colour="var(--dim)" />
      </Strip>
    </div>
  )
}

interface StripProps {
  label: string
  /** null: not known here. */
  value: string | null
  unknown: string
  colour?: string | undefined
  children: ReactNode
}

function Strip({ label, value, unknown, colour, children }: StripProps) {
  return (
    <section className={classes.strip} aria-label={label}>
      <h2 className={classes.label}>{label}</h2>
      {value === null ? (
        <p className={classes.unknown}>{unknown}</p>
      ) : (
        <>
          <p className={`${classes.value} number`} style={colour === undefined ? undefined : { color: colour }}>
            {value}
          </p>
          {children}
        </>
      )}
    </section>
  )
}

interface TrendProps {
  frame: MemoryFrame
  valueOf: (point: MemoryPoint) => number | null
  top: number
  colour: string
}

function Trend({ frame: { points, fromAt, toAt }, valueOf, top, colour }: TrendProps) {
  const line = useMemo(() => sparkPoints(points, valueOf, fromAt, toAt), [points, valueOf, fromAt, toAt])
  return <Sparkline {...line} fromAt={fromAt} toAt={toAt} top={top} colour={colour} />
}
