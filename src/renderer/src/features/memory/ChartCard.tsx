/** The chart with its frame: legend, how fresh the numbers are, and what is said when there is nothing to draw. */
import { useState } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import classes from './ChartCard.module.css'
import { ChartLegend } from './ChartLegend.tsx'
import { chartWords, freshnessWords } from './chartWords.ts'
import { MemoryChart } from './MemoryChart.tsx'
import type { MemoryFrame } from './useMemoryFrame.ts'

export function ChartCard({ frame, events }: { frame: MemoryFrame; events: readonly ActivityEvent[] }) {
  const [isOtherShown, setOtherShown] = useState(true)
  const sample = useMemoryStore((mirror) => mirror.sample)
  const isHistoryKnown = useMemoryStore((mirror) => mirror.isHistoryKnown)
  const lostAt = useConnectionStore((mirror) => mirror.lostAt)
  const colours = useModelColours(frame.columns.map((column) => column.modelKey))
  // One point alone is no area yet.
  const isEmpty = frame.rows.length < 2
  const isOld = lostAt !== null || sample?.isStale === true

  return (
    <figure className={`${classes.card} ${isOld ? classes.old : ''}`} aria-label="Memory over time">
      <div className={classes.chart}>
        {isEmpty ? (
          <p className={classes.nothing}>{emptyWords(isHistoryKnown, lostAt !== null)}</p>
        ) : (
          <MemoryChart
            frame={frame}
            events={events}
            colours={colours.map(({ colour }) => colour)}
            totalBytes={sample?.totalBytes ?? null}
            budgetBytes={sample?.budgetBytes ?? null}
            isOtherShown={isOtherShown}
            words={chartWords(sample, Math.round((frame.toAt - frame.fromAt) / 60_000))}
          />
        )}
      </div>
      <figcaption className={classes.foot}>
        {!isEmpty && (
          <ChartLegend
            columns={frame.columns}
            colours={colours.map(({ colour }) => colour)}
            isOtherShown={isOtherShown}
            onToggleOther={() => setOtherShown(!isOtherShown)}
          />
        )}
        {sample !== null && (
          <span
            className={`${classes.freshness} number ${isOld ? classes.isOld : ''}`}
            title={`Machine: ${sample.source}. In use: ${sample.usedFormula}.`}
          >
            {freshnessWords(sample, frame.intervalMs, lostAt)}
          </span>
        )}
      </figcaption>
    </figure>
  )
}

function emptyWords(isHistoryKnown: boolean, isLost: boolean): string {
  if (isLost) return 'The connection to Stoker is lost. The graph goes on when it is back.'
  return isHistoryKnown ? 'No samples in this time yet. The first ones come within seconds.' : 'Reading the last hour…'
}
