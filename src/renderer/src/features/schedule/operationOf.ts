/** Which operation is the warm-up of a rule. Pure. */
import type { Operation } from '../../../../shared/operation.ts'
import type { RuleState } from '../../../../shared/schedule.ts'

/**
 * The one this page started for it, else the only one that no rule of this page has, while it is the only
 * rule that runs. null where that cannot be told: what is not known is not shown, and not cancelled.
 */
export function operationOf(
  ruleId: string,
  rules: readonly RuleState[],
  operations: readonly Operation[],
  runs: Readonly<Record<string, string>>
): Operation | null {
  const warming = operations.filter(({ kind }) => kind === 'warm_up')
  const own = warming.find(({ id }) => runs[id] === ruleId)
  if (own) return own
  const unknown = warming.filter(({ id }) => runs[id] === undefined)
  const running = rules.filter((each) => each.isRunning && !warming.some(({ id }) => runs[id] === each.rule.id))
  return unknown.length === 1 && running.length === 1 && running[0]?.rule.id === ruleId ? (unknown[0] ?? null) : null
}
