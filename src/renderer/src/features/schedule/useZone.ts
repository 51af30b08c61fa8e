/** Whose clocks the schedule goes by, on this screen and on others; by itself, because every start of the page carries it. */
import { useMemo } from 'react'
import { useScheduleStore } from './scheduleStore.ts'
import { pageZone, zoneOf, type Zone } from './zone.ts'

/** The machine's zone; before the first preview the page's own, which is nearly always the same. */
export function useZone(): Zone {
  const timeZone = useScheduleStore((state) => state.timeZone)
  return useMemo(() => (timeZone === null ? pageZone() : zoneOf(timeZone)), [timeZone])
}
