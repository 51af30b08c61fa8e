/** Deletes a rule and offers, for a while, to have it back. */
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Rule } from '../../../../shared/schedule.ts'
import { removeRule, restoreRule } from '../../actions/ruleActions.ts'
import classes from './deleteRule.module.css'
import { closeEditor, useScheduleStore } from './scheduleStore.ts'

const undoMs = 10_000

export async function deleteRule(rule: Rule): Promise<void> {
  if (!(await removeRule(rule))) return
  if (useScheduleStore.getState().editing?.ruleId === rule.id) closeEditor()
  const id = `deleted ${rule.id}`
  notifications.show({
    id,
    autoClose: undoMs,
    'data-quiet': true,
    message: (
      <span className={classes.line}>
        <span className={classes.words}>{rule.name} was deleted.</span>
        <Button
          onClick={() => {
            notifications.hide(id)
            void restoreRule(rule)
          }}
        >
          Undo
        </Button>
      </span>
    )
  })
}
