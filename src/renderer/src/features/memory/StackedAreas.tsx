/** The part of the chart that recharts draws: areas, axes, and the bytes under the pointer. What never changes is made once. */
import type { ReactElement } from 'react'
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatTime } from '../../lib/format.ts'
import { byteScale } from './byteScale.ts'
import type { ChartColumn } from './chartSeries.ts'
import { ChartTooltip } from './ChartTooltip.tsx'
import { timeTicks } from './timeTicks.ts'
import type { MemoryFrame } from './useMemoryFrame.ts'

/** The frame of the plot, in pixels: MemoryChart.module.css places its overlay by the same numbers. */
const margin = { top: 20, right: 8, bottom: 0, left: 0 }
const tick = { fontSize: 11, fill: 'var(--faint)' }
const axis = { type: 'number', allowDataOverflow: true, tickLine: false, axisLine: false, interval: 0 } as const
const timeAxis = { ...axis, dataKey: 'at', height: 24, tick, tickMargin: 8, tickFormatter: formatTime } as const
/** From where recharts ends its labels, to the left edge, so that they begin in one line. */
const byteAxis = { ...axis, width: 42, tick: { ...tick, textAnchor: 'start', dx: -34 } } as const
const area = {
  stackId: 'memory',
  type: 'linear',
  stroke: 'none',
  dot: false,
  activeDot: false,
  isAnimationActive: false
} as const
const grid = <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
const otherArea = <Area dataKey="other" fill="var(--other)" fillOpacity={0.5} {...area} />
/** Over the lines and marks. */
const tooltipLayer = { zIndex: 2 }
const cursor = { stroke: 'var(--dim)', strokeWidth: 1 }

interface StackedAreasProps {
  frame: MemoryFrame
  /** One per column. */
  colours: readonly string[]
  topBytes: number
  isOtherShown: boolean
}

export function StackedAreas({ frame, colours, topBytes, isOtherShown }: StackedAreasProps) {
  const { rows, columns, fromAt, toAt } = frame
  const scale = byteScale(topBytes)
  // A label at the very edge would be cut.
  const ticks = timeTicks(fromAt, toAt - (toAt - fromAt) / 40, 5)
  const layers = columns.map((column) => column.modelKey).join()
  const tooltip = <ChartTooltip columns={columns} colours={colours} isOtherShown={isOtherShown} />
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={50}>
      {/* Areas are stacked in the order they were first drawn in: with a newcomer all are drawn anew. */}
      <AreaChart key={layers} data={rows} margin={margin} accessibilityLayer={false}>
        {grid}
        <XAxis {...timeAxis} domain={[fromAt, toAt]} ticks={ticks} />
        <YAxis {...byteAxis} domain={[0, topBytes]} ticks={scale.ticks} tickFormatter={scale.label} />
        <Tooltip content={tooltip} cursor={cursor} wrapperStyle={tooltipLayer} isAnimationActive={false} />
        {modelAreas(columns, colours)}
        {isOtherShown && otherArea}
      </AreaChart>
    </ResponsiveContainer>
  )
}

function modelAreas(columns: readonly ChartColumn[], colours: readonly string[]): ReactElement[] {
  return columns.map(({ dataKey }, index) => (
    <Area key={dataKey} dataKey={dataKey} fill={colours[index] ?? 'var(--other)'} fillOpacity={0.86} {...area} />
  ))
}
