/** The bytes under the pointer, by name. */
import type { TooltipContentProps } from 'recharts'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { coreNow } from '../../lib/coreClock.ts'
import { formatBytes } from '../../lib/format.ts'
import type { ChartColumn } from './chartSeries.ts'
import classes from './ChartTooltip.module.css'
import { rowWords, type RowLine } from './rowWords.ts'

interface ChartTooltipProps extends Partial<TooltipContentProps> {
  columns: readonly ChartColumn[]
  colours: readonly string[]
  totalBytes: number | null
  isOtherShown: boolean
}

export function ChartTooltip({ active, payload, columns, colours, ...view }: ChartTooltipProps) {
  const row = active === true ? rowOf(payload?.[0]?.payload) : null
  const words = row === null ? null : rowWords(row, { columns, ...view, now: coreNow() })
  if (words === null) return null
  const { time, lines, heldBytes, inUse } = words
  const colourOf = ({ kind, key }: RowLine): string =>
    kind === 'model'
      ? (colours[columns.findIndex(({ modelKey }) => modelKey === key)] ?? '')
      : `var(--${kind === 'free' ? 'track' : 'other'})`
  return (
    <div className={`${classes.tooltip} number`}>
      <div className={classes.time}>{time}</div>
      {lines.map((line) => (
        <div key={line.key ?? line.kind} className={classes.line}>
          <ColourSquare colour={colourOf(line)} />
          <span className={classes.name}>{nameOf(line)}</span>
          <span>{formatBytes(line.bytes)}</span>
        </div>
      ))}
      {!lines.some(({ kind }) => kind === 'model') && <div className={classes.none}>No model loaded</div>}
      {(heldBytes !== null || inUse !== null) && (
        <div className={classes.sums}>
          {heldBytes !== null && <Sum label="Models together" bytes={heldBytes} />}
          {inUse !== null && <Sum label="In use, mean" bytes={inUse.meanBytes} />}
          {inUse !== null && <Sum label="In use, highest" bytes={inUse.highestBytes} />}
        </div>
      )}
    </div>
  )
}

function nameOf({ kind, key }: RowLine): string {
  if (key !== null) return parseModelKey(key).name
  return kind === 'free' ? 'free' : 'other programs'
}

function Sum({ label, bytes }: { label: string; bytes: number }) {
  return (
    <div className={classes.sum}>
      <span>{label}</span>
      <span>{formatBytes(bytes)}</span>
    </div>
  )
}

function rowOf(payload: unknown): Record<string, unknown> | null {
  return typeof payload === 'object' && payload !== null ? { ...payload } : null
}
