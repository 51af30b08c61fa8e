/** Where the memory went: models stacked over time, what moved them, and what is held now. */
import { Button, SegmentedControl } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useDeferredValue, useState } from 'react'
import { Screen } from '../../components/Screen.tsx'
import { useIsNarrow } from '../../components/useWidth.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { ChartCard } from './ChartCard.tsx'
import { InMemoryPanel } from './InMemoryPanel.tsx'
import classes from './MemoryScreen.module.css'
import { MemoryStrips } from './MemoryStrips.tsx'
import { RangeEvents } from './RangeEvents.tsx'
import { useMemoryFrame } from './useMemoryFrame.ts'
import { useRangeEvents } from './useRangeEvents.ts'

const minuteMs = 60_000
const ranges = [
  { value: '5', label: '5 m', words: '5 minutes' },
  { value: '15', label: '15 m', words: '15 minutes' },
  { value: '60', label: '1 h', words: 'hour' }
]

export function MemoryScreen() {
  const [minutes, setMinutes] = useLocalStorage({
    key: 'stoker.memoryMinutes',
    defaultValue: '15',
    getInitialValueInEffect: false,
    deserialize: (kept) => (ranges.some(({ value }) => value === kept) ? (kept ?? '15') : '15'),
    serialize: (value) => value
  })
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const isNarrow = useIsNarrow()
  const warning = useMemoryStore((mirror) => mirror.sample?.warning ?? null)
  // A redraw of the chart may be put off between two frames: what a person does comes first.
  const frame = useDeferredValue(useMemoryFrame(Number(minutes) * minuteMs))
  const events = useRangeEvents(frame.fromAt, frame.toAt)

  return (
    <Screen
      title="Memory"
      actions={
        <>
          {isNarrow && <Button onClick={() => setDrawerOpen(true)}>In memory now</Button>}
          <SegmentedControl
            className={classes.ranges}
            aria-label="Time shown"
            data={ranges}
            value={minutes}
            onChange={setMinutes}
          />
        </>
      }
      panel={{
        label: 'In memory now',
        content: <InMemoryPanel />,
        isOpen: true,
        isDrawerOpen,
        onCloseDrawer: () => setDrawerOpen(false)
      }}
    >
      <div className={classes.stack}>
        <ChartCard frame={frame} events={events} />
        {warning !== null && <p className={classes.warning}>{warning}</p>}
        <MemoryStrips frame={frame} />
        <RangeEvents events={events} range={ranges.find(({ value }) => value === minutes)?.words ?? ''} />
      </div>
    </Screen>
  )
}
