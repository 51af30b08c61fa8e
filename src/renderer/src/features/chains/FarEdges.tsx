/** Seen from afar, where no card can be read, the edges are one line of many pieces: only those of moved cards are drawn by themselves. */
import { getBezierPath, Position, ViewportPortal, type Edge } from '@xyflow/react'
import { cardWidth, usualCardHeight } from './chainEdits.ts'
import classes from './FlowCanvas.module.css'
import { useFlow, type FlowNode } from './flowStore.ts'

/** Letters of a card are under four pixels below it. */
export const farZoom = 0.3

/** The edges that are drawn by themselves, and those that go into the one line. */
export function partEdges(
  edges: Edge[],
  movedIds: ReadonlySet<string>,
  isFar: boolean
): { own: Edge[]; joint: Edge[] } {
  if (!isFar) return { own: edges, joint: [] }
  const isOwn = ({ source, target, selected }: Edge): boolean =>
    selected === true || movedIds.has(source) || movedIds.has(target)
  return { own: edges.filter(isOwn), joint: edges.filter((edge) => !isOwn(edge)) }
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

export function FarEdges({ edges }: { edges: readonly Edge[] }) {
  const path = useFlow(({ nodes }) => jointPath(nodes, edges))
  return (
    <ViewportPortal>
      <svg className={classes.farEdges} aria-hidden>
        <path d={path} />
      </svg>
    </ViewportPortal>
  )
}
