/** A stretch drawn with the pointer on an empty part of a day becomes a new rule of that time; a double click one of an hour. */
import { useState, type MouseEvent, type PointerEvent } from 'react'
import { newRule } from './scheduleStore.ts'
import { columnMinutes } from './weekDays.ts'
import { clockWords } from './zone.ts'

const stepMinutes = 15
/** A click that shook is none. */
const leastMinutes = 30

interface Range {
  from: number
  to: number
}

function minutesAt(event: MouseEvent<HTMLElement>): number {
  const { top, height } = event.currentTarget.getBoundingClientRect()
  const minutes = ((event.clientY - top) / height) * columnMinutes
  return Math.min(columnMinutes, Math.max(0, Math.round(minutes / stepMinutes) * stepMinutes))
}

function plan(weekday: number, { from, to }: Range): void {
  newRule({ kind: 'window', days: [weekday], time: clockWords(from), endTime: clockWords(to), moreDays: 0 })
}

export function useDragToPlan(weekday: number) {
  const [anchor, setAnchor] = useState<number | null>(null)
  const [range, setRange] = useState<Range | null>(null)
  const stop = (): void => {
    setAnchor(null)
    setRange(null)
  }
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || event.pointerType === 'touch' || event.target !== event.currentTarget) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setAnchor(minutesAt(event))
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (anchor === null) return
      const here = minutesAt(event)
      const next = { from: Math.min(anchor, here), to: Math.max(anchor, here) }
      setRange(next.to - next.from < leastMinutes ? null : next)
    },
    onPointerUp() {
      if (range !== null && range.from < columnMinutes) plan(weekday, range)
      stop()
    },
    onPointerCancel: stop,
    onDoubleClick(event: MouseEvent<HTMLElement>) {
      if (event.target !== event.currentTarget) return
      const from = Math.min(columnMinutes - 60, Math.floor(minutesAt(event) / 30) * 30)
      plan(weekday, { from, to: from + 60 })
    }
  }
  return { range, handlers }
}
