/** What the inspector's fields do to one step of the open chain. */
import type { Step } from '../../../../../shared/chain.ts'
import { edit, type } from '../chainDocument.ts'
import { changeStep } from '../chainEdits.ts'

/** A choice: one step of the history. */
export function editStep(stepId: string, label: string, changes: Partial<Step>): void {
  edit(label, (chain) => changeStep(chain, stepId, changes))
}

/** A letter in a field: one step of the history with those before it. */
export function typeStep(stepId: string, label: string, changes: Partial<Step>): void {
  type(`${stepId} ${Object.keys(changes).join()}`, label, (chain) => changeStep(chain, stepId, changes))
}
