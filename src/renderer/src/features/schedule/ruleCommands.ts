/** What the palette offers of the schedule. Pure: what a command does is handed in. */
import type { Rule, RuleState } from '../../../../shared/schedule.ts'
import { actionCommand } from '../palette/actionCommand.ts'
import type { Command } from '../palette/commands.ts'

interface RuleDeeds {
  newRule(): void
  run(rule: Rule): void
  edit(rule: Rule): void
}

/** So many rules are offered unasked; more are searched, not read. */
const mostOffered = 3

export function ruleCommands(rules: readonly RuleState[], deeds: RuleDeeds): Command[] {
  return [
    actionCommand('new rule', 'New rule…', 'schedule warm up calendar', true, () => deeds.newRule()),
    ...rules.flatMap(({ rule, isRunning }, index) => [
      ...(isRunning
        ? []
        : [
            actionCommand(
              `run rule ${rule.id}`,
              `Run ${rule.name} now`,
              'rule warm up schedule',
              index < mostOffered,
              () => deeds.run(rule)
            )
          ]),
      actionCommand(`edit rule ${rule.id}`, `Edit rule ${rule.name}`, 'schedule change', false, () => deeds.edit(rule))
    ])
  ]
}
