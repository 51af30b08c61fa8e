/** What is on the hosts' disks: pull, copy, delete, and the sample models. Loading is the manager's. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { Model, ModelId, SampleSize } from '../../shared/model.ts'
import type { OperationProgress } from '../../shared/operation.ts'
import type { Clock } from '../lib/clock.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { Provider, TransferProgress } from '../providers/provider.ts'
import type { ModelManager } from './modelManager.ts'
import { createTransferMeter } from './transferMeter.ts'
import type { Request } from './modelContext.ts'

export interface ModelLibrary {
  /** Answers the model, or null when the host does not list it under that name. */
  pull(id: ModelId, request: Request, operationId?: string): Promise<Model | null>
  copy(id: ModelId, newName: string, request: Request): Promise<void>
  /** Unloads it first. */
  remove(id: ModelId, request: Request): Promise<void>
  createSample(hostId: string, size: SampleSize, request: Request, operationId?: string): Promise<Model>
}

interface LibraryDeps {
  manager: ModelManager
  provider: (hostId: string) => Provider
  forget: (id: ModelId) => void
  operations: OperationRegistry
  log: (event: NewActivityEvent) => void
  clock: Clock
}

type Endings = { done: NewActivityEvent['kind']; failed: NewActivityEvent['kind']; cancelled: NewActivityEvent['kind'] }

export function createModelLibrary({ manager, provider, forget, operations, log, clock }: LibraryDeps): ModelLibrary {
  const refresh = (hostId: string): Promise<void> => manager.refreshInstalled(hostId, new AbortController().signal)

  /** Runs a transfer as an operation, tells its speed, and logs how it ended. */
  async function transfer<T>(
    what: {
      kind: 'pull' | 'create_sample'
      id: ModelId
      request: Request
      operationId: string | undefined
      endings: Endings
    },
    work: (onProgress: (progress: TransferProgress) => void, signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    const startedAt = clock.now()
    let bytes: number | null = null
    const tell = (kind: NewActivityEvent['kind'], error: unknown): void =>
      log({
        kind,
        actor: what.request.actor,
        modelId: what.id,
        hostId: what.id.hostId,
        reason: what.request.reason,
        durationMs: clock.now() - startedAt,
        bytes,
        error: error === null ? null : toErrorInfo(error)
      })
    const { kind, id, request, operationId } = what
    return operations.run(kind, id, { actor: request.actor, operationId }, async (operation) => {
      const meter = createTransferMeter(clock, (progress: OperationProgress) => operation.progress(progress))
      try {
        const result = await work((progress) => {
          bytes = progress.completedBytes ?? bytes
          meter.report(progress)
        }, operation.signal)
        meter.flush()
        tell(what.endings.done, null)
        return result
      } catch (error) {
        if (operation.signal.aborted) tell(what.endings.cancelled, null)
        else tell(what.endings.failed, error)
        throw error
      }
    })
  }

  return {
    async pull(id, request, operationId) {
      const host = provider(id.hostId)
      const pull = host.pull?.bind(host) ?? notSupported('pull models')
      const endings: Endings = { done: 'pulled', failed: 'pull_failed', cancelled: 'pull_cancelled' }
      await transfer({ kind: 'pull', id, request, operationId, endings }, (onProgress, signal) =>
        pull(id.name, onProgress, signal)
      )
      await refresh(id.hostId)
      const found = manager.list().find((model) => model.id.hostId === id.hostId && isSameTag(model.id.name, id.name))
      return found ?? null
    },
    async copy(id, newName, { actor, reason }) {
      const host = provider(id.hostId)
      const copy = host.copy?.bind(host) ?? notSupported('copy models')
      manager.get(id)
      await copy(id.name, newName, new AbortController().signal)
      const said = reason ?? `to ${newName}`
      log(newActivity({ kind: 'copied', actor, modelId: id, hostId: id.hostId, reason: said }))
      await refresh(id.hostId)
    },
    async remove(id, { actor, reason }) {
      const host = provider(id.hostId)
      const remove = host.remove?.bind(host) ?? notSupported('delete models')
      const bytes = manager.get(id).sizeBytes
      await manager.unload(id, { actor, reason: 'before it is deleted' })
      await remove(id.name, new AbortController().signal)
      forget(id)
      log(newActivity({ kind: 'removed', actor, modelId: id, hostId: id.hostId, reason, bytes }))
      await refresh(id.hostId)
    },
    async createSample(hostId, size, request, operationId) {
      const host = provider(hostId)
      const createSample = host.createSample?.bind(host) ?? notSupported('write sample models')
      const endings: Endings = { done: 'sample_created', failed: 'sample_failed', cancelled: 'sample_cancelled' }
      const id = { hostId, name: `stoker-sample-${size}` }
      const name = await transfer({ kind: 'create_sample', id, request, operationId, endings }, (onProgress, signal) =>
        createSample(size, onProgress, signal)
      )
      await refresh(hostId)
      return manager.get({ hostId, name })
    }
  }
}

/** Ollama lists "llama3" as "llama3:latest". */
function isSameTag(listed: string, asked: string): boolean {
  return listed === asked || listed === `${asked}:latest`
}

function notSupported(what: string): never {
  throw new StokerError('not_supported', `This host cannot ${what}.`, 'Choose another host.')
}
