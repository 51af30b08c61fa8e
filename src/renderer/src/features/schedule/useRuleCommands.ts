/** The palette's commands of the schedule, tied to what they do. */
import { useMemo } from 'react'
import { useRuleStore } from '../../stores/ruleStore.ts'
import type { Command } from '../palette/commands.ts'
import { ruleCommands } from './ruleCommands.ts'
import { useNameOf } from './ruleModels.ts'
import { editRule, newRule } from './scheduleStore.ts'
import { runRule } from './useRun.ts'

export function useRuleCommands(): Command[] {
  const rules = useRuleStore((mirror) => mirror.rules)
  const nameOf = useNameOf()
  return useMemo(
    () => ruleCommands(rules, { newRule: () => newRule(), run: (rule) => runRule(rule, nameOf), edit: editRule }),
    [rules, nameOf]
  )
}
