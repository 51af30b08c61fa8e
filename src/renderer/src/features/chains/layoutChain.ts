/** Where the cards stand when nobody places them: from left to right, each right of what it mentions. Pure. */
import { graphlib, layout } from '@dagrejs/dagre'
import type { Chain } from '../../../../shared/chain.ts'
import { edgesOf } from '../../../../shared/chainGraph.ts'
import { cardWidth, inputNodeId, usualCardHeight, type Place } from './chainEdits.ts'

const betweenColumns = 78
const betweenRows = 28

/** `heights` by node id, as measured. The input's card stays where it is, and the rest is laid out around it. */
export function layoutChain(chain: Chain, heights: Readonly<Record<string, number>>): Record<string, Place> {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: betweenColumns, nodesep: betweenRows })
  graph.setDefaultEdgeLabel(() => ({}))
  const ids = [inputNodeId, ...chain.steps.map(({ id }) => id)]
  for (const id of ids) graph.setNode(id, { width: cardWidth, height: heights[id] ?? usualCardHeight })
  const edges = edgesOf(chain)
  for (const { from, to } of edges) graph.setEdge(from ?? inputNodeId, to)
  // What mentions nothing begins in the first column of steps, not beside the input.
  const mentioning = new Set(edges.map(({ to }) => to))
  for (const { id } of chain.steps) if (!mentioning.has(id)) graph.setEdge(inputNodeId, id, { weight: 0 })
  layout(graph)
  const corner = (id: string): Place => {
    const { x = 0, y = 0, height = usualCardHeight } = graph.node(id)
    return { x: x - cardWidth / 2, y: y - height / 2 }
  }
  const origin = corner(inputNodeId)
  return Object.fromEntries(
    ids.map((id) => {
      const { x, y } = corner(id)
      const { inputPosition } = chain
      return [id, { x: Math.round(x - origin.x + inputPosition.x), y: Math.round(y - origin.y + inputPosition.y) }]
    })
  )
}
