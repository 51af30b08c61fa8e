/** The stacked areas, drawn by recharts; lines and marks that a person can point at lie above them in the same frame. */
import { memo, useMemo } from 'react'
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { formatTime } from '../../lib/format.ts'
import { BudgetLine } from './BudgetLine.tsx'
import { byteScale, roundTop } from './byteScale.ts'
import type { ChartRow } from './chartSeries.ts'
import { ChartTooltip } from './ChartTooltip.tsx'
import { EventMarks } from './EventMarks.tsx'
import classes from './MemoryChart.module.css'
import { timeTicks } from './timeTicks.ts'
import type { MemoryFrame } from './useMemoryFrame.ts'

/** The frame of the plot, in pixels: MemoryChart.module.css places the overlay by the same numbers. */
const margin = { top: 20, right: 8, bottom: 0, left: 0 }
const yAxisWidth = 42
const xAxisHeight = 24
const tick = { fontSize: 11, fill: 'var(--faint)' }
/** From where recharts ends its labels, to the left edge, so that they begin in one line. */
const tickLeft = { ...tick, textAnchor: 'start', dx: -34 } as const
/** Over the lines and marks. */
const tooltipLayer = { zIndex: 2 }
const cursor = { stroke: 'var(--dim)', strokeWidth: 1 }

interface MemoryChartProps {
  frame: MemoryFrame
  events: readonly ActivityEvent[]
  /** One per column. */
  colours: readonly string[]
  totalBytes: number | null
  budgetBytes: number | null
  isOtherShown: boolean
  /** Id of the chart in words. */
  labelledBy: string
}

export const MemoryChart = memo(function MemoryChart(props: MemoryChartProps) {
  const { frame, events, colours, totalBytes, budgetBytes, isOtherShown, labelledBy } = props
  const { rows, columns, fromAt, toAt } = frame
  const topBytes = useMemo(
    () =>
      heightOf(
        rows,
        columns.map((column) => column.dataKey),
        isOtherShown,
        totalBytes
      ),
    [rows, columns, isOtherShown, totalBytes]
  )
  const scale = useMemo(() => byteScale(topBytes), [topBytes])
  const ticks = useMemo(() => timeTicks(fromAt, toAt - (toAt - fromAt) / 40, 5), [fromAt, toAt])
  const layers = columns.map((column) => column.modelKey).join()
  const tooltip = <ChartTooltip columns={columns} colours={colours} isOtherShown={isOtherShown} />

  return (
    <div className={classes.chart}>
      <div className={classes.canvas} role="img" aria-labelledby={labelledBy}>
        <ResponsiveContainer width="100%" height="100%" debounce={50}>
          {/* Areas are stacked in the order they were first drawn in: with a newcomer all are drawn anew. */}
          <AreaChart key={layers} data={rows} margin={margin} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
            <XAxis
              dataKey="at"
              type="number"
              domain={[fromAt, toAt]}
              allowDataOverflow
              ticks={ticks}
              tickFormatter={formatTime}
              height={xAxisHeight}
              tick={tick}
              tickMargin={8}
              tickLine={false}
              axisLine={false}
              interval={0}
            />
            <YAxis
              type="number"
              domain={[0, topBytes]}
              allowDataOverflow
              ticks={scale.ticks}
              tickFormatter={scale.label}
              width={yAxisWidth}
              tick={tickLeft}
              tickLine={false}
              axisLine={false}
              interval={0}
            />
            <Tooltip content={tooltip} cursor={cursor} wrapperStyle={tooltipLayer} isAnimationActive={false} />
            {columns.map(({ dataKey }, index) => (
              <Area
                key={dataKey}
                dataKey={dataKey}
                stackId="memory"
                type="linear"
                stroke="none"
                fill={colours[index] ?? 'var(--other)'}
                fillOpacity={0.86}
                dot={false}
                activeDot={false}
                isAnimationActive={false}
              />
            ))}
            {isOtherShown && (
              <Area
                dataKey="other"
                stackId="memory"
                type="linear"
                stroke="none"
                fill="var(--other)"
                fillOpacity={0.5}
                dot={false}
                activeDot={false}
                isAnimationActive={false}
              />
            )}
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <div className={classes.plot}>
        {budgetBytes !== null && budgetBytes <= topBytes && (
          <BudgetLine budgetBytes={budgetBytes} topBytes={topBytes} />
        )}
        <EventMarks events={events} fromAt={fromAt} toAt={toAt} />
      </div>
    </div>
  )
})

/** The whole machine where other programs are shown; else as much as the models need. */
function heightOf(
  rows: readonly ChartRow[],
  dataKeys: readonly string[],
  isOtherShown: boolean,
  totalBytes: number | null
): number {
  const heights = rows.map((row) =>
    dataKeys.reduce((sum, key) => sum + (row[key] ?? 0), isOtherShown ? (row.other ?? 0) : 0)
  )
  const highest = Math.max(1_000_000, ...heights)
  if (isOtherShown && totalBytes !== null) return Math.max(totalBytes, highest)
  return roundTop(highest * 1.1)
}
