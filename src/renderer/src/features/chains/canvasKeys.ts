/** The keys of the canvas: arrows go from card to card, letters do what the buttons do. */
import type { KeyboardEvent } from 'react'
import { askDisconnect, deleteSelected, duplicateSelected, editCard, layoutAll, startStep } from './builderDeeds.ts'
import { toggleShelf } from './chainView.ts'
import { fitAll, zoomBy } from './canvasView.ts'
import { focusCard, goToCard } from './cardFocus.ts'
import { nudge, select, selectedEdges, useFlow } from './flowStore.ts'

const nudgeBy = 18
const arrows: Record<string, { x: number; y: number }> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: -1 }
}

function selectAll(): void {
  select(useFlow.getState().nodes.map(({ id }) => id))
}

function withCommand(key: string): (() => void) | null {
  if (key === 'a') return selectAll
  return key === 'd' ? duplicateSelected : null
}

function plain(key: string): (() => void) | null {
  const { activeId } = useFlow.getState()
  const deeds: Record<string, () => void> = {
    n: () => startStep(),
    d: duplicateSelected,
    f: () => fitAll(),
    l: () => void layoutAll(),
    m: toggleShelf,
    Home: () => goToCard('first'),
    End: () => goToCard('last'),
    Enter: () => editCard(activeId),
    ' ': () => {
      select([activeId])
      focusCard(activeId)
    },
    Escape: () => select([]),
    Delete: remove,
    Backspace: remove,
    '+': () => zoomBy(1),
    '=': () => zoomBy(1),
    '-': () => zoomBy(-1)
  }
  return deeds[key] ?? null
}

function remove(): void {
  const edges = selectedEdges()
  if (edges.length > 0) askDisconnect(edges)
  else deleteSelected()
}

export function onCanvasKey(event: KeyboardEvent): void {
  if (event.altKey || event.nativeEvent.isComposing) return
  const arrow = arrows[event.key]
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const isCommand = event.metaKey || event.ctrlKey
  const deed =
    arrow === undefined
      ? isCommand
        ? withCommand(key)
        : plain(key)
      : isCommand
        ? null
        : event.shiftKey
          ? () => nudge({ x: arrow.x * nudgeBy, y: arrow.y * nudgeBy })
          : () => goToCard(arrow.x + arrow.y > 0 ? 1 : -1)
  if (deed === null) return
  event.preventDefault()
  event.stopPropagation()
  deed()
}
