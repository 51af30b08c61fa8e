/** Where the memory went: models stacked over time, what moved them, what is held now, and what would be. */
import { Button } from '@mantine/core'
import { useDeferredValue, useState } from 'react'
import { Screen } from '../../components/Screen.tsx'
import { useIsNarrow } from '../../components/useWidth.ts'
import { coreNow } from '../../lib/coreClock.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { ChartCard } from './ChartCard.tsx'
import { MemoryPanel } from './MemoryPanel.tsx'
import { rangeNamed } from './memoryRanges.ts'
import classes from './MemoryScreen.module.css'
import { MemoryStrips } from './MemoryStrips.tsx'
import { useMemoryViewStore } from './memoryViewStore.ts'
import { RangeEvents } from './RangeEvents.tsx'
import { shownWords } from './timeWords.ts'
import { useChartKeys } from './useChartKeys.ts'
import { useMemoryFrame } from './useMemoryFrame.ts'
import { useRangeEvents } from './useRangeEvents.ts'
import { ViewControls } from './ViewControls.tsx'

export function MemoryScreen() {
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const isNarrow = useIsNarrow()
  const { range: rangeName, view } = useMemoryViewStore()
  const range = rangeNamed(rangeName)
  const warning = useMemoryStore((mirror) => mirror.sample?.warning ?? null)
  useChartKeys()
  // A redraw of the chart may be put off between two frames: what a person does comes first.
  const picture = useDeferredValue(useMemoryFrame(view, range.rangeMs))
  const { frame } = picture
  const events = useRangeEvents(frame, picture.events)
  const time = shownWords(frame, range, view.kind === 'live', coreNow())

  return (
    <Screen
      title="Memory"
      actions={
        <>
          {isNarrow && <Button onClick={() => setDrawerOpen(true)}>What if…</Button>}
          <ViewControls />
        </>
      }
      panel={{
        label: 'What if, and in memory now',
        content: <MemoryPanel />,
        isOpen: true,
        isDrawerOpen,
        onCloseDrawer: () => setDrawerOpen(false)
      }}
    >
      <div className={classes.stack}>
        <ChartCard picture={picture} events={events} time={time} />
        {warning !== null && <p className={classes.warning}>{warning}</p>}
        <MemoryStrips frame={frame} />
        <RangeEvents events={events} time={time} />
      </div>
    </Screen>
  )
}
