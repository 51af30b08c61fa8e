/** The part of the chart that recharts draws: areas, axes, and the bytes under the pointer. What never changes is made once. */
import type { ReactElement } from 'react'
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { byteScale } from './byteScale.ts'
import type { ChartColumn } from './chartSeries.ts'
import { ChartTooltip } from './ChartTooltip.tsx'
import type { MemoryFrame } from './memoryPicture.ts'
import { plotFrame } from './plotFrame.ts'
import { tickLabel, timeTicks } from './timeTicks.ts'

/** The axes take the rest of the frame. */
const margin = { top: plotFrame.top, right: plotFrame.right, bottom: 0, left: 0 }
const tick = { fontSize: 11, fill: 'var(--faint)' }
const axis = { type: 'number', allowDataOverflow: true, tickLine: false, axisLine: false, interval: 0 } as const
const timeAxis = { ...axis, dataKey: 'at', height: plotFrame.bottom, tick, tickMargin: 8 } as const
/** From where recharts ends its labels, to the left edge, so that they begin in one line. */
const byteAxis = { ...axis, width: plotFrame.left, tick: { ...tick, textAnchor: 'start', dx: -34 } } as const
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
/** The highest moment of every row: a thin line, so that seconds are seen in a month. */
const peakLine = {
  type: 'linear',
  fill: 'none',
  stroke: 'var(--dim)',
  strokeWidth: 1,
  strokeOpacity: 0.75,
  dot: false,
  activeDot: false,
  isAnimationActive: false
} as const
const peaks = { all: <Area dataKey="peak" {...peakLine} />, held: <Area dataKey="heldPeak" {...peakLine} /> }
const mostTicks = 7
/** Over the lines and marks. */
const tooltipLayer = { zIndex: 2 }
const cursor = { stroke: 'var(--dim)', strokeWidth: 1 }

interface StackedAreasProps {
  frame: MemoryFrame
  /** One per column. */
  colours: readonly string[]
  topBytes: number
  totalBytes: number | null
  isOtherShown: boolean
}

export function StackedAreas({ frame, colours, topBytes, totalBytes, isOtherShown }: StackedAreasProps) {
  const { rows, columns, fromAt, toAt, hasPeaks } = frame
  const scale = byteScale(topBytes)
  // A label at the very edge would be cut.
  const { at: ticks, stepMs } = timeTicks(fromAt, toAt - (toAt - fromAt) / 30, mostTicks)
  const timeLabel = (at: number): string => tickLabel(at, stepMs)
  const layers = columns.map((column) => column.modelKey).join()
  const tooltip = (
    <ChartTooltip columns={columns} colours={colours} isOtherShown={isOtherShown} totalBytes={totalBytes} />
  )
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={50}>
      {/* Areas are stacked in the order they were first drawn in: with a newcomer all are drawn anew. */}
      <AreaChart key={layers} data={rows} margin={margin} accessibilityLayer={false}>
        {grid}
        <XAxis {...timeAxis} domain={[fromAt, toAt]} ticks={ticks} tickFormatter={timeLabel} />
        <YAxis {...byteAxis} domain={[0, topBytes]} ticks={scale.ticks} tickFormatter={scale.label} />
        <Tooltip content={tooltip} cursor={cursor} wrapperStyle={tooltipLayer} isAnimationActive={false} />
        {modelAreas(columns, colours)}
        {isOtherShown && otherArea}
        {hasPeaks && (isOtherShown ? peaks.all : peaks.held)}
      </AreaChart>
    </ResponsiveContainer>
  )
}

function modelAreas(columns: readonly ChartColumn[], colours: readonly string[]): ReactElement[] {
  return columns.map(({ dataKey }, index) => (
    <Area key={dataKey} dataKey={dataKey} fill={colours[index] ?? 'var(--other)'} fillOpacity={0.86} {...area} />
  ))
}
