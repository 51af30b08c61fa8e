/**
 * "For ever" that a server was told only because a rule of the schedule or a run of a chain keeps the model: written down before it is
 * said, so that a Stoker that was killed can take it back at its next start. Forgotten as soon as something else is in force.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Keeper } from '../../shared/model.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'
import { takesMemory } from './modelState.ts'

export interface KeepAlivePromises {
  /** Its server is about to hear `seconds`. */
  saying(record: ModelRecord, seconds: number): void
  /** Its server has taken `seconds`: in force for every name on its engine. */
  said(record: ModelRecord, seconds: number): void
  /**
   * Its server has just told what it holds. For whom it is still kept for ever there though nobody keeps it now; null: for nobody, or this
   * is not the moment.
   */
  overdue(record: ModelRecord): Keeper | null
  /** Its server may keep it for ever for a rule or a run, whatever it was told last. */
  isOwed(record: ModelRecord): boolean
  forget(record: ModelRecord): void
}

export function createKeepAlivePromises(context: ModelContext): KeepAlivePromises {
  const { deps } = context
  const keeperOf = (record: ModelRecord): Keeper | null => deps.facts.get(record.id).keptFor

  function write(record: ModelRecord, keptFor: Keeper | null): void {
    if (!isDeepStrictEqual(keeperOf(record), keptFor)) deps.facts.change(record.id, { keptFor })
  }

  /** A person wants it kept for ever, under whatever name. */
  const isWantedAnyway = (record: ModelRecord): boolean => context.keepAliveSeconds(record, true) < 0

  /** Who alone wants it kept for ever, under whatever name; null: nobody, or a person wants that too. */
  function soleKeeper(record: ModelRecord): Keeper | null {
    if (isWantedAnyway(record)) return null
    for (const { id } of context.alike(record)) {
      const keeper = deps.keptBy(id)
      if (keeper !== null) return keeper
    }
    return null
  }

  /** It is not in memory, a person wants the same, or another program has set a time since: nothing is owed any more. */
  function isVoid(record: ModelRecord): boolean {
    const { state, isInHand, sentKeepAliveSeconds: sent, loaded } = record
    if (isInHand) return false
    if (!takesMemory(state) || isWantedAnyway(record)) return true
    return state === 'ready' && sent === null && loaded !== null && loaded.unloadsAt !== null
  }

  return {
    saying(record, seconds) {
      const keeper = record.serverKeepsTime && seconds < 0 ? soleKeeper(record) : null
      if (keeper === null) return
      // In force for every name on its engine: should this one not come to be loaded, another may be.
      for (const one of context.alike(record)) write(one, keeper)
    },
    said(record, seconds) {
      // Also where the rule's window or the run has ended meanwhile: the server keeps it for ever all the same.
      if (seconds < 0 && !isWantedAnyway(record)) return
      const names = context.alike(record)
      // A load of another name may have told "for ever" since.
      if (names.some((one) => one !== record && one.isInHand)) return
      for (const one of names) write(one, null)
    },
    overdue(record) {
      if (keeperOf(record) !== null && isVoid(record)) write(record, null)
      if (keeperOf(record) === null || context.alike(record).some(({ id }) => deps.keptBy(id) !== null)) return null
      const { state, isInHand, activeRequests, sentKeepAliveSeconds: sent } = record
      const isFree = state === 'ready' && !isInHand && activeRequests.size === 0
      // Told a time already: it is on its way.
      return isFree && (sent === null || sent < 0) ? keeperOf(record) : null
    },
    isOwed: (record) => keeperOf(record) !== null,
    forget: (record) => write(record, null)
  }
}
