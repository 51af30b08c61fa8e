/** What took the place of what had the focus has it now, so that its keys work; nothing is taken from who has it elsewhere. */
import { useEffect, useRef, type RefObject } from 'react'

export function useFocusHere<Element extends HTMLElement>(
  find: (place: Element) => HTMLElement | null = (place) => place
): RefObject<Element | null> {
  const place = useRef<Element>(null)
  const finder = useRef(find)
  useEffect(() => {
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (isFree && place.current !== null) finder.current(place.current)?.focus({ preventScroll: true })
  }, [])
  return place
}
