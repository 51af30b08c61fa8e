/** Asking a model: loaded first if it is not, counted as busy while it answers, its idle time begun anew when it has. */
import { abortedError } from '../../shared/errors.ts'
import type { ChatMessage, GenerateOptions, GenerateResult } from '../../shared/model.ts'
import { createTextBatcher } from '../lib/textBatcher.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelLoads } from './modelLoads.ts'
import type { ModelRecord } from './modelRecord.ts'

const textEveryMs = 40

export interface GenerateWish extends Request {
  prompt: string
  messages?: ChatMessage[] | undefined
  system?: string | undefined
  options?: GenerateOptions | undefined
  operationId?: string | undefined
}

interface RequestDeps {
  context: ModelContext
  loads: ModelLoads
  onIdle: (record: ModelRecord) => void
}

export function createModelRequests({ context, loads, onIdle }: RequestDeps) {
  const { deps } = context

  /** Marks the model busy in the same turn in which it was seen ready: no unload can slip in between. */
  async function acquire(record: ModelRecord, wish: Request, controller: AbortController): Promise<() => void> {
    do await loads.ensureReady(record, wish, controller.signal)
    while (record.state !== 'ready')
    record.activeRequests.add(controller)
    record.cancelIdleTimer()
    context.changed(record)
    return () => {
      record.activeRequests.delete(controller)
      record.wasUsed = true
      deps.facts.change(record.id, { lastUsedAt: deps.clock.now() })
      if (record.activeRequests.size > 0) return context.changed(record)
      for (const resolve of record.onIdle) resolve()
      record.onIdle.clear()
      onIdle(record)
      context.changed(record)
    }
  }

  return function generate(record: ModelRecord, wish: GenerateWish): Promise<GenerateResult> {
    return deps.operations.run('generate', record.id, wish.operationId, async (operation) => {
      const controller = new AbortController()
      operation.signal.addEventListener('abort', () => controller.abort(abortedError()), { once: true })
      const release = await acquire(record, { actor: wish.actor, reason: wish.reason }, controller)
      const keepAliveSeconds = context.keepAliveSeconds(record)
      record.sentKeepAliveSeconds = keepAliveSeconds
      const batch = createTextBatcher(deps.clock, textEveryMs, (text) => operation.progress({ kind: 'tokens', text }))
      try {
        const result = await deps.provider(record.id.hostId).generate(
          record.id.name,
          {
            prompt: wish.prompt,
            ...(wish.messages === undefined ? {} : { messages: wish.messages }),
            ...(wish.system === undefined ? {} : { system: wish.system }),
            options: wish.options ?? {},
            // As it was loaded, by whomever: another length would make some servers load it again.
            contextLength: record.loaded?.contextLength ?? record.askedContextLength,
            keepAliveSeconds,
            onText: batch.add
          },
          controller.signal
        )
        record.tokensPerSecond = result.tokensPerSecond
        return result
      } finally {
        batch.flush()
        release()
      }
    })
  }
}
