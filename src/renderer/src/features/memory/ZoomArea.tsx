/** Takes a drag over the chart as a span of time; what lies in it is drawn no more often for that. */
import { useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { coreNow } from '../../lib/coreClock.ts'
import type { TimeSpan } from './memoryView.ts'
import { unzoomed, zoomedTo } from './memoryView.ts'
import { changeView } from './memoryViewStore.ts'
import { timeAt } from './plotFrame.ts'
import classes from './ZoomArea.module.css'

/** A click with an unsteady hand is no drag. */
const leastPixels = 5

interface Start {
  x: number
  at: number
}

export function ZoomArea({ span, children }: { span: TimeSpan; children: ReactNode }) {
  const start = useRef<Start | null>(null)
  const [drag, setDrag] = useState<TimeSpan | null>(null)

  const timeOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return timeAt(event.clientX - box.left, box.width, span)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const isOnMark = event.target instanceof Element && event.target.closest('button') !== null
    if (event.button === 0 && !isOnMark) start.current = { x: event.clientX, at: timeOf(event) }
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (start.current === null) return
    if (drag === null && Math.abs(event.clientX - start.current.x) < leastPixels) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ fromAt: start.current.at, toAt: timeOf(event) })
  }
  const end = (): void => {
    start.current = null
    setDrag(null)
  }
  const onPointerUp = (): void => {
    if (drag !== null) changeView((view) => zoomedTo(view, drag, coreNow()))
    end()
  }
  return (
    <div
      className={`${classes.area} ${drag === null ? '' : classes.dragged}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={end}
      onDoubleClick={() => changeView(unzoomed)}
    >
      {children}
      {drag !== null && <Band span={span} drag={drag} />}
    </div>
  )
}

/** By time, not by pixel: the picture may move under it. */
function Band({ span, drag }: { span: TimeSpan; drag: TimeSpan }) {
  const partAt = (at: number): number => Math.min(1, Math.max(0, (at - span.fromAt) / (span.toAt - span.fromAt)))
  const left = partAt(Math.min(drag.fromAt, drag.toAt))
  const right = partAt(Math.max(drag.fromAt, drag.toAt))
  return (
    <div className={classes.plot} aria-hidden>
      <div className={classes.band} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }} />
    </div>
  )
}
