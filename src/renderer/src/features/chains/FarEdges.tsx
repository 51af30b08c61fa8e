/** Seen from afar, where no card can be read, the edges behind the cards are one line. */
import { ViewportPortal, type Edge } from '@xyflow/react'
import { useMemo } from 'react'
import classes from './FlowCanvas.module.css'
import { useFlow } from './flowStore.ts'
import { createJointPath } from './jointEdges.ts'

export function FarEdges({ edges }: { edges: readonly Edge[] }) {
  const pathOf = useMemo(() => createJointPath(edges), [edges])
  const path = useFlow(({ nodes }) => pathOf(nodes))
  return (
    <ViewportPortal>
      <svg className={classes.farEdges} aria-hidden>
        <path d={path} />
      </svg>
    </ViewportPortal>
  )
}
