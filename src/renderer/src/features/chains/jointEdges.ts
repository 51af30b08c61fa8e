/** Edges seen from afar as one line of many pieces: drawn one by one they would be hundreds of elements. Pure. */
import { getBezierPath, Position, type Edge } from '@xyflow/react'
import { cardWidth, usualCardHeight } from './chainEdits.ts'
import type { FlowNode } from './flowStore.ts'

/** Those that are chosen, or end at a card being moved, are drawn by themselves. */
export function partEdges(edges: Edge[], movedIds: ReadonlySet<string>): { own: Edge[]; joint: Edge[] } {
  const isOwn = ({ source, target, selected }: Edge): boolean =>
    selected === true || movedIds.has(source) || movedIds.has(target)
  return { own: edges.filter(isOwn), joint: edges.filter((edge) => !isOwn(edge)) }
}

/** While a card is moved the line stays as it is: no edge of that card is in it. */
export function createJointPath(edges: readonly Edge[]): (nodes: readonly FlowNode[]) => string {
  let path: string | null = null
  return (nodes) => {
    if (path === null || !nodes.some(({ dragging }) => dragging === true)) path = jointPath(nodes, edges)
    return path
  }
}

function jointPath(nodes: readonly FlowNode[], edges: readonly Edge[]): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const middle = ({ position, measured }: FlowNode): number => position.y + (measured?.height ?? usualCardHeight) / 2
  return edges
    .map((edge) => {
      const [source, target] = [byId.get(edge.source), byId.get(edge.target)]
      if (source === undefined || target === undefined) return ''
      return getBezierPath({
        sourceX: source.position.x + (source.measured?.width ?? cardWidth),
        sourceY: middle(source),
        sourcePosition: Position.Right,
        targetX: target.position.x,
        targetY: middle(target),
        targetPosition: Position.Left
      })[0]
    })
    .join('')
}
