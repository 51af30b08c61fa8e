/** The chart with its frame: legend, how fresh the numbers are, and what is said when there is nothing to draw. */
import { useId, useMemo, useState } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import classes from './ChartCard.module.css'
import type { ChartColumn } from './chartSeries.ts'
import { ChartLegend } from './ChartLegend.tsx'
import { chartWords, freshnessWords, sourceWords } from './chartWords.ts'
import { MemoryChart } from './MemoryChart.tsx'
import { useMemoryViewStore } from './memoryViewStore.ts'
import type { MemoryPicture } from './useMemoryFrame.ts'
import { ViewState } from './ViewState.tsx'

interface ChartCardProps {
  picture: MemoryPicture
  events: readonly ActivityEvent[]
  /** "the last hour". */
  time: string
}

export function ChartCard({ picture, events, time }: ChartCardProps) {
  const { frame, isAsking, failure, retry } = picture
  const wordsId = useId()
  const [isOtherShown, setOtherShown] = useState(true)
  const sample = useMemoryStore((mirror) => mirror.sample)
  const isHistoryKnown = useMemoryStore((mirror) => mirror.isHistoryKnown)
  const lostAt = useConnectionStore((mirror) => mirror.lostAt)
  const colours = useChartColours(frame.columns)
  // One point alone is no area yet.
  const isEmpty = frame.rows.length < 2
  const isLive = useMemoryViewStore(({ view }) => view.kind === 'live')
  const isOld = lostAt !== null || (isLive && sample?.isStale === true)

  return (
    <figure
      className={`${classes.card} ${isOld ? classes.old : ''}`}
      aria-label="Memory over time"
      aria-busy={isAsking}
    >
      <div className={classes.chart}>
        {isEmpty ? (
          <p className={classes.nothing}>{emptyWords(isHistoryKnown && !isAsking, lostAt !== null, isLive)}</p>
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
        {chartWords(sample, time)}
      </p>
      <figcaption className={classes.foot}>
        {!isEmpty && (
          <ChartLegend
            columns={frame.columns}
            colours={colours}
            hasPeaks={frame.hasPeaks}
            isOtherShown={isOtherShown}
            onToggleOther={() => setOtherShown(!isOtherShown)}
          />
        )}
        {sample !== null && (
          <ViewState
            isAsking={isAsking}
            failure={failure}
            onRetry={retry}
            freshness={freshnessWords(sample, frame, lostAt)}
            source={sourceWords(sample, frame)}
            isOld={isOld}
          />
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

function emptyWords(isKnown: boolean, isLost: boolean, isLive: boolean): string {
  if (isLost) return 'The connection to Stoker is lost. The graph goes on when it is back.'
  if (!isKnown) return 'Reading the history…'
  return isLive
    ? 'No samples in this time yet. The first ones come within seconds.'
    : 'Nothing was sampled in this time.'
}
