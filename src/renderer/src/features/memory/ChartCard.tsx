/** The chart with its frame: legend, how fresh the numbers are, and what is said when there is nothing to draw. */
import { useId, useMemo, useState } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import classes from './ChartCard.module.css'
import type { ChartColumn } from './chartSeries.ts'
import { ChartLegend } from './ChartLegend.tsx'
import { chartWords, freshnessWords } from './chartWords.ts'
import { MemoryChart } from './MemoryChart.tsx'
import type { MemoryFrame } from './useMemoryFrame.ts'

export function ChartCard({ frame, events }: { frame: MemoryFrame; events: readonly ActivityEvent[] }) {
  const wordsId = useId()
  const [isOtherShown, setOtherShown] = useState(true)
  const sample = useMemoryStore((mirror) => mirror.sample)
  const isHistoryKnown = useMemoryStore((mirror) => mirror.isHistoryKnown)
  const lostAt = useConnectionStore((mirror) => mirror.lostAt)
  const colours = useChartColours(frame.columns)
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
            colours={colours}
            totalBytes={sample?.totalBytes ?? null}
            budgetBytes={sample?.budgetBytes ?? null}
            isOtherShown={isOtherShown}
            labelledBy={wordsId}
          />
        )}
      </div>
      <p id={wordsId} className="visually-hidden">
        {chartWords(sample, Math.round((frame.toAt - frame.fromAt) / 60_000))}
      </p>
      <figcaption className={classes.foot}>
        {!isEmpty && (
          <ChartLegend
            columns={frame.columns}
            colours={colours}
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

/** The same array while the colours are the same: the chart is drawn anew only for new numbers. */
function useChartColours(columns: readonly ChartColumn[]): readonly string[] {
  const list = useModelColours(columns.map((column) => column.modelKey))
    .map(({ colour }) => colour)
    .join('|')
  return useMemo(() => list.split('|'), [list])
}

function emptyWords(isHistoryKnown: boolean, isLost: boolean): string {
  if (isLost) return 'The connection to Stoker is lost. The graph goes on when it is back.'
  return isHistoryKnown ? 'No samples in this time yet. The first ones come within seconds.' : 'Reading the last hour…'
}
