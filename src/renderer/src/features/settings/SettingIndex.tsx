/** The groups of settings beside the list, or above it where it is narrow: where one is, and a click to anywhere else. */
import { useEffect, useState, type RefObject } from 'react'
import { groupId } from './settingGroupId.ts'
import classes from './SettingIndex.module.css'

/** A group counts as the one being read once its beginning is this far from the top. */
const readingLine = 90

function scrollParent(element: HTMLElement | null): HTMLElement | null {
  for (let at = element?.parentElement ?? null; at !== null; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at
  return null
}

/** Which group is being read; at the very end, the last one. */
function useCurrent(names: readonly string[], content: RefObject<HTMLElement | null>): string | null {
  const [current, setCurrent] = useState<string | null>(null)
  const list = names.join('\n')
  useEffect(() => {
    const scroller = scrollParent(content.current)
    if (scroller === null) return
    const look = (): void => {
      const top = scroller.getBoundingClientRect().top + readingLine
      const all = list.split('\n')
      const begun = all.filter(
        (name) => (document.getElementById(groupId(name))?.getBoundingClientRect().top ?? top) < top
      )
      const isAtEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2
      setCurrent((isAtEnd && scroller.scrollTop > 0 ? all.at(-1) : begun.at(-1)) ?? all[0] ?? null)
    }
    look()
    scroller.addEventListener('scroll', look, { passive: true })
    return () => scroller.removeEventListener('scroll', look)
  }, [list, content])
  return current
}

function goToGroup(name: string): void {
  const group = document.getElementById(groupId(name))
  group?.scrollIntoView({ block: 'start' })
  // The next Tab goes on from there.
  group?.focus({ preventScroll: true })
}

interface SettingIndexProps {
  names: readonly string[]
  content: RefObject<HTMLElement | null>
}

export function SettingIndex({ names, content }: SettingIndexProps) {
  const current = useCurrent(names, content)
  return (
    <nav className={classes.index} aria-label="Groups of settings">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={`${classes.item} ${name === current ? classes.here : ''}`}
          aria-current={name === current ? 'true' : undefined}
          onClick={() => goToGroup(name)}
        >
          {name}
        </button>
      ))}
    </nav>
  )
}
