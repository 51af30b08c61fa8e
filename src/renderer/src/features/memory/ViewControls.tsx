/** How one moves in time: pause, the ranges, and the way out as a file. */
import { ActionIcon, SegmentedControl } from '@mantine/core'
import { IconDownload, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { coreNow } from '../../lib/coreClock.ts'
import { exportMemory } from './exportMemory.ts'
import { memoryRanges } from './memoryRanges.ts'
import { pausedOrLive } from './memoryView.ts'
import { changeView, showRange, useMemoryViewStore } from './memoryViewStore.ts'
import classes from './ViewControls.module.css'

const ranges = memoryRanges.map(({ value, label }) => ({ value, label }))

export function ViewControls() {
  const range = useMemoryViewStore((state) => state.range)
  return (
    <>
      <Export />
      <Pause />
      <SegmentedControl
        className={classes.ranges}
        aria-label="Time shown"
        data={ranges}
        value={range}
        onChange={showRange}
      />
    </>
  )
}

function Pause() {
  const isLive = useMemoryViewStore(({ view }) => view.kind === 'live')
  const Icon = isLive ? IconPlayerPause : IconPlayerPlay
  return (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={isLive ? 'Pause' : 'Live'}
      title={isLive ? 'Pause  Space' : 'Go on with what is now  Space'}
      onClick={() => changeView((view) => pausedOrLive(view, coreNow()))}
    >
      <Icon size={15} stroke={1.7} aria-hidden />
    </ActionIcon>
  )
}

function Export() {
  const [isBusy, setBusy] = useState(false)
  const onClick = (): void => {
    setBusy(true)
    void exportMemory().finally(() => setBusy(false))
  }
  return (
    <ActionIcon
      variant="default"
      size={30}
      aria-label="Export CSV"
      title="Export the time shown as CSV"
      disabled={isBusy}
      onClick={onClick}
    >
      <IconDownload size={15} stroke={1.7} aria-hidden />
    </ActionIcon>
  )
}
