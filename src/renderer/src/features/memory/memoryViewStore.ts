/** What the Memory screen looks at: kept while one visits other screens, the range beyond that. */
import { create } from 'zustand'
import { rangeNamed, type MemoryRangeName } from './memoryRanges.ts'
import { liveView, unzoomed, type MemoryView } from './memoryView.ts'

const shelf = 'stoker.memoryRange'

interface MemoryViewState {
  range: MemoryRangeName
  view: MemoryView
}

function remembered(): MemoryRangeName {
  try {
    return rangeNamed(localStorage.getItem(shelf)).value
  } catch {
    return rangeNamed(null).value
  }
}

export const useMemoryViewStore = create<MemoryViewState>(() => ({ range: remembered(), view: liveView }))

/** A range that was chosen is shown whole. */
export function showRange(name: string): void {
  const range = rangeNamed(name).value
  useMemoryViewStore.setState(({ view }) => ({ range, view: unzoomed(view) }))
  try {
    localStorage.setItem(shelf, range)
  } catch {
    // A full or forbidden shelf costs only tomorrow's sameness.
  }
}

/** Takes one step of memoryView.ts. */
export function changeView(step: (view: MemoryView, rangeMs: number) => MemoryView): void {
  useMemoryViewStore.setState(({ view, range }) => ({ view: step(view, rangeNamed(range).rangeMs) }))
}
