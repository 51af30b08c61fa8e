/** The warm-up of a rule that is under way: its operation, to show how far it is and to cancel it by. */
import type { Operation, OperationProgress } from '../../../../shared/operation.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { warmUp } from '../../actions/ruleActions.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import type { NameOf } from './scheduleWords.ts'
import { resultWords } from './scheduleWords.ts'

export interface Run {
  operation: Operation
  progress: OperationProgress | null
}

export function useRun(ruleId: string): Run | null {
  const operation = useOperationStore(
    ({ operations }) => operations.find((each) => each.kind === 'warm_up' && each.ruleId === ruleId) ?? null
  )
  const progress = useOperationStore((mirror) =>
    operation === null ? null : (mirror.progressById[operation.id] ?? null)
  )
  return operation === null ? null : { operation, progress }
}

/** Shown on its row, with its progress and a cancel. */
export function runRule(rule: Rule, nameOf: NameOf): void {
  void warmUp({ name: rule.name, ruleId: rule.id }, (results) => resultWords(results, nameOf))
}
