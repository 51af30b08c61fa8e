/** Who is let into memory, and who has to go for it: decided for one model at a time, or two would count on the same room. */
import PQueue from 'p-queue'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { abortable } from '../lib/abortable.ts'
import { planEviction, type BlockedBy, type Evictable } from './evictionPolicy.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'

export interface Admission {
  /** Resolves when the model may load; from then on it counts. Rejects with `limit_reached`, or as soon as the signal aborts. */
  admit(record: ModelRecord, signal: AbortSignal): Promise<void>
}

type Evict = (record: ModelRecord, request: Request) => Promise<unknown>

export function createAdmission(context: ModelContext, evict: Evict): Admission {
  const { deps } = context
  const turns = new PQueue({ concurrency: 1 })

  /** Looks anew after every change: between two looks anything may have been used, pinned or unloaded. */
  async function makeRoom(record: ModelRecord, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const limit = deps.maxLoadedModels()
      const residents = [...context.records.values()].filter((other) => other !== record && isResident(other))
      if (residents.length < limit) break
      const staying = residents.filter((other) => other.state !== 'unloading' && other.unload === null)
      const plan = planEviction(
        staying.map((other) => asResident(other, deps.facts.get(other.id))),
        { bytes: 0, count: staying.length + 1 - limit }
      )
      const victim = plan.ok && plan.evict[0] !== undefined ? context.records.get(plan.evict[0]) : undefined
      if (victim) await abortable(evictOne(victim, limit), signal)
      // Somebody is leaving already, or loads for one answer and may go after it.
      else if (plan.ok || staying.some(({ state }) => state === 'loading')) await abortable(context.nextMove(), signal)
      else throw limitReached(staying.length, plan.blockedBy)
    }
    record.isAdmitted = true
  }

  async function evictOne(victim: ModelRecord, limit: number): Promise<void> {
    try {
      await evict(victim, {
        actor: 'limit',
        reason: `to stay within ${limit} loaded ${limit === 1 ? 'model' : 'models'}`
      })
    } catch (cause) {
      const why = toErrorInfo(cause)
      throw new StokerError('limit_reached', `${victim.id.name} could not make room: ${why.message}`, why.hint, {
        cause
      })
    }
  }

  return {
    admit: (record, signal) =>
      abortable(
        turns.add(() => makeRoom(record, signal)),
        signal
      )
  }
}

/** In memory, or let in and on the way there. */
function isResident(record: ModelRecord): boolean {
  return record.state === 'ready' || record.state === 'unloading' || (record.state === 'loading' && record.isAdmitted)
}

function asResident(record: ModelRecord, facts: { isPinned: boolean; lastUsedAt: number | null }): Evictable {
  const isWaitedFor = record.queue.size > 0 || record.queue.pending > 0
  return {
    key: modelKey(record.id),
    heldBytes: null,
    reloadMs: null,
    isPinned: facts.isPinned,
    isBusy: record.state !== 'ready' || record.activeRequests.size > 0 || isWaitedFor,
    lastUsedAt: Math.max(facts.lastUsedAt ?? 0, record.loadedAt ?? 0) || null
  }
}

function limitReached(count: number, blockedBy: BlockedBy): StokerError {
  const loaded = count === 1 ? 'One model is' : `${count} models are`
  return blockedBy === 'busy'
    ? new StokerError(
        'limit_reached',
        `${loaded} loaded, and none can go: each is busy or pinned.`,
        'Try again when an answer has ended, or raise the limit in Settings.'
      )
    : new StokerError(
        'limit_reached',
        `${loaded} loaded, and none can go: each is pinned.`,
        'Unpin one, or raise the limit in Settings.'
      )
}
