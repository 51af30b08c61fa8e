/** A long list of which only what is in view is drawn: rows of one height in a box that scrolls. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import classes from './VirtualRows.module.css'

/** Drawn beyond the edges, so that a quick scroll shows no hole. */
const beyond = 8

interface VirtualRowsProps {
  label: string
  count: number
  rowHeight: number
  /** The row in hand; it is kept in view. */
  chosen: number | null
  onChoose: (index: number) => void
  /** These are in view; the same function as long as it is the same list. */
  onLook: (from: number, to: number) => void
  render: (index: number) => ReactNode
}

export function VirtualRows({ label, count, rowHeight, chosen, onChoose, onLook, render }: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(400)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const from = Math.max(0, Math.floor(top / rowHeight) - beyond)
  const to = Math.min(count - 1, Math.ceil((top + height) / rowHeight) + beyond)
  useEffect(() => onLook(from, to), [onLook, from, to])
  useEffect(() => {
    const element = box.current
    if (element === null || chosen === null) return
    const start = chosen * rowHeight
    if (start < element.scrollTop) element.scrollTop = start
    else if (start + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = start + rowHeight - element.clientHeight
  }, [chosen, rowHeight])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return
    const at = chosen ?? -1
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1
    }
    const next = steps[event.key]
    if (next === undefined || count === 0) return
    event.preventDefault()
    onChoose(Math.min(count - 1, Math.max(0, next)))
  }

  const shown = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
  const idOf = (index: number): string => `${label}-${index}`
  const isDrawn = chosen !== null && chosen >= from && chosen <= to
  return (
    <div
      ref={box}
      className={classes.box}
      role="listbox"
      aria-label={label}
      aria-activedescendant={isDrawn ? idOf(chosen) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className={classes.all} style={{ height: count * rowHeight }} role="presentation">
        {shown.map((index) => (
          <div
            key={index}
            id={idOf(index)}
            className={`${classes.row} ${index === chosen ? classes.chosen : ''}`}
            style={{ top: index * rowHeight, height: rowHeight }}
            role="option"
            aria-selected={index === chosen}
            aria-setsize={count}
            aria-posinset={index + 1}
            onClick={() => onChoose(index)}
          >
            {render(index)}
          </div>
        ))}
      </div>
    </div>
  )
}
