/** The rules under the calendar, each a sentence with what it did last, does next, and saved. */
import { useState } from 'react'
import type { Rule } from '../../../../shared/schedule.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { plural } from '../../lib/format.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { deleteRule } from './deleteRule.ts'
import classes from './RuleList.module.css'
import { RuleRow } from './RuleRow.tsx'

export function RuleList() {
  const rules = useRuleStore((mirror) => mirror.rules)
  const [leaving, setLeaving] = useState<Rule | null>(null)
  const timeless = rules.filter(({ rule }) => rule.when.kind === 'app_start' || rule.when.kind === 'after_job').length
  return (
    <section className={classes.rules} aria-labelledby="rules">
      <div className={classes.head}>
        <h2 id="rules" className={classes.title}>
          {plural(rules.length, 'rule')}
        </h2>
        {timeless > 0 && (
          <span className={classes.note}>
            {timeless === 1 ? 'One of them has' : `${timeless} of them have`} no clock time: in this list only
          </span>
        )}
      </div>
      <ul className={classes.list}>
        {rules.map((state) => (
          <RuleRow key={state.rule.id} state={state} onDelete={() => setLeaving(state.rule)} />
        ))}
      </ul>
      {leaving !== null && (
        <ConfirmDialog
          title={`Delete ${leaving.name}?`}
          action="Delete"
          onConfirm={() => void deleteRule(leaving)}
          onClose={() => setLeaving(null)}
        >
          Its models are no longer warmed by it. You can undo this for a few seconds.
        </ConfirmDialog>
      )}
    </section>
  )
}
