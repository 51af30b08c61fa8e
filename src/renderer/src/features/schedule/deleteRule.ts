/** Deletes a rule and offers, for a while, to have it back. */
import type { Rule } from '../../../../shared/schedule.ts'
import { offerUndo } from '../../actions/offerUndo.tsx'
import { removeRule, restoreRule } from '../../actions/ruleActions.ts'
import { closeEditor, useScheduleStore } from './scheduleStore.ts'

export async function deleteRule(rule: Rule): Promise<void> {
  if (!(await removeRule(rule))) return
  if (useScheduleStore.getState().editing?.ruleId === rule.id) closeEditor()
  offerUndo(rule.id, rule.name, () => restoreRule(rule))
}
