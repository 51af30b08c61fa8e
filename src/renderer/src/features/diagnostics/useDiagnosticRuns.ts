/** Which of the two runs is under way, whoever began it: at most one is. */
import type { Operation } from '../../../../shared/operation.ts'
import { useOperationStore } from '../../stores/operationStore.ts'

export type RunKind = 'check' | 'bench'

export function useDiagnosticRun(kind: RunKind): Operation | null {
  return useOperationStore((mirror) => mirror.operations.find((each) => each.kind === kind) ?? null)
}

/** Why a run of this kind cannot begin now; null where it can. */
export function useObstacle(kind: RunKind): string | null {
  const other = useDiagnosticRun(kind === 'check' ? 'bench' : 'check')
  if (other === null) return null
  return kind === 'check' ? 'Wait until the test bench has ended' : 'Wait until this machine is checked'
}
