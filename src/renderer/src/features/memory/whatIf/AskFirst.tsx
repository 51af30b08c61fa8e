/** Asks once before something that answers or is pinned goes, and names it. */
import { ConfirmDialog } from '../../../components/ConfirmDialog.tsx'
import type { WhatIfPlan } from './whatIfPlan.ts'

interface AskFirstProps {
  plan: WhatIfPlan
  onConfirm: () => void
  onClose: () => void
}

export function AskFirst({ plan, onConfirm, onClose }: AskFirstProps) {
  const [first, ...rest] = plan.asksFor
  if (first === undefined) return null
  const others = rest.length === 1 ? ' and one other' : ` and ${rest.length} others`
  const what = first.verb === 'reload' ? 'Reload' : 'Unload'
  return (
    <ConfirmDialog
      title={`${what} ${first.id.name}${rest.length === 0 ? '' : others}?`}
      action="Do it"
      isDestructive={false}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {plan.asksFor.map((asked) => (
        <span key={`${asked.id.hostId}/${asked.id.name}`} style={{ display: 'block' }}>
          {reasonOf(asked)}
        </span>
      ))}
    </ConfirmDialog>
  )
}

function reasonOf({ id, isAnswering, isPinned, verb }: WhatIfPlan['asksFor'][number]): string {
  const goes = verb === 'reload' ? 'loaded anew' : 'unloaded'
  if (isAnswering) return `${id.name} is answering. It is ${goes} when the answer has ended.`
  return isPinned ? `${id.name} is pinned.` : id.name
}
