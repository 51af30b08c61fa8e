/**
 * The canvas as it is drawn: cards with their places and sizes, edges derived from the templates, what is selected. Dragged places reach
 * the document only when the drag ends.
 */
import {
  applyEdgeChanges,
  applyNodeChanges,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange
} from '@xyflow/react'
import { create } from 'zustand'
import type { Chain } from '../../../../shared/chain.ts'
import type { ChainEdge } from '../../../../shared/chainGraph.ts'
import { inputNodeId, moveCards, type Place } from './chainEdits.ts'
import { edit, useChainDocument } from './chainDocument.ts'
import { shapeOf } from './chainShape.ts'

export type FlowNode = Node<Record<string, never>, 'step' | 'source'>

interface Flow {
  nodes: FlowNode[]
  edges: Edge[]
  /** Node ids, the input's among them. */
  selectedIds: readonly string[]
  /** The card the keyboard is on. */
  activeId: string
  /** The card that takes the keyboard as soon as it is drawn. */
  awaitedId: string | null
}

const nothing: Flow = { nodes: [], edges: [], selectedIds: [], activeId: inputNodeId, awaitedId: null }

export const useFlow = create<Flow>(() => nothing)

const noData = {}

function nodeOf(before: FlowNode | undefined, id: string, position: Place): FlowNode {
  if (before === undefined) return { id, type: id === inputNodeId ? 'source' : 'step', position, data: noData }
  const isThere = before.position.x === position.x && before.position.y === position.y
  return isThere || before.dragging === true ? before : { ...before, position }
}

/** Cards and edges of another state of the chain; what did not change keeps its object, and is not drawn anew. */
function withChain(flow: Flow, chain: Chain): Partial<Flow> {
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
  useFlow.setState(nothing)
  const { chain } = useChainDocument.getState()
  if (chain !== null) useFlow.setState((flow) => withChain(flow, chain))
  return useChainDocument.subscribe((now, before) => {
    const next = now.chain
    if (next === null || next === before.chain) return
    useFlow.setState((flow) => withChain(flow, next))
  })
}

export function onNodesChange(changes: NodeChange<FlowNode>[]): void {
  useFlow.setState((flow) => {
    const nodes = applyNodeChanges(changes, flow.nodes)
    const selections = changes.filter((change) => change.type === 'select')
    if (selections.length === 0) return { nodes }
    // The keyboard goes on from what the pointer took hold of, also where it is then dropped out of view.
    const activeId = selections.findLast(({ selected }) => selected)?.id ?? flow.activeId
    return { nodes, activeId, selectedIds: nodes.filter(({ selected }) => selected === true).map(({ id }) => id) }
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
