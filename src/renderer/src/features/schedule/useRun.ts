/** The warm-up of a rule that is under way: its operation, to show how far it is and to cancel it by. */
import type { Operation, OperationProgress } from '../../../../shared/operation.ts'
import type { Rule, RuleState } from '../../../../shared/schedule.ts'
import { warmUp } from '../../actions/ruleActions.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import type { NameOf } from './scheduleWords.ts'
import { resultWords } from './scheduleWords.ts'
import { useScheduleStore } from './scheduleStore.ts'

export interface Run {
  operation: Operation
  progress: OperationProgress | null
}

/**
 * Which operation is a rule's: the one this page started for it, else the only one that no rule of this page has, while it is the only
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

export function useRun(ruleId: string): Run | null {
  const rules = useRuleStore((mirror) => mirror.rules)
  const runs = useScheduleStore((state) => state.runs)
  const operation = useOperationStore((mirror) => operationOf(ruleId, rules, mirror.operations, runs))
  const progress = useOperationStore((mirror) =>
    operation === null ? null : (mirror.progressById[operation.id] ?? null)
  )
  return operation === null ? null : { operation, progress }
}

/** Shown on its row, with its progress and a cancel. */
export function runRule(rule: Rule, nameOf: NameOf): void {
  const remember = (operationId: string): void =>
    useScheduleStore.setState(({ runs }) => ({ runs: { ...runs, [operationId]: rule.id } }))
  void warmUp({ name: rule.name, ruleId: rule.id }, (results) => resultWords(results, nameOf), remember)
}
