/**
 * The canvas as it is drawn: cards with their places and sizes, edges derived from the templates, what is selected. Dragged places reach
 * the document only when the drag ends. With FlowCanvas.tsx the only file that knows the canvas library.
 */
import {
  applyEdgeChanges,
  applyNodeChanges,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange,
  type ReactFlowInstance
} from '@xyflow/react'
import { create } from 'zustand'
import type { Chain } from '../../../../shared/chain.ts'
import type { ChainEdge } from '../../../../shared/chainGraph.ts'
import { cardWidth, inputNodeId, moveCards, usualCardHeight, type Place } from './chainEdits.ts'
import { edit, useChainDocument } from './chainDocument.ts'
import { readingOrder, shapeOf } from './chainShape.ts'

export type FlowNode = Node<Record<string, never>, 'step' | 'source'>

export interface Flow {
  nodes: FlowNode[]
  edges: Edge[]
  /** Node ids, the input's among them. */
  selectedIds: readonly string[]
  /** The card the keyboard is on. */
  activeId: string
}

export const useFlow = create<Flow>(() => ({ nodes: [], edges: [], selectedIds: [], activeId: inputNodeId }))

let instance: ReactFlowInstance<FlowNode> | null = null
const noData = {}

export function keepInstance(next: ReactFlowInstance<FlowNode> | null): void {
  instance = next
}

function nodeOf(before: FlowNode | undefined, id: string, position: Place): FlowNode {
  if (before === undefined) return { id, type: id === inputNodeId ? 'source' : 'step', position, data: noData }
  const isThere = before.position.x === position.x && before.position.y === position.y
  return isThere || before.dragging === true ? before : { ...before, position }
}

/** Cards and edges of another state of the chain; what did not change keeps its object, and is not drawn anew. */
function withChain(flow: Flow, chain: Chain): Flow {
  const nodesBefore = new Map(flow.nodes.map((node) => [node.id, node]))
  const nodes = [
    nodeOf(nodesBefore.get(inputNodeId), inputNodeId, chain.inputPosition),
    ...chain.steps.map(({ id, position }) => nodeOf(nodesBefore.get(id), id, position))
  ]
  const edgesBefore = new Map(flow.edges.map((edge) => [edge.id, edge]))
  const edges = shapeOf(chain).edges.map(({ from, to }) => {
    const source = from ?? inputNodeId
    const id = `${source}>${to}`
    return edgesBefore.get(id) ?? { id, source, target: to }
  })
  const isSameList = <Item>(a: readonly Item[], b: readonly Item[]): boolean =>
    a.length === b.length && a.every((each, index) => each === b[index])
  const ids = new Set(nodes.map(({ id }) => id))
  const selectedIds = flow.selectedIds.filter((id) => ids.has(id))
  return {
    nodes: isSameList(nodes, flow.nodes) ? flow.nodes : nodes,
    edges: isSameList(edges, flow.edges) ? flow.edges : edges,
    selectedIds: selectedIds.length === flow.selectedIds.length ? flow.selectedIds : selectedIds,
    activeId: ids.has(flow.activeId) ? flow.activeId : inputNodeId
  }
}

export function followFlow(): () => void {
  useFlow.setState({ nodes: [], edges: [], selectedIds: [], activeId: inputNodeId })
  const { chain } = useChainDocument.getState()
  if (chain !== null) useFlow.setState((flow) => withChain(flow, chain))
  return useChainDocument.subscribe((now, before) => {
    const next = now.chain
    if (next === null || next === before.chain) return
    useFlow.setState((flow) => withChain(flow, next))
    if (document.activeElement !== document.body) watchKeyboard(watchedFrames)
  })
}

const watchedFrames = 20

/** What a change takes away goes some frames after it: a card, a field of its inspector, a button with nothing left to do. */
function watchKeyboard(frames: number): void {
  requestAnimationFrame(() => {
    keepKeyboard()
    if (frames > 1) watchKeyboard(frames - 1)
  })
}

/** What had the keyboard may be gone with what was undone or closed: it goes on from the card in hand. */
export function keepKeyboard(): void {
  if (document.activeElement === document.body) focusCard(useFlow.getState().activeId)
}

export function onNodesChange(changes: NodeChange<FlowNode>[]): void {
  useFlow.setState((flow) => {
    const nodes = applyNodeChanges(changes, flow.nodes)
    if (!changes.some(({ type }) => type === 'select')) return { nodes }
    return { nodes, selectedIds: nodes.filter(({ selected }) => selected === true).map(({ id }) => id) }
  })
}

export function onEdgesChange(changes: EdgeChange[]): void {
  useFlow.setState(({ edges }) => ({ edges: applyEdgeChanges(changes, edges) }))
}

/** Selects these cards and no edge; the keyboard goes on from the last of them. */
export function select(ids: readonly string[]): void {
  const chosen = new Set(ids)
  useFlow.setState((flow) => ({
    nodes: flow.nodes.map((node) =>
      (node.selected === true) === chosen.has(node.id) ? node : { ...node, selected: chosen.has(node.id) }
    ),
    edges: flow.edges.map((edge) => (edge.selected === true ? { ...edge, selected: false } : edge)),
    selectedIds: ids,
    activeId: ids.at(-1) ?? flow.activeId
  }))
}

/** Without the input's card: what can be deleted and copied. */
export function selectedSteps(): string[] {
  return useFlow.getState().selectedIds.filter((id) => id !== inputNodeId)
}

/** As the chain has it: the input is no step. */
export function edgeOf({ source, target }: { source: string; target: string }): ChainEdge {
  return { from: source === inputNodeId ? null : source, to: target }
}

export function selectedEdges(): ChainEdge[] {
  return useFlow
    .getState()
    .edges.filter(({ selected }) => selected === true)
    .map(edgeOf)
}

/** The drag has ended: one step of the history for all cards it moved. */
export function keepPlaces(nodes: readonly FlowNode[]): void {
  const places = Object.fromEntries(nodes.map(({ id, position }) => [id, position]))
  edit(nodes.length > 1 ? 'move of cards' : 'move', (chain) => moveCards(chain, places))
}

export function nudge(by: Place): void {
  const { selectedIds, nodes } = useFlow.getState()
  const moved = nodes.filter(({ id }) => selectedIds.includes(id))
  const places = Object.fromEntries(
    moved.map(({ id, position }) => [id, { x: position.x + by.x, y: position.y + by.y }])
  )
  edit('move', (chain) => moveCards(chain, places))
}

export function measuredHeights(): Record<string, number> {
  return Object.fromEntries(
    useFlow.getState().nodes.flatMap(({ id, measured }) => (measured?.height ? [[id, measured.height]] : []))
  )
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

export function cardElement(id: string): HTMLElement | null {
  return document.getElementById(`card-${id}`)
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

export function focusCard(id: string): void {
  useFlow.setState({ activeId: id })
  let frames = 0
  // A card that was added this moment, or was out of view, is drawn a few frames later, and hidden until it has been measured.
  const look = (): void => {
    frames += 1
    if (frames === 1) bringIntoView(id)
    const card = cardElement(id)
    card?.focus({ preventScroll: true })
    const isThere = card !== null && document.activeElement === card
    if (!isThere && frames < mostFrames && useFlow.getState().activeId === id) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** From card to card as one reads them; the one reached is selected. */
export function goToCard(by: 1 | -1 | 'first' | 'last'): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const order = readingOrder(chain)
  const at = order.indexOf(useFlow.getState().activeId)
  const index = by === 'first' ? 0 : by === 'last' ? order.length - 1 : Math.min(Math.max(at + by, 0), order.length - 1)
  const id = order[index]
  if (id === undefined) return
  select([id])
  focusCard(id)
}
