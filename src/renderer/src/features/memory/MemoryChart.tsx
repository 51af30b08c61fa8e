/** The chart: stacked areas, and above them in the same frame the lines and marks that a person can point at. */
import { memo, useMemo } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { BudgetLine } from './BudgetLine.tsx'
import { chartHeight } from './chartHeight.ts'
import { EventMarks } from './EventMarks.tsx'
import classes from './MemoryChart.module.css'
import type { MemoryFrame } from './memoryPicture.ts'
import { StackedAreas } from './StackedAreas.tsx'
import { ZoomArea } from './ZoomArea.tsx'

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
  const topBytes = useMemo(() => chartHeight(frame, { isOtherShown, totalBytes }), [frame, isOtherShown, totalBytes])
  return (
    <ZoomArea span={frame}>
      <div className={classes.canvas} role="img" aria-labelledby={labelledBy}>
        <StackedAreas
          frame={frame}
          colours={colours}
          topBytes={topBytes}
          totalBytes={totalBytes}
          isOtherShown={isOtherShown}
        />
      </div>
      <div className={`${classes.plot} ${topBytes === totalBytes ? classes.machine : ''}`}>
        {budgetBytes !== null && budgetBytes <= topBytes && (
          <BudgetLine budgetBytes={budgetBytes} topBytes={topBytes} />
        )}
        <EventMarks events={events} fromAt={frame.fromAt} toAt={frame.toAt} />
      </div>
    </ZoomArea>
  )
})
