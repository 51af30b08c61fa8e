/** The warm-up of a rule that is under way: its operation, to show how far it is and to cancel it by. */
import type { Operation, OperationProgress } from '../../../../shared/operation.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { warmUp } from '../../actions/ruleActions.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { operationOf } from './operationOf.ts'
import type { NameOf } from './scheduleWords.ts'
import { resultWords } from './scheduleWords.ts'
import { useScheduleStore } from './scheduleStore.ts'

export interface Run {
  operation: Operation
  progress: OperationProgress | null
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
