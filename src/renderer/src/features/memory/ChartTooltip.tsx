/** The bytes under the pointer, by name. */
import type { TooltipContentProps } from 'recharts'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { formatBytes, formatTime } from '../../lib/format.ts'
import type { ChartColumn } from './chartSeries.ts'
import classes from './ChartTooltip.module.css'

interface ChartTooltipProps extends Partial<TooltipContentProps> {
  columns: readonly ChartColumn[]
  colours: readonly string[]
  isOtherShown: boolean
}

export function ChartTooltip({ active, payload, columns, colours, isOtherShown }: ChartTooltipProps) {
  const row = active === true ? rowOf(payload?.[0]?.payload) : null
  const at = row?.['at']
  if (row === null || typeof at !== 'number') return null
  const bytesOf = (key: string): number | null => (typeof row[key] === 'number' ? row[key] : null)
  // From the top of the stack down, as the eye meets them.
  const held = columns
    .map(({ modelKey, dataKey }, index) => ({ modelKey, colour: colours[index] ?? '', bytes: bytesOf(dataKey) ?? 0 }))
    .filter(({ bytes }) => bytes > 0)
    .reverse()
  return (
    <div className={`${classes.tooltip} number`}>
      <div className={classes.time}>{formatTime(at)}</div>
      {isOtherShown && <Line colour="var(--other)" name="other programs" bytes={bytesOf('other')} />}
      {held.map(({ modelKey, colour, bytes }) => (
        <Line key={modelKey} colour={colour} name={parseModelKey(modelKey).name} bytes={bytes} />
      ))}
      {held.length === 0 && <div className={classes.none}>No model loaded</div>}
      {held.length > 1 && (
        <div className={classes.sum}>
          <span>Models together</span>
          <span>{formatBytes(held.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
        </div>
      )}
    </div>
  )
}

function Line({ colour, name, bytes }: { colour: string; name: string; bytes: number | null }) {
  return (
    <div className={classes.line}>
      <ColourSquare colour={colour} />
      <span className={classes.name}>{name}</span>
      <span>{formatBytes(bytes)}</span>
    </div>
  )
}

function rowOf(payload: unknown): Record<string, unknown> | null {
  return typeof payload === 'object' && payload !== null ? { ...payload } : null
}
