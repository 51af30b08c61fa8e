/** Edges are drawn from the prompts: to take one away is to change a prompt, and that is said first. */
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { disconnectCards } from './builderDeeds.ts'
import classes from './Builder.module.css'
import { useChainDocument } from './chainDocument.ts'
import { mentionCount } from './chainEdits.ts'
import { shapeOf } from './chainShape.ts'
import { useChainView } from './chainView.ts'

export function DisconnectDialog() {
  const edges = useChainView((view) => view.disconnecting)
  const chain = useChainDocument((document) => document.chain)
  if (edges === null || chain === null) return null
  const nameOf = (id: string | null): string => shapeOf(chain).byId.get(id ?? '')?.name ?? 'the input'
  return (
    <ConfirmDialog
      title={edges.length === 1 ? 'Remove this connection?' : `Remove ${edges.length} connections?`}
      action="Remove"
      isDestructive={false}
      onConfirm={() => disconnectCards(edges)}
      onClose={() => useChainView.setState({ disconnecting: null })}
    >
      {edges.map((edge) => {
        const count = mentionCount(chain, edge)
        return (
          <span key={`${edge.from ?? ''}>${edge.to}`} className={classes.line}>
            {nameOf(edge.to)} mentions {nameOf(edge.from)} {count === 1 ? 'once' : `${count} times`}. This goes out of
            its prompts.
          </span>
        )
      })}
    </ConfirmDialog>
  )
}
