/** What part of the canvas is seen: fitted, zoomed, and moved to a card. */
import type { ReactFlowInstance } from '@xyflow/react'
import { cardWidth, usualCardHeight, type Place } from './chainEdits.ts'
import { useFlow, type FlowNode } from './flowStore.ts'

let instance: ReactFlowInstance<FlowNode> | null = null

export function keepInstance(next: ReactFlowInstance<FlowNode> | null): void {
  instance = next
}

const still = window.matchMedia('(prefers-reduced-motion: reduce)')
const duration = (ms: number): number => (still.matches ? 0 : ms)

/** The canvas's own buttons stand below the cards, not on them. */
const padding = { top: '20px', right: '24px', bottom: '64px', left: '24px' } as const

export function fitAll(ms = 160): void {
  void instance?.fitView({ padding, maxZoom: 1, minZoom: 0.05, duration: duration(ms) })
}

const readableZoom = 0.5
/** So long what is drawn is waited for. */
const mostFrames = 60

/** The canvas is there, and its first card has been measured. */
async function untilDrawn(): Promise<void> {
  for (let frames = 0; frames < mostFrames; frames += 1) {
    if (instance !== null && useFlow.getState().nodes[0]?.measured !== undefined) return
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

/** All of it where that can be read, else its beginning. */
export async function showChain(): Promise<void> {
  await untilDrawn()
  if (instance === null) return
  await instance.fitView({ padding, maxZoom: 1, minZoom: readableZoom })
  const canvas = document.getElementById('canvas')?.getBoundingClientRect()
  const first = useFlow.getState().nodes[0]
  if (canvas === undefined || first === undefined) return
  const { x, y } = instance.flowToScreenPosition(first.position)
  const isIn = x >= canvas.left && y >= canvas.top && x < canvas.right && y < canvas.bottom
  if (isIn) return
  const zoom = 0.7
  await instance.setViewport({
    x: 24 - first.position.x * zoom,
    y: canvas.height / 2 - (first.position.y + 40) * zoom,
    zoom
  })
}

export function zoomBy(direction: 1 | -1): void {
  void (direction > 0 ? instance?.zoomIn({ duration: duration(120) }) : instance?.zoomOut({ duration: duration(120) }))
}

export function placeAt(clientX: number, clientY: number): Place {
  return instance?.screenToFlowPosition({ x: clientX, y: clientY }) ?? { x: 0, y: 0 }
}

/** Moves the canvas only where the card is not in view; one that is not drawn has its place all the same. */
export function bringIntoView(id: string): void {
  const node = useFlow.getState().nodes.find((each) => each.id === id)
  const canvas = document.getElementById('canvas')?.getBoundingClientRect()
  if (node === undefined || canvas === undefined || instance === null) return
  const width = node.measured?.width ?? cardWidth
  const height = node.measured?.height ?? usualCardHeight
  const { x, y } = node.position
  const from = instance.flowToScreenPosition({ x, y })
  const to = instance.flowToScreenPosition({ x: x + width, y: y + height })
  const isIn = from.x >= canvas.left && to.x <= canvas.right && from.y >= canvas.top && to.y <= canvas.bottom
  if (isIn) return
  const zoom = Math.max(instance.getZoom(), 0.6)
  void instance.setCenter(x + width / 2, y + height / 2, { zoom, duration: duration(160) })
}
