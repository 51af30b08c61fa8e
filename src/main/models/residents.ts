/**
 * Who is in memory, or let in and on the way there, from the manager's records; what they hold from the newest sample where it tells. A
 * sample from before a load ended saw half of that model, or the one that was there before.
 */
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'
import type { Resident } from './resident.ts'
import { memoryOf } from './seenMemory.ts'

export function residentsOf(context: ModelContext, sample: MemorySample | null): Resident[] {
  const residents = [...context.records.values()]
    .filter(isResident)
    .map((record) => residentOf(context, record, sample))
  return residents.map((resident) => {
    const alike = residents.filter(({ engine }) => engine === resident.engine)
    if (alike.length === 1) return resident
    return {
      ...resident,
      isPinned: alike.some(({ isPinned }) => isPinned),
      isKept: alike.some(({ isKept }) => isKept),
      isBusy: alike.some(({ isBusy }) => isBusy)
    }
  })
}

/** A model that is not let in yet as if it were, and would stay: with all that it may hold, if its need was put too low. */
export function newcomerOf({ deps }: ModelContext, { id }: ModelRecord, need: Need | null): Resident {
  return {
    id,
    key: modelKey(id),
    engine: deps.engineOf(id),
    isLocal: deps.isLocal(id.hostId),
    usesCards: deps.usesCards(id.hostId),
    heldBytes: need === null ? null : need.bytes + need.plusMinusBytes,
    gpuBytes: null,
    needBytes: null,
    contextLength: null,
    isPinned: true,
    isKept: false,
    isBusy: true,
    isLoading: false,
    isLeaving: false,
    lastUsedAt: null,
    reloadMs: null
  }
}

/** What a load of this model takes the place of: itself, or another name on its engine; and who stays beside it. */
export function replacedBy(
  key: string,
  engine: string,
  residents: readonly Resident[]
): { replaced: Resident | null; others: Resident[] } {
  const alike = residents.filter((one) => one.key === key || (one.engine === engine && !one.isLeaving))
  const others = residents.filter((one) => !alike.includes(one))
  // One of them holds it all.
  const replaced = alike.toSorted((a, b) => (b.heldBytes ?? 0) - (a.heldBytes ?? 0))[0] ?? null
  return { replaced, others }
}

/** Something is about to happen to it by itself: a load or an unload runs or waits for its turn, or its caller was not told yet. */
export function isOnTheMove(record: ModelRecord): boolean {
  return record.state === 'loading' || record.queue.size > 0 || record.queue.pending > 0 || record.waiters > 0
}

/** What keeps it busy ends by itself soon: as above, or only questions that nobody asked are answered. */
export function isIdleSoon(record: ModelRecord): boolean {
  const { activeRequests, warmups } = record
  return isOnTheMove(record) || (activeRequests.size > 0 && warmups.size === activeRequests.size)
}

function isResident({ state, isAdmitted }: ModelRecord): boolean {
  return state === 'ready' || state === 'unloading' || (state === 'loading' && isAdmitted)
}

function residentOf({ deps }: ModelContext, record: ModelRecord, sample: MemorySample | null): Resident {
  const { id, state } = record
  const key = modelKey(id)
  const facts = deps.facts.get(id)
  const sampled = sample?.models.find((memory) => modelKey(memory.id) === key)
  const isCurrent = sample !== null && sample.sampledAt >= (record.loadedAt ?? 0)
  const memory = isCurrent && sampled && sampled.heldBytes !== null ? sampled : memoryOf(record)
  return {
    id,
    key,
    engine: deps.engineOf(id),
    isLocal: deps.isLocal(id.hostId),
    usesCards: deps.usesCards(id.hostId),
    heldBytes: memory?.heldBytes ?? null,
    gpuBytes: memory?.gpuBytes ?? null,
    needBytes: record.needBytes,
    contextLength: record.loaded?.contextLength ?? record.askedContextLength,
    isPinned: facts.isPinned,
    isKept: deps.keptBy(id) !== null,
    isBusy: state !== 'ready' || record.activeRequests.size > 0 || isOnTheMove(record),
    isLoading: state === 'loading',
    isLeaving: state === 'unloading' || record.unload !== null,
    lastUsedAt: Math.max(facts.lastUsedAt ?? 0, record.loadedAt ?? 0) || null,
    reloadMs: facts.lastLoadMs
  }
}
