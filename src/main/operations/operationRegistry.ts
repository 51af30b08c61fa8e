/** Every long work in one place: who may watch it, what it says, and the one way to end it. */
import { randomUUID } from 'node:crypto'
import type { Actor } from '../../shared/activity.ts'
import { abortedError, StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import type { Operation, OperationKind, OperationProgress } from '../../shared/operation.ts'

export interface RunningOperation {
  readonly id: string
  readonly signal: AbortSignal
  /** Tells whoever watches; the newest is kept for pages that open later (tokens are not). */
  progress(progress: OperationProgress): void
  end(): void
}

export interface OperationAsker {
  actor: Actor
  /** Minted when left out. */
  operationId?: string | undefined
  ruleId?: string | undefined
}

export interface OperationRegistry {
  /** Rejects by throwing `invalid_input` when the id is in use. */
  start(kind: OperationKind, modelId: ModelId | null, asker: OperationAsker): RunningOperation
  /** Runs `work` as an operation and ends it whatever happens. */
  run<T>(
    kind: OperationKind,
    modelId: ModelId | null,
    asker: OperationAsker,
    work: (operation: RunningOperation) => Promise<T>
  ): Promise<T>
  list(): Operation[]
  /** False when there is no such operation any more: ending what has ended is no error. */
  cancel(id: string): boolean
  cancelAll(): void
}

interface OperationDeps {
  now: () => number
  onProgress: (operationId: string, progress: OperationProgress) => void
  onListChanged: (operations: Operation[]) => void
}

export function createOperationRegistry({ now, onProgress, onListChanged }: OperationDeps): OperationRegistry {
  const running = new Map<string, { operation: Operation; controller: AbortController }>()
  const list = (): Operation[] => [...running.values()].map(({ operation }) => operation)

  const registry: OperationRegistry = {
    start(kind, modelId, { actor, operationId: id = randomUUID(), ruleId }) {
      if (running.has(id)) throw new StokerError('invalid_input', `An operation named ${id} is running already.`)
      const controller = new AbortController()
      const operation: Operation = {
        id,
        kind,
        modelId,
        actor,
        ruleId: ruleId ?? null,
        startedAt: now(),
        progress: null
      }
      const entry = { operation, controller }
      running.set(id, entry)
      onListChanged(list())
      return {
        id,
        signal: controller.signal,
        progress(progress) {
          if (running.get(id) !== entry) return
          const known = entry.operation.progress
          const hasWaited = known?.kind === 'queued' || known?.kind === 'retrying'
          if (progress.kind !== 'tokens') entry.operation = { ...entry.operation, progress }
          // With the first word the wait is over.
          else if (hasWaited) entry.operation = { ...entry.operation, progress: null }
          onProgress(id, progress)
        },
        end() {
          if (running.get(id) !== entry) return
          running.delete(id)
          onListChanged(list())
        }
      }
    },
    async run(kind, modelId, asker, work) {
      const operation = registry.start(kind, modelId, asker)
      try {
        return await work(operation)
      } finally {
        operation.end()
      }
    },
    list,
    cancel(id) {
      const entry = running.get(id)
      entry?.controller.abort(abortedError())
      return entry !== undefined
    },
    cancelAll() {
      for (const id of [...running.keys()]) registry.cancel(id)
    }
  }
  return registry
}
